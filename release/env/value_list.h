// ValueList: the variables that one file sets, collected by a dialect's parser within bounds.
#ifndef ONEOFF_RELEASE_ENV_VALUE_LIST_H_
#define ONEOFF_RELEASE_ENV_VALUE_LIST_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "release/variable.h"

namespace release {

// Bytes of one value, if its name is one byte. A longer name leaves less: FitsEnvironment.
inline constexpr std::size_t kMaxValue = kMaxExecString - 2;
// Bytes of a file's values, after expansion.
inline constexpr std::size_t kMaxFileValues = 2U << 20U;

// Resolves a `$NAME` that the file itself did not set before; nullptr: unset. The pointer has to be
// valid until the next call.
using Lookup = std::function<const std::string*(std::string_view name)>;

struct ParsedFile {
  struct Entry {
    std::string name;      // not empty, without '=' and NUL; not always an IsVariableName
    std::string value;     // without NUL; FitsEnvironment holds
    std::size_t line = 0;  // of the name, from 1
  };
  struct Warning {
    std::size_t line = 0;
    // Holds no part of a value, nor of a line that the parser did not understand.
    std::string message;
  };
  std::vector<Entry> entries;     // in the file's order; the last of one name wins
  std::vector<Warning> warnings;  // at most 20
};

// "LINE: NAME: why". The name is left out unless it consists of [A-Za-z0-9_.-]: other text may be
// part of a value.
tl::unexpected<base::Error> FailAtLine(std::size_t line, std::string_view name,
                                       std::string_view why);

// kInvalid, as FailAtLine, at the first line that is not UTF-8.
base::Result<void> RequireUtf8(std::string_view text);

class ValueList {
 public:
  // kInvalid, as FailAtLine, for a name or value that an environment cannot hold (environ(7)), and
  // over the bounds. A later value of a name does not give the earlier one's bytes back.
  base::Result<void> Set(std::string_view name, std::string value, std::size_t line);
  // Removes the variable, as if the file had not set it.
  void Forget(std::string_view name);
  // nullptr: the file has not set it. The pointer is valid until the next change.
  const std::string* Find(std::string_view name) const;
  // Keeps the first 20 only.
  void Warn(std::size_t line, std::string message);
  // Without the entries that Forget() cancelled.
  ParsedFile Take() &&;

 private:  // the entries of a name with a lower index do not count
  ParsedFile file_;
  std::map<std::string, std::size_t, std::less<>> newest_;  // name to its last entry
  // Name to the number of its entries that Forget() cancelled.
  std::map<std::string, std::size_t, std::less<>> forgotten_;
  std::size_t bytes_ = 0;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_VALUE_LIST_H_
