#include "gateway/audit/follower.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/file.h"
#include "gateway/audit/record.h"

namespace audit {
namespace {

constexpr std::size_t kChunk = 1U << 16;  // bytes
constexpr std::string_view kBegin = "{\"seq\":";

// Returns the sequence number at the start of a line; 0: none.
std::uint64_t SequenceOf(std::string_view line) {
  if (!line.starts_with(kBegin)) return 0;
  line.remove_prefix(kBegin.size());
  std::uint64_t seq = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), seq);
  return error == std::errc() ? seq : 0;
}

}  // namespace

base::Result<Follower> Follower::Open(const std::string& directory, std::uint64_t after,
                                      std::string file) {
  auto folder = base::OpenDirectory(directory);
  if (!folder) return base::Fail(std::move(folder.error()));
  return Follower(std::move(*folder), after, std::move(file));
}

base::Result<bool> Follower::OpenNext() {
  const auto files = LogFiles(directory_.get());
  if (!files) return base::Fail(files.error());
  const auto next = file_ ? std::upper_bound(files->begin(), files->end(), name_)
                          : std::lower_bound(files->begin(), files->end(), name_);
  if (next == files->end()) return false;
  base::UniqueFd fd(
      // The exporter is root, and the log belongs to oneoff-audit: no link is followed, and no FIFO
      // blocks (open(2)).
      openat(directory_.get(), next->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!fd || fstat(fd.get(), &status) != 0) return base::FailSystem(*next);
  if (!S_ISREG(status.st_mode)) {
    return base::Fail(base::Code::kDenied, *next + ": not a regular file");
  }
  file_ = std::move(fd);
  name_ = *next;
  buffer_.clear();
  used_ = 0;
  number_ = 0;
  skipping_ = false;
  return true;
}

base::Result<std::optional<std::string_view>> Follower::NextLine() {
  std::size_t searched = used_;
  for (;;) {
    const std::size_t newline = buffer_.find('\n', searched);
    if (newline != std::string::npos) {
      const auto line = std::string_view(buffer_).substr(used_, newline - used_);
      used_ = newline + 1;
      ++number_;
      if (!std::exchange(skipping_, false) && line.size() <= kMaxLine) return line;
      searched = used_;
      continue;
    }
    buffer_.erase(0, used_);
    used_ = 0;
    if (buffer_.size() > kMaxLine) {
      // A line that is too long is no record. The rest of it is passed over, and the following
      // lines count.
      skipping_ = true;
      buffer_.clear();
    }
    const std::size_t old = buffer_.size();
    buffer_.resize(old + kChunk);
    ssize_t n = 0;
    do {
      n = read(file_.get(), buffer_.data() + old, kChunk);
    } while (n < 0 && errno == EINTR);
    buffer_.resize(old + (n > 0 ? static_cast<std::size_t>(n) : 0));
    if (n < 0) return base::FailSystem(name_);
    if (n == 0) return std::nullopt;
    searched = old;
  }
}

base::Result<std::optional<Follower::Line>> Follower::Next() {
  for (;;) {
    if (file_) {
      const auto line = NextLine();
      if (!line) return base::Fail(line.error());
      if (*line) {
        const std::uint64_t seq = SequenceOf(**line);
        if (seq <= last_ || !ParseRecord(**line)) continue;
        last_ = seq;
        return Line{name_, number_, seq, **line};
      }
    }
    // Only the newest file of a log grows, so the reader never returns to this one.
    const auto opened = OpenNext();
    if (!opened) return base::Fail(opened.error());
    if (!*opened) return std::nullopt;
  }
}

}  // namespace audit
