#include "gateway/record/plain_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

namespace record {

base::Result<PlainFile> PlainFile::Open(int folder, const std::string& name) {
  base::UniqueFd fd(
      // A recording's owner is not root. A link could lead root to another file, and opening a FIFO
      // would block (open(2), fifo(7)).
      openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!fd) return base::FailSystem(name);
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return base::FailSystem(name);
  if (!S_ISREG(info.st_mode)) return base::Fail(base::Code::kDenied, name + ": no regular file");
  PlainFile file(std::move(fd), name);
  file.archived_ = (info.st_mode & S_IWUSR) == 0;
  std::array<char, kGzipMagic.size()> magic{};
  // Only the archivist makes a file read-only. What a run prints may begin like a gzip file.
  if (!file.archived_ || pread(file.fd_.get(), magic.data(), magic.size(), 0) < 2) return file;
  if (std::string_view(magic.data(), magic.size()) != kGzipMagic) return file;
  file.packed_.reset(gzdopen(file.fd_.get(), "rb"));
  if (!file.packed_) return base::Fail(base::Code::kSystem, name + ": out of memory");
  file.fd_.Release();  // gzclose closes it
  return file;
}

base::Result<std::size_t> PlainFile::Read(char* into, std::size_t size) {
  size = std::min<std::size_t>(size, std::numeric_limits<int>::max());
  if (packed_) {
    const int n = gzread(packed_.get(), into, static_cast<unsigned>(size));
    // After a valid magic, zlib passes data that is not gzip through as plain (gzdirect).
    int error = Z_OK;
    (void)gzerror(packed_.get(), &error);
    if (n < 0 || gzdirect(packed_.get()) != 0 || (n == 0 && error != Z_OK)) {
      return base::Fail(base::Code::kInvalid, name_ + ": compressed, and damaged");
    }
    return static_cast<std::size_t>(n);
  }
  for (;;) {
    const ssize_t n = read(fd_.get(), into, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return base::FailSystem(name_);
  }
}

base::Result<std::optional<std::string>> PlainLines::Next() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', at_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(at_, end - at_);
      at_ = end + 1;
      return line;
    }
    buffer_.erase(0, std::exchange(at_, 0));
    if (buffer_.size() > most_) {
      return base::Fail(base::Code::kTooLarge, fmt::format("a line of over {} bytes", most_));
    }
    std::array<char, 16384> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const auto n = file_.Read(chunk.data(), chunk.size());
    if (!n) return base::Fail(n.error());
    if (*n == 0) return std::nullopt;
    buffer_.append(chunk.data(), *n);
  }
}

}  // namespace record
