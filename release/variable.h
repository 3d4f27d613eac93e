// Variable: one variable of a command's environment, and the source that set it.
#ifndef ONEOFF_RELEASE_VARIABLE_H_
#define ONEOFF_RELEASE_VARIABLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace release {

// Bytes of a word of argv, or of NAME=value, without its zero byte (Linux: MAX_ARG_STRLEN,
// execve(2)).
inline constexpr std::size_t kMaxExecString = 128UL * 1024UL - 1;

// Whether NAME=value can be in a command's environment. The bound counts the name and the '='.
inline bool FitsEnvironment(std::string_view name, std::string_view value) {
  return name.size() + 1 + value.size() <= kMaxExecString;
}
// What is wrong otherwise, without the value: "NAME=value is longer than 131071 bytes".
std::string WhyNotInEnvironment();

struct Variable {
  std::string name;
  std::string value;   // never part of a message; holds no NUL
  std::string source;  // "shared/.env:3", "base", "client"; people read it
  // The sources that had set it before, the latest last; at most kMaxOverrode.
  std::vector<std::string> overrode = {};
  bool unset = false;  // only in a ReleaseSnapshot's config: `source` removes the variable
};
inline constexpr std::size_t kMaxOverrode = 4;

// In the order in which they were first set; each name once. It checks no name, value or size: see
// ValueSink. A call takes time for each variable.
class Variables {
 public:
  // Sets `name`, or replaces its value and source.
  void Set(std::string name, std::string value, std::string source);
  // As Set, or as Unset for a buried variable; adds the sources that `variable` overrode.
  void Apply(const Variable& variable);
  // Removes the variable and its entry; does nothing if there is none.
  void Unset(std::string_view name);
  // Unsets the variable and keeps an entry that says so, so that it can be applied to other
  // Variables.
  void Bury(std::string name, std::string source);
  // nullptr if it is not set. The pointer is valid until the next change.
  const Variable* Find(std::string_view name) const;
  // As Find, but finds buried variables, too.
  const Variable* FindEntry(std::string_view name) const;
  // Buried ones included.
  const std::vector<Variable>& all() const { return all_; }
  std::vector<Variable> Take() && { return std::move(all_); }

 private:
  Variable& Entry(std::string name);

  std::vector<Variable> all_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_VARIABLE_H_
