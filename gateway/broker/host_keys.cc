#include "gateway/broker/host_keys.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "authz/public_key.h"
#include "base/file.h"
#include "base/text.h"
#include "base/trusted_path.h"

namespace broker {
namespace {

constexpr std::size_t kMaxFiles = 128;
constexpr std::size_t kMaxFile = 64UL * 1024;  // bytes
constexpr const char* kNewKey = "ssh_host_ed25519_key";
constexpr const char* kNewRsaKey = "ssh_host_rsa_key";

constexpr std::string_view kPublic = ".pub";

base::Result<std::vector<std::string>> Files(const std::string& directory) {
  auto names = base::ListDirectory(AT_FDCWD, directory, kMaxFiles);
  if (!names && names.error().code() == base::Code::kNotFound) return std::vector<std::string>();
  return names;
}

base::Result<std::vector<std::string>> PrivateFiles(const std::string& directory) {
  auto names = Files(directory);
  if (names) std::erase_if(*names, [](const std::string& name) { return !IsHostKeyName(name); });
  return names;
}

// Proves by a signature that both halves belong together. This also fills OpenSSL's caches once for
// all monitors that are forked later.
base::Result<void> Prove(const authz::SigningKey& key) {
  constexpr std::string_view kText = "oneoff proves a host key";
  const auto public_half = authz::PublicKey::Parse(key.PublicBlob());
  if (!public_half) return base::Fail(public_half.error());
  for (const std::string& algorithm : key.Algorithms()) {
    const auto signature = key.Sign(kText, algorithm);
    if (!signature) return base::Fail(signature.error());
    if (auto verified = public_half->Verify(*signature, kText); !verified) {
      return base::Fail(std::move(verified.error()).Context("it does not prove itself"));
    }
  }
  return {};
}

base::Result<void> Make(const std::string& directory, std::string_view name,
                        authz::SigningKey::Kind kind) {
  if (auto made = base::MakeDirectories(directory, 0755); !made) return made;
  const auto key = authz::SigningKey::Generate(kind);
  if (!key) return base::Fail(key.error());
  auto text = key->ToOpenSshText("oneoff");
  if (!text) return base::Fail(text.error());
  const std::string path = fmt::format("{}/{}", directory, name);
  auto written = base::ReplaceFile(AT_FDCWD, path + ".pub", key->PublicLine() + " oneoff\n", 0644);
  if (written) written = base::ReplaceFile(AT_FDCWD, path, *text, 0600);
  authz::Wipe(*text);
  return written;
}

std::string PublicOf(const std::string& path) { return path + std::string(kPublic); }

// Operators copy the .pub file into known_hosts files.
base::Result<void> CheckPublicHalf(const std::string& path, const authz::SigningKey& key) {
  const std::string file = PublicOf(path);
  const auto text = base::ReadFile(AT_FDCWD, file, kMaxFile, base::Ownership::kTrusted);
  if (!text && text.error().code() == base::Code::kNotFound) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("{0}: its public half {1} is missing; make it: ssh-keygen -y -f "
                                  "{0} > {1}",
                                  path, file));
  }
  if (!text) return base::Fail(text.error());
  if (base::Trim(*text).starts_with(key.PublicLine())) return {};
  return base::Fail(base::Code::kInvalid,
                    fmt::format("{0}: its public half {1} is another key's; make it anew: "
                                "ssh-keygen -y -f {0} > {1}",
                                path, file));
}

base::Result<authz::SigningKey> LoadHostKey(const std::string& path) {
  struct stat status {};
  // As sshd, which ignores a private key that others may read.
  if (stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    return base::Fail(base::Code::kDenied,
                      fmt::format("{}: mode {:04o} lets others read a private key; chmod 600 it",
                                  path, status.st_mode & 07777));
  }
  auto text = base::ReadFile(AT_FDCWD, path, kMaxFile, base::Ownership::kTrusted);
  if (!text) return base::Fail(text.error());
  auto key = authz::SigningKey::Parse(*text);
  authz::Wipe(*text);
  if (!key) return base::Fail(std::move(key.error()).Context(path));
  if (auto proved = Prove(*key); !proved) {
    return base::Fail(std::move(proved.error()).Context(path));
  }
  return key;
}

// libssh holds one key each of Ed25519, ECDSA and RSA.
std::string KindOf(const authz::SigningKey& key) { return key.PublicLine().substr(0, 6); }

// Whether `name` is that of a public half whose private half is none of `names`, which are sorted.
bool IsOrphan(const std::string& name, const std::vector<std::string>& names) {
  if (!name.ends_with(kPublic)) return false;
  const std::string half = name.substr(0, name.size() - kPublic.size());
  return IsHostKeyName(half) && !std::binary_search(names.begin(), names.end(), half);
}

}  // namespace

bool IsHostKeyName(std::string_view name) {
  return name.ends_with("_key") && name.find('.') == std::string_view::npos;
}

HostKeys LoadHostKeys(const std::string& etc) {
  HostKeys loaded;
  const std::string directory = etc + "/host_keys";
  const auto names = Files(directory);
  if (!names) return {{}, {names.error().message()}};
  if (auto trusted = base::CheckTrustedFolder(directory);
      !trusted && trusted.error().code() != base::Code::kNotFound) {
    return {{}, {trusted.error().message()}};
  }
  std::set<std::string> kinds;
  for (const std::string& name : *names) {
    const std::string path = fmt::format("{}/{}", directory, name);
    if (IsOrphan(name, *names)) {
      loaded.faults.push_back(path + ": its private half is missing, so this key is not offered");
    }
    if (!IsHostKeyName(name)) continue;
    auto key = LoadHostKey(path);
    if (!key) {
      loaded.faults.push_back(key.error().message() + "; this key is not offered");
    } else if (!kinds.insert(KindOf(*key)).second) {
      loaded.faults.push_back(path + ": is a second key of its kind, and is not offered");
    } else {
      if (auto fits = CheckPublicHalf(path, *key); !fits) {
        loaded.faults.push_back(fits.error().message());
      }
      loaded.keys.push_back(std::move(*key));
    }
  }
  return loaded;
}

std::string SayHowToMakeAHostKey(const std::string& etc) {
  return fmt::format("ssh-keygen -t ed25519 -N '' -f {}/host_keys/{}", etc, kNewKey);
}

void CheckHostKeys(const std::string& etc, config::Problems& problems) {
  if (geteuid() != 0) return;
  const std::string directory = etc + "/host_keys";
  const HostKeys loaded = LoadHostKeys(etc);
  for (const std::string& fault : loaded.faults) {
    config::Add(problems, config::ProblemOf(directory, 0, fault));
  }
  if (loaded.keys.empty() && loaded.faults.empty()) {
    config::Warn(problems, directory, 0,
                 "no host key; `oneoff serve` makes one, the system's service does not: " +
                     SayHowToMakeAHostKey(etc));
  }
  const auto names = Files(directory);
  if (!names) return;
  for (std::string_view name : *names) {
    if (name.ends_with(kPublic)) name.remove_suffix(kPublic.size());
    if (IsHostKeyName(name)) continue;
    config::Warn(problems, fmt::format("{}/{}", directory, name), 0,
                 "is not used: a host key is named NAME_key, its public half NAME_key.pub");
  }
}

base::Result<std::vector<std::string>> MakeMissingHostKeys(const std::string& etc,
                                                           BesideEd25519 beside) {
  const std::string directory = etc + "/host_keys";
  auto names = PrivateFiles(directory);
  if (!names) return base::Fail(names.error());
  std::vector<std::string> made;
  if (names->empty()) {
    if (auto done = Make(directory, kNewKey, authz::SigningKey::Kind::kEd25519); !done) {
      return base::Fail(done.error());
    }
    made.emplace_back(kNewKey);
    names->emplace_back(kNewKey);
  }
  if (beside == BesideEd25519::kRsa && *names == std::vector<std::string>{kNewKey}) {
    if (auto done = Make(directory, kNewRsaKey, authz::SigningKey::Kind::kRsa3072); !done) {
      return base::Fail(done.error());
    }
    made.emplace_back(kNewRsaKey);
  }
  return made;
}

}  // namespace broker
