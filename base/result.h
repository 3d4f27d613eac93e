// Result<T>: a value, or an Error that a caller can handle and a person can read.
//
// It is for every failure that is not a bug. Two things are not errors: a refusal by policy
// (authz::Decision), and a command that ended badly (run::Ending).
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
  kInvalid,      // the input is malformed; the message says where
  kNotFound,     // the named thing does not exist
  kDenied,       // the file system or the peer refuses it
  kTooLarge,     // over a documented limit
  kUnavailable,  // not possible now; it may be later
  kSystem,       // a system call failed for any other reason
};

class Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  // The failure of a system call: "WHAT: No such file or directory". `number` is an errno.
  static Error System(std::string_view what, int number = errno);

  Code code() const { return code_; }
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
// For the system call that has just failed.
inline tl::unexpected<Error> FailSystem(std::string_view what, int number = errno) {
  return tl::unexpected<Error>(Error::System(what, number));
}

}  // namespace base

#endif  // ONEOFF_BASE_RESULT_H_
