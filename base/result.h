// Result<T>: a value, or an Error that a caller can handle and a person can read.
//
// It is for every failure that is not a bug. Two things are not errors: a refusal by policy
// (authz::Decision), and a command that ended badly (run::Ending).
//
//   base::Result<int> Port(const std::string& file) {
//     auto text = base::ReadFile(AT_FDCWD, file, 100);
//     if (!text) return base::Fail(std::move(text.error()).Context("the port"));
//     ...
//   }
#ifndef ONEOFF_BASE_RESULT_H_
#define ONEOFF_BASE_RESULT_H_

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace base {

// Error::System gives the codes of system calls: their errnos stand in parentheses.
enum class Code {
  kInvalid,      // the input is malformed; the message says where
  kNotFound,     // the named thing does not exist (ENOENT, ENOTDIR, ESRCH)
  kDenied,       // the file system or the peer refuses it (EACCES, EPERM, ELOOP)
  kTooLarge,     // over a documented limit; no errno has this code
  kUnavailable,  // not possible now; it may be later (EAGAIN, ENOSPC, EDQUOT, EMFILE, ENFILE,
                 // ENOMEM)
  kSystem,       // a system call failed for any other reason
};

class Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  // The failure of a system call: "WHAT: No such file or directory". `number` is an errno.
  static Error System(std::string_view what, int number = errno);

  Code code() const { return code_; }
  // One sentence without a full stop or a newline at its end. A peer's or a file's data in it is
  // quoted by the function that made the error.
  const std::string& message() const { return message_; }

  // The same error with the larger operation in front: "WHAT: message".
  Error Context(std::string_view what) && {
    message_.insert(0, std::string(what) + ": ");
    return std::move(*this);
  }

 private:
  Code code_;
  std::string message_;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(std::move(error)); }
inline tl::unexpected<Error> Fail(Code code, std::string message) {
  return tl::unexpected<Error>(Error(code, std::move(message)));
}
// For the system call that has just failed. If another call lies in between, the caller saves errno
// and passes it.
inline tl::unexpected<Error> FailSystem(std::string_view what, int number = errno) {
  return tl::unexpected<Error>(Error::System(what, number));
}

}  // namespace base

#endif  // ONEOFF_BASE_RESULT_H_
