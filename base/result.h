// Result<T>: a value, or an Error that a caller can handle and a person can read.
//
// Used for every failure that is not a bug. A refusal by policy is not an error (authz::Decision),
// and a command that ended badly is not one either (run::Ending).
#ifndef ONEOFF_BASE_RESULT_H_
#define ONEOFF_BASE_RESULT_H_

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace base {

enum class Code {
  kInvalid,      // what was read is malformed: the message says where
  kNotFound,     // the thing that was named does not exist
  kDenied,       // the file system or the peer forbids it
  kTooLarge,     // over a stated bound
  kUnavailable,  // cannot be done now; later it may
  kSystem,       // a system call failed for any other reason
};

class Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  // The failure of a system call: "WHAT: No such file or directory". `number` is an errno.
  static Error System(std::string_view what, int number = errno);

  Code code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same error, told as part of a larger undertaking: "WHAT: message".
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
// For a system call that has just failed.
inline tl::unexpected<Error> FailSystem(std::string_view what, int number = errno) {
  return tl::unexpected<Error>(Error::System(what, number));
}

}  // namespace base

#endif  // ONEOFF_BASE_RESULT_H_
