#include "gateway/audit/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/audit/record.h"

namespace audit {
namespace {

constexpr std::size_t kChunk = 1U << 17;  // bytes

}  // namespace

base::Result<LineReader> LineReader::Open(int directory, const std::string& name) {
  base::UniqueFd file(
      // The reader may be root, and the log belongs to oneoff-audit: no link is followed, and no
      // FIFO blocks (open(2)).
      openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0) return base::FailSystem(name);
  if (!S_ISREG(status.st_mode)) {
    return base::Fail(base::Code::kDenied, name + ": not a regular file");
  }
  return LineReader(std::move(file));
}

base::Result<void> LineReader::Fill() {
  buffer_.erase(0, used_);
  used_ = 0;
  const std::size_t old = buffer_.size();
  buffer_.resize(old + kChunk);
  ssize_t n = 0;
  do {
    n = read(file_.get(), buffer_.data() + old, kChunk);
  } while (n < 0 && errno == EINTR);
  buffer_.resize(old + (n > 0 ? static_cast<std::size_t>(n) : 0));
  if (n < 0) return base::FailSystem("read");
  at_end_ = n == 0;
  return {};
}

base::Result<std::optional<Line>> LineReader::Next(const Sink& too_long) {
  Line line;
  line.number = ++number_;
  // Of a line that is too long, the buffer keeps the beginning, for messages.
  std::size_t given = 0;  // bytes of the line in the buffer that `too_long` has
  const auto give = [&](std::size_t end) {
    if (too_long) too_long(std::string_view(buffer_).substr(used_ + given, end - used_ - given));
  };
  std::size_t searched = used_;
  std::size_t newline = 0;
  while ((newline = buffer_.find('\n', searched)) == std::string::npos && !at_end_) {
    if (buffer_.size() - used_ > kMaxLine + 1) {
      give(buffer_.size());
      line.too_long = true;
      given = kMaxLine + 1;
      buffer_.resize(used_ + given);
    }
    const std::size_t kept = buffer_.size() - used_;
    if (auto filled = Fill(); !filled) return base::Fail(std::move(filled.error()));
    searched = kept;
  }
  line.closed = newline != std::string::npos;
  if (!line.closed && used_ == buffer_.size()) return std::nullopt;
  const std::size_t end = line.closed ? newline : buffer_.size();
  line.bytes = std::string_view(buffer_).substr(used_, end - used_);
  if (line.bytes.size() > kMaxLine) {
    give(end);
    line.too_long = true;
    line.bytes = line.bytes.substr(0, kMaxLine);
  }
  used_ = line.closed ? newline + 1 : end;
  return line;
}

}  // namespace audit
