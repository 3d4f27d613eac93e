#include "gateway/installation/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "config/json_document.h"
#include "gateway/audit/keyed_digest.h"

namespace installation {
namespace {

constexpr const char* kKey = "key";
constexpr const char* kGood = "good";
constexpr const char* kManifest = "manifest";
constexpr std::string_view kFresh = ".new.";      // prefix of a folder that is being written
constexpr std::size_t kMaxManifest = 32U << 20U;  // bytes
constexpr std::size_t kMaxEntries = 10'000;       // in the store's folder
constexpr std::size_t kDigestLength = 64;
constexpr std::size_t kMaxNewFiles = 64;  // above this, one syncfs(2) instead of an fsync(2) each

bool IsDigest(std::string_view text) {
  return text.size() == kDigestLength &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Whether a manifest may contain this name, such as "people/alice.pub".
bool IsFileName(std::string_view name) {
  if (name == kGatewayFile || name == kPolicyFile) return true;
  const std::size_t slash = name.find('/');
  return (name.starts_with(kPeople) || name.starts_with(kApps)) &&
         name.find('/', slash + 1) == std::string_view::npos && slash + 1 < name.size() &&
         name[slash + 1] != '.';
}

base::Result<void> Sync(int fd, const std::string& name) {
  if (fsync(fd) != 0) return base::FailSystem(name);
  return {};
}

base::Result<void> WriteNew(int folder, const std::string& name, std::string_view text, bool sync) {
  const base::UniqueFd file(
      openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return base::FailSystem(name);
  if (auto written = base::WriteAll(file.get(), text); !written) return written;
  return sync ? Sync(file.get(), name) : base::Result<void>();
}

base::Result<base::UniqueFd> OpenBelow(int folder, const std::string& name) {
  base::UniqueFd below(
      openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!below) return base::FailSystem(name);
  return below;
}

}  // namespace

std::string Store::PathOf(std::string_view digest) const {
  return fmt::format("{}/{}", path_, digest);
}

base::Result<base::UniqueFd> Store::OpenFolder(const std::string& path) {
  base::UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder) return base::FailSystem(path);
  struct stat status {};
  if (fstat(folder.get(), &status) != 0) return base::FailSystem(path);
  if ((status.st_uid != 0 && status.st_uid != geteuid()) || (status.st_mode & 077U) != 0) {
    return base::Fail(base::Code::kDenied,
                      fmt::format("{}: it has to belong to root alone, mode 0700", path));
  }
  return folder;
}

base::Result<Store> Store::Open(const std::string& lib) {
  const std::string path = lib + "/configurations";
  auto folder = OpenFolder(path);
  if (!folder) return base::Fail(std::move(folder.error()));
  auto key = base::ReadFile(folder->get(), kKey, kDigestLength, base::Ownership::kTrusted);
  if (!key) return base::Fail(std::move(key.error()).Context(path));
  if (!IsDigest(*key)) return base::Fail(base::Code::kInvalid, path + "/key: is not a key");
  return Store(path, std::move(*folder), *std::move(key));
}

base::Result<Store> Store::Make(const std::string& lib) {
  const std::string path = lib + "/configurations";
  if (auto made = base::MakeDirectories(lib, 0755); !made) return base::Fail(made.error());
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return base::FailSystem(path);
  const auto folder = OpenFolder(path);
  if (!folder) return base::Fail(folder.error());
  if (faccessat(folder->get(), kKey, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
    const auto key = audit::NewKey();
    if (!key) return base::Fail(key.error());
    if (auto written = base::ReplaceFile(folder->get(), kKey, *key, 0600); !written) {
      return base::Fail(std::move(written.error()).Context(path));
    }
  }
  return Open(lib);
}

base::Result<std::string> Store::Keep(const FileSet& files) {
  std::string manifest;
  for (const auto& [name, text] : files.texts) {
    // Keyed, because the digest stands in the audit log: without the key, no reader can test a
    // guess at a secret in these files.
    manifest += fmt::format("{} {}\n", audit::KeyedDigest(key_, text), name);
  }
  const std::string digest = audit::KeyedDigest(key_, manifest);
  if (faccessat(folder_.get(), digest.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0 && !Read(digest)) {
    Remove(digest);  // damaged: write it again
  }
  if (faccessat(folder_.get(), digest.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
    if (auto written = Write(files, manifest, digest); !written) {
      return base::Fail(std::move(written.error()).Context(PathOf(digest)));
    }
  }
  // Prune removes by this time.
  utimensat(folder_.get(), digest.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  const auto good = Good();
  if (!good || *good != digest) {
    if (auto linked = LinkGood(digest); !linked) return base::Fail(std::move(linked.error()));
  }
  Prune(digest);
  return digest;
}

base::Result<void> Store::Write(const FileSet& files, const std::string& manifest,
                                const std::string& digest) const {
  const std::string fresh = fmt::format("{}{}", kFresh, getpid());
  Remove(fresh);
  if (mkdirat(folder_.get(), fresh.c_str(), 0700) != 0) return base::FailSystem(fresh);
  auto folder = OpenBelow(folder_.get(), fresh);
  auto done = folder ? Fill(folder->get(), files, manifest)
                     : base::Result<void>(base::Fail(folder.error()));
  // Renamed when it is whole: after a crash, a folder with a digest's name has all its files.
  if (done && renameat(folder_.get(), fresh.c_str(), folder_.get(), digest.c_str()) != 0) {
    done = base::FailSystem("rename");
  }
  if (done) done = Sync(folder_.get(), path_);
  if (!done) Remove(fresh);
  return done;
}

base::Result<void> Store::Fill(int folder, const FileSet& files,
                               const std::string& manifest) const {
  const auto good = Good();
  const std::string before = good && *good ? **good : "";
  const auto kept = before.empty() ? Manifest() : ReadManifest(before).value_or(Manifest());
  std::vector<const std::pair<const std::string, std::string>*> fresh;
  for (const std::string_view below : {kPeople, kApps}) {
    const std::string name(below.substr(0, below.size() - 1));
    if (mkdirat(folder, name.c_str(), 0700) != 0) return base::FailSystem(name);
  }
  for (const auto& file : files.texts) {
    const auto same = kept.find(file.first);
    // Hard links: a change of one file does not copy the keys of all people.
    const bool linked = same != kept.end() &&
                        same->second == audit::KeyedDigest(key_, file.second) &&
                        linkat(folder_.get(), fmt::format("{}/{}", before, file.first).c_str(),
                               folder, file.first.c_str(), 0) == 0;
    if (!linked) fresh.push_back(&file);
  }
  const bool one_by_one = fresh.size() <= kMaxNewFiles;
  for (const auto* const file : fresh) {
    if (auto done = WriteNew(folder, file->first, file->second, one_by_one); !done) return done;
  }
  if (auto done = WriteNew(folder, kManifest, manifest, one_by_one); !done) return done;
  if (!one_by_one && syncfs(folder) != 0) return base::FailSystem("syncfs");
  for (const std::string_view below : {kPeople, kApps, std::string_view("./")}) {
    const auto directory = OpenBelow(folder, std::string(below.substr(0, below.size() - 1)));
    if (!directory) return base::Fail(directory.error());
    if (auto done = Sync(directory->get(), std::string(below)); !done) return done;
  }
  return {};
}

base::Result<void> Store::LinkGood(const std::string& digest) const {
  // rename(2) replaces the link in one step, so `good` always points to a whole configuration.
  const std::string fresh = fmt::format("{}good", kFresh);
  unlinkat(folder_.get(), fresh.c_str(), 0);
  if (symlinkat(digest.c_str(), folder_.get(), fresh.c_str()) != 0 ||
      renameat(folder_.get(), fresh.c_str(), folder_.get(), kGood) != 0) {
    return base::FailSystem(PathOf(kGood));
  }
  return Sync(folder_.get(), path_);
}

base::Result<std::optional<std::string>> Store::Good() const {
  std::array<char, kDigestLength + 1> target{};
  const ssize_t size = readlinkat(folder_.get(), kGood, target.data(), target.size());
  if (size < 0 && errno == ENOENT) return std::nullopt;
  if (size < 0) return base::FailSystem(PathOf(kGood));
  std::string digest(target.data(), static_cast<std::size_t>(size));
  if (!IsDigest(digest)) {
    return base::Fail(base::Code::kInvalid, PathOf(kGood) + ": leads to no configuration");
  }
  return digest;
}

base::Result<Store::Manifest> Store::ReadManifest(const std::string& digest) const {
  if (!IsDigest(digest)) return base::Fail(base::Code::kNotFound, "no configuration's digest");
  const auto text = base::ReadFile(folder_.get(), fmt::format("{}/{}", digest, kManifest),
                                   kMaxManifest, base::Ownership::kTrusted);
  if (!text) return base::Fail(text.error());
  if (audit::KeyedDigest(key_, *text) != digest) {
    return base::Fail(base::Code::kInvalid, PathOf(digest) + "/manifest: is not as it was");
  }
  Manifest manifest;
  for (const std::string_view line : base::Split(*text, '\n')) {
    if (line.empty()) continue;
    const std::string_view name = line.substr(std::min(kDigestLength + 1, line.size()));
    if (!IsFileName(name)) return base::Fail(base::Code::kInvalid, "manifest: a name is wrong");
    manifest.emplace(name, line.substr(0, kDigestLength));
  }
  return manifest;
}

base::Result<std::string> Store::ReadOne(const std::string& digest, const std::string& name) const {
  const auto manifest = ReadManifest(digest);
  if (!manifest) return base::Fail(manifest.error());
  const auto entry = manifest->find(name);
  if (entry == manifest->end()) {
    return base::Fail(base::Code::kNotFound, fmt::format("{}/{} is not there", path_, name));
  }
  auto text = base::ReadFile(folder_.get(), fmt::format("{}/{}", digest, name), config::kMaxFile,
                             base::Ownership::kTrusted);
  if (text && audit::KeyedDigest(key_, *text) != entry->second) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("{}/{}: is not as it was", PathOf(digest), name));
  }
  return text;
}

base::Result<FileSet> Store::Read(const std::string& digest) const {
  const auto manifest = ReadManifest(digest);
  if (!manifest) return base::Fail(manifest.error());
  FileSet files{.folder = PathOf(digest), .texts = {}, .unread = {}, .unread_folders = {}};
  for (const auto& [name, digest_of_file] : *manifest) {
    auto text = base::ReadFile(folder_.get(), fmt::format("{}/{}", digest, name), config::kMaxFile,
                               base::Ownership::kTrusted);
    if (!text) return base::Fail(std::move(text.error()).Context(files.folder));
    if (audit::KeyedDigest(key_, *text) != digest_of_file) {
      return base::Fail(base::Code::kInvalid, files.PathOf(name) + ": is not as it was");
    }
    files.texts[name] = *std::move(text);
  }
  return files;
}

void Store::Prune(const std::string& good) const {
  const auto names = base::ListDirectory(folder_.get(), ".", kMaxEntries);
  if (!names) return;
  // By the time when each was last in force.
  std::vector<std::pair<std::int64_t, std::string>> kept;
  for (const std::string& name : *names) {
    struct stat status {};
    if (name.starts_with(kFresh)) Remove(name);  // left by a process that was killed while writing
    if (!IsDigest(name) || name == good) continue;
    if (fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    kept.emplace_back(status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, name);
  }
  if (kept.size() < kMostKept) return;  // `good` comes on top
  std::sort(kept.begin(), kept.end());
  kept.resize(kept.size() - (kMostKept - 1));
  for (const auto& [time, name] : kept) Remove(name);
}

// Removes a configuration's folder. Goes no deeper than the two levels that a store makes.
void Store::Remove(const std::string& name) const {
  const auto folder = OpenBelow(folder_.get(), name);
  if (folder) {
    for (const std::string below : {"people", "apps", "."}) {
      const auto files = OpenBelow(folder->get(), below);
      const auto names = files ? base::ListDirectory(files->get(), ".", 1'000'000)
                               : base::Result<std::vector<std::string>>(base::Fail(files.error()));
      if (!names) continue;
      for (const std::string& file : *names) {
        unlinkat(files->get(), file.c_str(), 0);
        unlinkat(files->get(), file.c_str(), AT_REMOVEDIR);
      }
    }
  }
  unlinkat(folder_.get(), name.c_str(), AT_REMOVEDIR);
  unlinkat(folder_.get(), name.c_str(), 0);
}

}  // namespace installation
