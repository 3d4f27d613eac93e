#include "base/file.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <memory>

namespace base {
namespace {

struct CloseDir {
  void operator()(DIR* directory) const { closedir(directory); }
};

Result<void> CheckRegular(int fd, Ownership ownership) {
  struct stat status {};
  // Of the open file, not of its path: the path may lead to another file between two calls.
  if (fstat(fd, &status) != 0) return FailSystem("stat");
  if (!S_ISREG(status.st_mode)) return Fail(Code::kDenied, "not a regular file");
  if (ownership == Ownership::kAny) return {};
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return Fail(Code::kDenied, fmt::format("owned by user {}, not by root", status.st_uid));
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Fail(Code::kDenied,
                fmt::format("mode {:04o} lets others write to it", status.st_mode & 07777));
  }
  return {};
}

}  // namespace

Result<UniqueFd> OpenDirectory(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return FailSystem(path);
  return fd;
}

Result<std::string> ReadOpenFile(int fd, std::size_t limit) {
  std::string content;
  std::array<char, 4096> buffer{};
  for (;;) {
    // pread(2), because the offset may be shared with a process that writes to the same open file.
    const ssize_t n = pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(content.size()));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FailSystem("read");
    if (n == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(n));
    if (content.size() > limit) {
      return Fail(Code::kTooLarge, fmt::format("larger than {} bytes", limit));
    }
  }
}

Result<std::string> ReadFile(int directory, const std::string& path, std::size_t limit,
                             Ownership ownership) {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const UniqueFd fd(openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) return FailSystem(path);
  if (auto regular = CheckRegular(fd.get(), ownership); !regular) {
    return Fail(std::move(regular.error()).Context(path));
  }
  auto content = ReadOpenFile(fd.get(), limit);
  if (!content) return Fail(std::move(content.error()).Context(path));
  return content;
}

Result<std::size_t> WriteSome(int fd, std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) break;
    if (n < 0) return Fail(Code::kNotFound, "closed");
    written += static_cast<std::size_t>(n);
  }
  return written;
}

Result<void> WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FailSystem("write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> ReplaceFile(int directory, const std::string& path, std::string_view content,
                         unsigned mode) {
  // In the same folder, because rename(2) does not cross file systems.
  const std::string beside = fmt::format("{}.new.{}", path, getpid());
  UniqueFd fd(openat(directory, beside.c_str(),
                     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return FailSystem(beside);
  Result<void> done = WriteAll(fd.get(), content);
  // Before the rename: after a crash, the new name could otherwise have an empty file.
  if (done && fsync(fd.get()) != 0) done = FailSystem("fsync");
  if (done && renameat(directory, beside.c_str(), directory, path.c_str()) != 0) {
    done = FailSystem("rename");
  }
  if (!done) {
    unlinkat(directory, beside.c_str(), 0);
    return Fail(std::move(done.error()).Context(path));
  }
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  // The rename itself is durable only once its folder is (fsync(2)).
  const UniqueFd folder(openat(directory, parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || fsync(folder.get()) != 0) return FailSystem(path);
  return {};
}

Result<std::vector<std::string>> ListDirectory(int directory, const std::string& path,
                                               std::size_t limit) {
  UniqueFd fd(openat(directory, path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return FailSystem(path);
  const std::unique_ptr<DIR, CloseDir> stream(fdopendir(fd.get()));
  if (!stream) return FailSystem(path);
  fd.Release();  // closed with the stream
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    // readdir(3) is safe here: the process has one thread, and only this function uses the stream.
    const dirent* entry = readdir(stream.get());  // NOLINT(concurrency-mt-unsafe)
    if (entry == nullptr) break;
    const std::string_view name = static_cast<const char*>(entry->d_name);
    if (name == "." || name == "..") continue;
    if (names.size() == limit) {
      return Fail(Code::kTooLarge, fmt::format("{}: more than {} entries", path, limit));
    }
    names.emplace_back(name);
  }
  if (errno != 0) return FailSystem(path);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> MakeDirectories(const std::string& path, unsigned mode) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), mode) != 0 && errno != EEXIST) return FailSystem(part);
    if (end != std::string::npos) continue;
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return FailSystem(path);
    return S_ISDIR(info.st_mode) ? Result<void>() : FailSystem(path, ENOTDIR);
  }
}

}  // namespace base
