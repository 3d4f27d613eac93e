// ValueList: what one file of variables sets, collected by a dialect's parser within bounds.
#ifndef ONEOFF_RELEASE_ENV_VALUE_LIST_H_
#define ONEOFF_RELEASE_ENV_VALUE_LIST_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace release {

inline constexpr std::size_t kMaxValue =
    128UL * 1024UL;  // bytes of one value (Linux: MAX_ARG_STRLEN)
inline constexpr std::size_t kMaxFileValues = 2U << 20U;  // of a file's values, after expansion

// What a `$NAME` means that the file itself did not set before; nullptr: unset.
using Lookup = std::function<const std::string*(std::string_view name)>;

struct ParsedFile {
  struct Entry {
    std::string name;
    std::string value;
    std::size_t line = 0;  // of the name, from 1
  };
  struct Warning {
    std::size_t line = 0;
    std::string message;  // holds nothing of a value, nor of a line that was not understood
  };
  std::vector<Entry> entries;     // in the file's order; a later one of the same name wins
  std::vector<Warning> warnings;  // at most 20
};

// "LINE: NAME: why"; without the name if that is not of [A-Za-z0-9_.-], as it may be anything then.
tl::unexpected<base::Error> FailAtLine(std::size_t line, std::string_view name,
                                       std::string_view why);

// kInvalid, as FailAtLine, at the first line that is no UTF-8.
base::Result<void> RequireUtf8(std::string_view text);

class ValueList {
 public:
  // kInvalid, as FailAtLine, for a name or a value that no environment can hold, and over the
  // bounds.
  base::Result<void> Set(std::string_view name, std::string value, std::size_t line);
  // As if the file had not set it.
  void Forget(std::string_view name);
  // nullptr: the file has not set it. Valid until the next change.
  const std::string* Find(std::string_view name) const;
  void Warn(std::size_t line, std::string message);
  ParsedFile Take() &&;

 private:
  ParsedFile file_;
  std::map<std::string, std::size_t, std::less<>> newest_;     // a name's last entry
  std::map<std::string, std::size_t, std::less<>> forgotten_;  // its entries before this one
  std::size_t bytes_ = 0;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_VALUE_LIST_H_
