#include "gateway/run/output_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace run {
namespace {

constexpr std::string_view kMagic = "oneoff output 1\n";
constexpr std::uint64_t kHeader = 4096;
constexpr std::uint64_t kMostBound = 1UL << 40;
constexpr std::size_t kNumbers = 5;

// Writes all bytes with pwrite(2), or returns false.
bool WriteAt(int fd, std::string_view bytes, std::uint64_t place) {
  while (!bytes.empty()) {
    const ssize_t n = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(place));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
    place += static_cast<std::uint64_t>(n);
  }
  return true;
}

std::string HeaderText(const std::array<std::uint64_t, kNumbers>& numbers) {
  std::string text(kMagic);
  for (std::uint64_t number : numbers) {
    for (int i = 0; i < 8; ++i, number >>= 8U) text += static_cast<char>(number & 0xffU);
  }
  return text;
}

std::uint64_t NumberAt(std::string_view text, std::size_t index) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) {
    number = number << 8U | static_cast<unsigned char>(text[kMagic.size() + index * 8 + i]);
  }
  return number;
}

// The writer changes the header with one pwrite(2) of a few bytes. A reader may see half of it, so
// it reads until two reads in a row are equal.
base::Result<std::string> ReadHeader(int fd) {
  std::string before;
  for (int tries = 0; tries < 100; ++tries) {
    std::string text(kMagic.size() + kNumbers * 8, '\0');
    const ssize_t n = pread(fd, text.data(), text.size(), 0);
    if (n < 0 && errno != EINTR) return base::FailSystem("read a run's output");
    if (n == static_cast<ssize_t>(text.size()) && text == before) return text;
    before = std::move(text);
  }
  return base::Fail(base::Code::kInvalid, "a run's output has no stable header");
}

}  // namespace

base::Result<OutputLog> OutputLog::Create(int folder, const std::string& id, std::uint64_t bound) {
  base::UniqueFd file(
      openat(folder, id.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return base::FailSystem("make the file of a run's output");
  OutputLog log(std::move(file), bound);
  if (auto written = log.WriteHeader(); !written) {
    unlinkat(folder, id.c_str(), 0);
    return base::Fail(std::move(written.error()));
  }
  return log;
}

base::Result<OutputLog> OutputLog::Open(int folder, const std::string& id) {
  base::UniqueFd file(openat(folder, id.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return base::FailSystem("open a run's output");
  struct stat info {};
  if (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return base::Fail(base::Code::kInvalid, "a run's output is no regular file");
  }
  OutputLog log(std::move(file), 0);
  if (auto read = log.Refresh(); !read) return base::Fail(std::move(read.error()));
  return log;
}

void OutputLog::StartAt(record::Stream stream, std::uint64_t position) {
  extents_.at(IndexOf(stream)) = {position, position};
}

void OutputLog::Append(record::Stream stream, std::string_view bytes) {
  const std::size_t index = IndexOf(stream);
  Extent& extent = extents_.at(index);
  const std::uint64_t end = extent.end + bytes.size();
  const std::string_view kept = bytes.substr(bytes.size() - std::min(bytes.size(), bound_));
  // The header comes first, so that no reader takes new bytes for the old ones in their place.
  extent.begin = std::max(extent.begin, end - std::min(end, bound_));
  bool written = static_cast<bool>(WriteHeader());
  std::uint64_t position = end - kept.size();
  for (std::string_view rest = kept; written && !rest.empty();) {
    const std::uint64_t to_border = bound_ - position % bound_;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), to_border));
    written = WriteAt(file_.get(), rest.substr(0, size), PlaceOf(index, position));
    rest.remove_prefix(size);
    position += size;
  }
  extent.end = end;
  if (!written) extent.begin = end;
  (void)WriteHeader();  // needs no new block, so it works on a full disk
}

base::Result<void> OutputLog::Refresh() {
  const auto text = ReadHeader(file_.get());
  if (!text) return base::Fail(text.error());
  const Extent out{NumberAt(*text, 1), NumberAt(*text, 2)};
  const Extent err{NumberAt(*text, 3), NumberAt(*text, 4)};
  bound_ = NumberAt(*text, 0);
  const bool sound = text->starts_with(kMagic) && bound_ > 0 && bound_ <= kMostBound &&
                     out.begin <= out.end && out.end - out.begin <= bound_ &&
                     err.begin <= err.end && err.end - err.begin <= bound_;
  if (!sound) return base::Fail(base::Code::kInvalid, "a run's output has a damaged header");
  extents_ = {out, err};
  return {};
}

base::Result<std::string> OutputLog::Read(record::Stream stream, std::uint64_t position,
                                          std::size_t most) {
  const std::size_t index = IndexOf(stream);
  const Extent& extent = extents_.at(index);
  if (position < extent.begin || position >= extent.end) return std::string();
  const std::uint64_t size =
      std::min<std::uint64_t>({most, extent.end - position, bound_ - position % bound_});
  std::string text(static_cast<std::size_t>(size), '\0');
  const ssize_t n =
      pread(file_.get(), text.data(), text.size(), static_cast<off_t>(PlaceOf(index, position)));
  if (n < 0) return base::FailSystem("read a run's output");
  text.resize(static_cast<std::size_t>(n));
  return text;
}

base::Result<void> OutputLog::WriteHeader() const {
  const std::string text =
      HeaderText({bound_, extents_[0].begin, extents_[0].end, extents_[1].begin, extents_[1].end});
  if (!WriteAt(file_.get(), text, 0)) return base::FailSystem("write a run's output");
  return {};
}

std::uint64_t OutputLog::PlaceOf(std::size_t index, std::uint64_t position) const {
  return kHeader + index * bound_ + position % bound_;
}

}  // namespace run
