#include "gateway/audit/tail.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/unique_fd.h"
#include "gateway/audit/digest.h"
#include "gateway/audit/record.h"

namespace audit {
namespace {

constexpr std::size_t kFirstWindow = 1U << 20;  // bytes

// The bytes of a file after its last record: `bytes`, then `zeros` zeros; if there are zeros, then
// the newline that the file gets.
struct Torn {
  std::string bytes;
  std::uint64_t zeros = 0;

  std::uint64_t size() const { return bytes.size() + zeros + (zeros > 0 ? 1 : 0); }
};

// The end of one file.
struct FileEnd {
  std::optional<Record> last;
  std::string digest;  // of the last record's line
  Torn torn;
  std::string key;  // of the newest signature in the searched window
  bool unclosed = false;
};

base::Result<std::string> ReadAt(int fd, std::size_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n =
        pread(fd, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::FailSystem("read");
    if (n == 0) return base::Fail(base::Code::kUnavailable, "it shrinks while it is read");
    done += static_cast<std::size_t>(n);
  }
  return bytes;
}

// Returns how many zeros the file of `size` bytes ends with.
base::Result<std::uint64_t> CountZeros(int fd, std::size_t size) {
  constexpr std::size_t kBlock = 1U << 20;  // bytes
  for (std::size_t end = size; end > 0;) {
    const std::size_t begin = end - std::min(end, kBlock);
    const auto bytes = ReadAt(fd, begin, end - begin);
    if (!bytes) return base::Fail(bytes.error());
    const std::size_t last = bytes->find_last_not_of('\0');
    if (last != std::string::npos) return size - (begin + last + 1);
    end = begin;
  }
  return size;
}

void Add(const Torn& torn, Sha256& digest) {
  static const std::string kZeros(1U << 16, '\0');
  digest.Update(torn.bytes);
  for (std::uint64_t left = torn.zeros; left > 0;) {
    const auto now = std::min<std::uint64_t>(left, kZeros.size());
    digest.Update(std::string_view(kZeros).substr(0, now));
    left -= now;
  }
  if (torn.zeros > 0) digest.Update("\n");
}

// Returns the public key in `line` if it is a signature; else empty.
std::string KeyOf(std::string_view line) {
  const bool may_be = line.find(Name(Checkpoint{})) != std::string_view::npos ||
                      line.find(Name(KeyRotated{})) != std::string_view::npos;
  const auto record = may_be ? ParseRecord(line) : std::nullopt;
  if (!record || (record->event != Name(Checkpoint{}) && record->event != Name(KeyRotated{}))) {
    return {};
  }
  return record->Text("key");
}

// Returns the key of the newest signature in `window`. Every line must have its newline.
std::string FindKey(std::string_view window) {
  while (!window.empty()) {
    const std::size_t newline =
        window.size() >= 2 ? window.rfind('\n', window.size() - 2) : std::string_view::npos;
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    if (auto key = KeyOf(window.substr(begin, window.size() - 1 - begin)); !key.empty()) return key;
    window = window.substr(0, begin);
  }
  return {};
}

// Finds the last record in `window`, the end of a file. Every line must have its newline. `whole`:
// the window begins at the start of a line.
FileEnd Search(std::string_view window, bool whole) {
  FileEnd end;
  std::size_t line_end = window.size();
  while (line_end > 0) {
    const std::size_t newline =
        line_end >= 2 ? window.rfind('\n', line_end - 2) : std::string_view::npos;
    if (newline == std::string_view::npos && !whole) break;
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    const std::string_view line = window.substr(begin, line_end - 1 - begin);
    if (auto record = ParseRecord(line)) {
      end.last = std::move(record);
      end.digest = Sha256::Of(line);
      break;
    }
    line_end = begin;
  }
  end.torn.bytes = window.substr(line_end);
  if (end.last) end.key = FindKey(window.substr(0, line_end));
  return end;
}

bool EndsWithNewline(int fd, std::size_t size) {
  char last = 0;
  return size > 0 && pread(fd, &last, 1, static_cast<off_t>(size - 1)) == 1 && last == '\n';
}

base::Result<FileEnd> ReadEnd(int directory, const std::string& name) {
  const base::UniqueFd fd(
      openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return base::FailSystem(name);
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return base::FailSystem(name);
  if (!S_ISREG(status.st_mode))
    return base::Fail(base::Code::kDenied, name + ": not a regular file");
  const auto whole = static_cast<std::size_t>(status.st_size);
  auto zeros = CountZeros(fd.get(), whole);
  // A recovery that was cut has closed the line of zeros, and not recorded it.
  const bool closed = zeros && *zeros == 0 && EndsWithNewline(fd.get(), whole);
  if (closed) zeros = CountZeros(fd.get(), whole - 1);
  if (!zeros) return base::Fail(base::Error(zeros.error()).Context(name));
  // A crash can leave zeros at the end of a file whose size was written before its data. So many
  // come from something else.
  if (*zeros > kMaxZeros) {
    return base::Fail(base::Code::kTooLarge,
                      fmt::format("{}: ends with {} zeros; move it elsewhere, and keep it, before "
                                  "the next run",
                                  name, *zeros));
  }
  const std::size_t size = whole - *zeros - (closed && *zeros > 0 ? 1 : 0);
  // From the end: a day's file may have gigabytes, and the last record is almost always in the last
  // megabyte.
  for (std::size_t window = kFirstWindow;; window *= 4) {
    const std::size_t offset = size > window ? size - window : 0;
    auto bytes = ReadAt(fd.get(), offset, size - offset);
    if (!bytes) return base::Fail(std::move(bytes.error()).Context(name));
    const bool open_line = !bytes->empty() && bytes->back() != '\n';
    const bool unclosed = *zeros > 0 ? !closed : open_line;
    std::string begun;  // of the line that ends with the zeros
    if (*zeros > 0) {
      begun = bytes->substr(bytes->rfind('\n') + 1);
      bytes->resize(bytes->size() - begun.size());
    } else if (unclosed) {
      *bytes += '\n';
    }
    FileEnd end = Search(*bytes, offset == 0);
    end.unclosed = unclosed;
    end.torn.bytes += begun;
    end.torn.zeros = *zeros;
    if (end.last || offset == 0) return end;
    if (window > kMaxTorn) {
      return base::Fail(base::Code::kTooLarge,
                        fmt::format("{}: its last {} bytes hold no record; move it elsewhere, and "
                                    "keep it, before the next run",
                                    name, window));
    }
  }
}

// Reads backwards to the newest file with a record. Adds the torn parts on the way to `torn`, the
// newest first.
base::Result<void> ReadEnds(int directory, const std::vector<std::string>& files, Tail& tail,
                            std::vector<Torn>& torn) {
  std::uint64_t zeros = 0;
  for (auto name = files.rbegin(); name != files.rend(); ++name) {
    auto end = ReadEnd(directory, *name);
    if (!end) return base::Fail(std::move(end.error()));
    if (end->unclosed) tail.unclosed.push_back(*name);
    if (end->torn.size() > 0) {
      tail.torn.file = *name;
      tail.torn.bytes += end->torn.size();
      zeros += end->torn.zeros;
      torn.push_back(std::move(end->torn));
    }
    if (tail.torn.bytes - zeros > kMaxTorn) {
      return base::Fail(base::Code::kTooLarge,
                        fmt::format("{}: {} bytes without a record", *name, tail.torn.bytes));
    }
    if (!end->last) continue;
    tail.seq = end->last->seq;
    tail.digest = end->digest;
    tail.key = std::move(end->key);
    if (tail.key.empty() && std::next(name) != files.rend()) {
      const auto before = ReadEnd(directory, *std::next(name));
      if (before) tail.key = before->key;
    }
    break;
  }
  return {};
}

}  // namespace

base::Result<Tail> FindTail(int directory) {
  const auto files = LogFiles(directory);
  if (!files) return base::Fail(files.error());
  Tail tail;
  tail.digest = FirstPrev();
  if (!files->empty()) tail.newest = files->back();
  std::vector<Torn> torn;  // newest first
  if (auto read = ReadEnds(directory, *files, tail, torn); !read) {
    return base::Fail(std::move(read.error()));
  }
  if (tail.torn.file.empty()) tail.torn.file = tail.newest;
  Sha256 digest;
  std::for_each(torn.rbegin(), torn.rend(), [&](const auto& part) { Add(part, digest); });
  tail.torn.sha256 = digest.Hex();
  return tail;
}

}  // namespace audit
