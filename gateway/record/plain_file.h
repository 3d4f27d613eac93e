// PlainFile: the plain bytes of a recording's file, whether it is compressed by now or not.
//
// Whoever reads is somebody else than who wrote: nothing in a recording is believed.
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

// An archived file has lost its owner's permission to write; then it is compressed if it begins as
// gzip does. A living one is plain, whatever its bytes look like.
inline constexpr unsigned kArchivedMode = 0400;
inline constexpr std::string_view kGzipMagic = "\x1f\x8b";

class PlainFile {
 public:
  // kNotFound if there is none; kDenied if it is no regular file.
  static base::Result<PlainFile> Open(int folder, const std::string& name);

  // The next bytes, at most `size` of them, into `into`; 0 at the end. kInvalid if it is
  // compressed, and damaged.
  base::Result<std::size_t> Read(char* into, std::size_t size);
  bool archived() const { return archived_; }
  // -1 once it is known to be compressed.
  int fd() const { return fd_.get(); }

 private:
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  PlainFile(base::UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  base::UniqueFd fd_;  // as long as it is plain
  std::unique_ptr<gzFile_s, Close> packed_;
  std::string name_;
  bool archived_ = false;
};

// Its lines, without their newlines.
class PlainLines {
 public:
  explicit PlainLines(PlainFile file, std::size_t most) : file_(std::move(file)), most_(most) {}

  // nullopt at the end; what follows the last newline is no line. kTooLarge above `most` bytes.
  base::Result<std::optional<std::string>> Next();

 private:
  PlainFile file_;
  std::size_t most_;
  std::string buffer_;
  std::size_t at_ = 0;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_PLAIN_FILE_H_
