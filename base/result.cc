#include "base/result.h"

#include <system_error>

namespace base {
namespace {

Code CodeOf(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
      return Code::kNotFound;
    case EACCES:
    case EPERM:
    case ELOOP:
      return Code::kDenied;
    case EAGAIN:
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Code::kUnavailable;
    default:
      return Code::kSystem;
  }
}

}  // namespace

Error Error::System(std::string_view what, int number) {
  return {CodeOf(number), std::string(what) + ": " + std::generic_category().message(number)};
}

}  // namespace base
