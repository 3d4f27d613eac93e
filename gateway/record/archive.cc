#include "gateway/record/archive.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/file.h"
#include "gateway/record/digest.h"
#include "gateway/record/plain_file.h"

namespace record {
namespace {

constexpr std::size_t kChunk = 64UL * 1024;
constexpr std::size_t kMaxFiles = 64;
constexpr off_t kOneBlock = 4096;
constexpr const char* kNew = ".new";
constexpr std::uint64_t kBlock = 512;  // st_blocks is in this unit (stat(2))

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

base::Result<base::UniqueFd> OpenFolder(const Store& store, const std::string& id) {
  base::UniqueFd folder(
      openat(store.fd(), id.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder) return base::FailSystem(id);
  return folder;
}

// Returns the recording's files without the state, sorted by name.
base::Result<std::vector<std::string>> Names(int folder) {
  auto names = base::ListDirectory(folder, ".", kMaxFiles);
  if (names) std::erase_if(*names, [](const std::string& n) { return n == kState || n == kNew; });
  return names;
}

base::Result<Extent> Measure(int folder, const std::string& name) {
  auto file = PlainFile::Open(folder, name);
  if (!file) return base::Fail(std::move(file.error()));
  const auto buffer = std::make_unique<char[]>(kChunk);
  Extent extent{name, 0, ""};
  Digest digest;
  for (;;) {
    const auto n = file->Read(buffer.get(), kChunk);
    if (!n) return base::Fail(n.error());
    if (*n == 0) break;
    digest.Add({buffer.get(), *n});
    extent.bytes += *n;
  }
  extent.sha256 = digest.Hex();
  return extent;
}

base::Result<void> Pack(PlainFile& plain, base::UniqueFd to) {
  // gzclose closes its descriptor, and fsync(2) needs one afterwards: only then has zlib written
  // all bytes.
  const base::UniqueFd kept(fcntl(to.get(), F_DUPFD_CLOEXEC, 3));
  std::unique_ptr<gzFile_s, CloseGzip> packed(kept ? gzdopen(to.get(), "wb1") : nullptr);
  if (!packed) return base::Fail(base::Code::kSystem, "out of memory");
  to.Release();  // gzclose closes it
  const auto buffer = std::make_unique<char[]>(kChunk);
  for (;;) {
    const auto n = plain.Read(buffer.get(), kChunk);
    if (!n) return base::Fail(n.error());
    if (*n == 0) break;
    if (gzwrite(packed.get(), buffer.get(), static_cast<unsigned>(*n)) <= 0) {
      return base::FailSystem("compress");
    }
  }
  if (gzclose(packed.release()) != Z_OK) return base::FailSystem("compress");
  if (fsync(kept.get()) != 0) return base::FailSystem("fsync");
  return {};
}

// A file of one block saves nothing. It is compressed only if it begins like a compressed file.
base::Result<bool> IsWorthIt(int folder, const std::string& name) {
  const base::UniqueFd fd(
      openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0) return base::FailSystem(name);
  if (info.st_size > kOneBlock) return true;
  std::array<char, kGzipMagic.size()> magic{};
  const ssize_t n = pread(fd.get(), magic.data(), magic.size(), 0);
  return n == ssize_t{kGzipMagic.size()} && std::string_view(magic.data(), 2) == kGzipMagic;
}

base::Result<void> CompressFile(int folder, const std::string& name) {
  auto plain = PlainFile::Open(folder, name);
  if (!plain) return base::Fail(std::move(plain.error()));
  // A crash may have come between two files. Those that are done keep their mode.
  if (plain->archived()) return {};
  const auto worth = IsWorthIt(folder, name);
  if (!worth) return base::Fail(worth.error());
  if (!*worth) {
    if (fchmodat(folder, name.c_str(), kArchivedMode, 0) != 0) return base::FailSystem(name);
    return {};
  }
  unlinkat(folder, kNew, 0);
  // O_EXCL: no other process of this user may have put a link or a file of its own there.
  base::UniqueFd fresh(
      openat(folder, kNew, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kArchivedMode));
  if (!fresh) return base::FailSystem(name);
  auto packed = Pack(*plain, std::move(fresh));
  if (packed && renameat(folder, kNew, folder, name.c_str()) != 0) {
    packed = base::FailSystem("rename");
  }
  if (packed) return {};
  unlinkat(folder, kNew, 0);
  return base::Fail(std::move(packed.error()).Context(name));
}

}  // namespace

base::Result<base::UniqueFd> LockForArchiving(const Store& store,
                                              const std::function<void()>& waits) {
  base::UniqueFd folder(openat(store.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return base::FailSystem("recordings");
  if (flock(folder.get(), LOCK_EX | LOCK_NB) == 0) return folder;
  if (errno == EWOULDBLOCK) waits();
  while (flock(folder.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return base::FailSystem("flock");
  }
  return folder;
}

bool IsOpen(const Store& store, const std::string& id) {
  return faccessat(store.fd(), (id + "/" + kState).c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool IsTold(const Store& store, const std::string& id) {
  struct stat info {};
  return fstatat(store.fd(), (id + "/" + kState).c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         (info.st_mode & S_IWUSR) == 0;
}

base::Result<void> MarkTold(const Store& store, const std::string& id) {
  if (fchmodat(store.fd(), (id + "/" + kState).c_str(), kArchivedMode, 0) != 0) {
    return base::FailSystem(id);
  }
  return {};
}

base::Result<std::vector<Extent>> FinalExtents(const Store& store, const std::string& id) {
  const auto folder = OpenFolder(store, id);
  if (!folder) return base::Fail(folder.error());
  if (const auto text = base::ReadFile(folder->get(), kState, kStateRoom)) {
    auto state = ParseState(*text);
    if (state && state->phase == State::Phase::kEnded) return std::move(state->extents);
  }
  const auto names = Names(folder->get());
  if (!names) return base::Fail(names.error());
  std::vector<Extent> extents;
  for (const std::string& name : *names) {
    auto extent = Measure(folder->get(), name);
    if (!extent) return base::Fail(std::move(extent.error()).Context(id));
    extents.push_back(std::move(*extent));
  }
  return extents;
}

base::Result<void> Compress(const Store& store, const std::string& id) {
  const auto folder = OpenFolder(store, id);
  if (!folder) return base::Fail(folder.error());
  const auto names = Names(folder->get());
  if (!names) return base::Fail(names.error());
  for (const std::string& name : *names) {
    if (name == kLog || name == kLogJson) continue;  // sudoreplay reads them plain
    if (auto done = CompressFile(folder->get(), name); !done) {
      return base::Fail(std::move(done.error()).Context(id));
    }
  }
  // The renames are durable before the state goes: without it, the recording counts as archived.
  if (fsync(folder->get()) != 0) return base::FailSystem(id);
  if (unlinkat(folder->get(), kState, 0) != 0 && errno != ENOENT) return base::FailSystem(id);
  return {};
}

base::Result<std::vector<Archived>> ListArchived(const Store& store) {
  const auto ids = store.List();
  if (!ids) return base::Fail(ids.error());
  std::vector<Archived> found;
  for (const std::string& id : *ids) {
    const auto folder = OpenFolder(store, id);
    if (!folder || IsOpen(store, id)) continue;
    const auto names = base::ListDirectory(folder->get(), ".", kMaxFiles);
    struct stat info {};
    if (!names || fstat(folder->get(), &info) != 0) continue;
    Archived archived{id, base::WallTime(std::chrono::seconds(info.st_mtim.tv_sec)), 0};
    for (const std::string& name : *names) {
      if (fstatat(folder->get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
      archived.bytes += static_cast<std::uint64_t>(info.st_blocks) * kBlock;
    }
    found.push_back(std::move(archived));
  }
  std::sort(found.begin(), found.end(),
            [](const Archived& a, const Archived& b) { return a.ended < b.ended; });
  return found;
}

}  // namespace record
