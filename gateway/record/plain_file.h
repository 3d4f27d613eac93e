// PlainFile: the plain bytes of a recording's file, compressed or not.
//
// A recording's bytes come from strangers, and the reader is a different process than the writer,
// so the reader trusts nothing in it.
#ifndef ONEOFF_GATEWAY_RECORD_PLAIN_FILE_H_
#define ONEOFF_GATEWAY_RECORD_PLAIN_FILE_H_

#include <zlib.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace record {

// Archiving removes the owner's write permission. An archived file is compressed if it begins with
// gzip's magic. A file that is still written is plain, even if it begins like gzip.
inline constexpr unsigned kArchivedMode = 0400;
inline constexpr std::string_view kGzipMagic = "\x1f\x8b";

class PlainFile {
 public:
  // kNotFound if the file is missing; kDenied if it is not a regular file.
  // A symbolic link is refused (O_NOFOLLOW), and a FIFO does not block. Other errors are open(2)'s.
  static base::Result<PlainFile> Open(int folder, const std::string& name);

  // Reads at most `size` bytes into `into`; returns 0 at the end. kInvalid if the compressed data
  // is damaged.
  // Blocks as read(2) of a regular file does. A compressed file may expand without limit, so
  // callers bound what they keep.
  base::Result<std::size_t> Read(char* into, std::size_t size);
  bool archived() const { return archived_; }
  // -1 if the file is known to be compressed.
  int fd() const { return fd_.get(); }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  PlainFile(base::UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  base::UniqueFd fd_;  // valid while the file is read as plain
  std::unique_ptr<gzFile_s, Close> packed_;
  std::string name_;
  bool archived_ = false;
};

// The lines of a file, without their newlines.
class PlainLines {
 public:
  explicit PlainLines(PlainFile file, std::size_t most) : file_(std::move(file)), most_(most) {}

  // nullopt at the end; bytes after the last newline are ignored. kTooLarge if a line exceeds
  // `most` bytes.
  // A line may be longer by one read of 16 KiB before it is refused.
  base::Result<std::optional<std::string>> Next();

 private:
  PlainFile file_;
  std::size_t most_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_PLAIN_FILE_H_
