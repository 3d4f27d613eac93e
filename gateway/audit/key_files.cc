#include "gateway/audit/key_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/file.h"

namespace audit {
namespace {

constexpr std::size_t kMaxFile = 4096;  // bytes
constexpr const char* kNext = ".new";
constexpr const char* kPublic = ".pub";

}  // namespace

// Follows the rules of base::Ownership::kTrusted; also, only the owner may read the file.
base::Result<base::UniqueFd> KeyFiles::Open(const std::string& path) {
  base::UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file && errno == ENOENT) return base::UniqueFd();
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0) return base::FailSystem(path);
  if (!S_ISREG(status.st_mode)) {
    return base::Fail(base::Code::kDenied, path + ": not a regular file");
  }
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return base::Fail(base::Code::kDenied,
                      fmt::format("{}: owned by user {}, not by root", path, status.st_uid));
  }
  if ((status.st_mode & 077) != 0) {
    return base::Fail(base::Code::kDenied,
                      fmt::format("{}: mode {:04o} lets others read a private key; chmod 600 it",
                                  path, status.st_mode & 07777));
  }
  return file;
}

base::Result<std::optional<ChainKey>> KeyFiles::Read(const std::string& path) {
  const auto file = Open(path);
  if (!file) return base::Fail(file.error());
  if (!*file) return std::nullopt;
  auto text = base::ReadOpenFile(file->get(), kMaxFile);
  if (!text) return base::Fail(std::move(text.error()).Context(path));
  auto key = ChainKey::Parse(*text);
  Wipe(*text);
  if (!key) return base::Fail(std::move(key.error()).Context(path));
  return std::optional<ChainKey>(std::move(*key));
}

base::Result<base::UniqueFd> KeyFiles::OpenCurrent() const { return Open(Path("")); }

base::Result<base::UniqueFd> KeyFiles::OpenNext() const { return Open(Path(kNext)); }

base::Result<std::optional<ChainKey>> KeyFiles::Current() const { return Read(Path("")); }

base::Result<std::optional<ChainKey>> KeyFiles::Next() const { return Read(Path(kNext)); }

base::Result<std::optional<PublicKey>> KeyFiles::Public() const {
  const std::string path = Path(kPublic);
  const auto text = base::ReadFile(AT_FDCWD, path, kMaxFile, base::Ownership::kTrusted);
  if (!text && text.error().code() == base::Code::kNotFound) return std::nullopt;
  if (!text) return base::Fail(text.error());
  auto key = PublicKey::Parse(*text);
  if (!key) return base::Fail(std::move(key.error()).Context(path));
  return std::optional<PublicKey>(std::move(*key));
}

base::Result<void> KeyFiles::Write(const std::string& path, const ChainKey& key) const {
  std::string pem = key.Pem();
  auto written = base::ReplaceFile(AT_FDCWD, path, pem, 0600);
  Wipe(pem);
  return written;
}

base::Result<PublicKey> KeyFiles::MakeCurrent() const {
  const auto present = Current();
  if (!present) return base::Fail(present.error());
  const auto known = Public();
  if (!known) return base::Fail(known.error());
  // A log that goes on with another key looks as if it had been written anew without the first one.
  if (!*present && *known) {
    return base::Fail(
        base::Code::kNotFound,
        fmt::format("{0} exists, but its private key is missing: put {1} back; or, to use "
                    "a new key, move the log elsewhere and remove {0}",
                    Path(kPublic), Path("")));
  }
  if (*present) {
    if (auto published = Publish((*present)->public_key()); !published) {
      return base::Fail(std::move(published.error()));
    }
    return (*present)->public_key();
  }
  const auto key = ChainKey::Generate();
  if (!key) return base::Fail(key.error());
  auto written = Write(Path(""), *key);
  if (written) written = Publish(key->public_key());
  if (!written) return base::Fail(std::move(written.error()));
  return key->public_key();
}

base::Result<PublicKey> KeyFiles::MakeNext() const {
  const auto present = Next();
  if (!present) return base::Fail(present.error());
  if (*present) return (*present)->public_key();
  const auto key = ChainKey::Generate();
  if (!key) return base::Fail(key.error());
  if (auto written = Write(Path(kNext), *key); !written) {
    return base::Fail(std::move(written.error()));
  }
  return key->public_key();
}

base::Result<void> KeyFiles::Promote(const PublicKey& next) const {
  // This deletes the old private key, which has no further use.
  if (rename(Path(kNext).c_str(), Path("").c_str()) != 0) return base::FailSystem(Path(kNext));
  // ReplaceFile in Publish syncs the directory, which makes the rename durable too.
  return Publish(next);
}

base::Result<void> KeyFiles::Publish(const PublicKey& key) const {
  if (const auto known = Public(); known && *known && **known == key) return {};
  return base::ReplaceFile(AT_FDCWD, Path(kPublic), key.Pem(), 0644);
}

}  // namespace audit
