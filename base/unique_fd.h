// UniqueFd: the only owner of a file descriptor. The code that opens a descriptor sets CLOEXEC.
//
// A function that takes an int borrows the descriptor; one that takes a UniqueFd becomes the owner.
#ifndef ONEOFF_BASE_UNIQUE_FD_H_
#define ONEOFF_BASE_UNIQUE_FD_H_

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "base/result.h"

namespace base {

class UniqueFd {
 public:
  // Empty: get() is -1.
  UniqueFd() = default;
  // Takes over `fd`; a negative number, as of a failed open(2), makes it empty.
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) Reset(std::exchange(other.fd_, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  explicit operator bool() const { return valid(); }
  // Gives up the descriptor: the caller must close it.
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);  // not retried: Linux closes the descriptor even on EINTR (close(2))
    fd_ = fd;
  }
  // A second descriptor of the same open file description (shared offset and O_NONBLOCK), CLOEXEC,
  // never 0, 1 or 2. kUnavailable if this process has too many.
  Result<UniqueFd> Duplicate() const {
    const int copy = fcntl(fd_, F_DUPFD_CLOEXEC, 3);
    if (copy < 0) return FailSystem("dup");
    return UniqueFd(copy);
  }

 private:
  int fd_ = -1;
};

struct FdPair {
  UniqueFd first;   // the read end of a pipe
  UniqueFd second;  // the write end of a pipe
};

// `flags` in addition to O_CLOEXEC, such as O_NONBLOCK, for both ends. kUnavailable if this process
// or the host has no descriptor left.
inline Result<FdPair> MakePipe(int flags = 0) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | flags) != 0) return FailSystem("pipe");
  return FdPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// A connected pair of UNIX sockets. `type` is SOCK_SEQPACKET or SOCK_STREAM, optionally with
// SOCK_NONBLOCK.
inline Result<FdPair> MakeSocketPair(int type) {
  int ends[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) return FailSystem("socketpair");
  return FdPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// For the open file description: every process that shares it sees the change.
inline Result<void> SetNonBlocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) return FailSystem("fcntl");
  return {};
}

}  // namespace base

#endif  // ONEOFF_BASE_UNIQUE_FD_H_
