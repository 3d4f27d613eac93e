// Variable: one variable of a command's environment, with where it came from.
#ifndef ONEOFF_RELEASE_VARIABLE_H_
#define ONEOFF_RELEASE_VARIABLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace release {

struct Variable {
  std::string name;
  std::string value;   // never in a message; no NUL
  std::string source;  // "shared/.env:3", "base", "client": for a person
  // The sources that had set it before, the latest last; the last kMaxOverrode of them.
  std::vector<std::string> overrode = {};
  bool unset =
      false;  // only in a ReleaseSnapshot's config: `source` takes it out of the environment
};
inline constexpr std::size_t kMaxOverrode = 4;

// In the order of first setting; each name once.
class Variables {
 public:
  // Sets `name`, or replaces its value and source.
  void Set(std::string name, std::string value, std::string source);
  // As Set, or as Unset for one that is buried; what `variable` overrode counts, too.
  void Apply(const Variable& variable);
  void Unset(std::string_view name);
  // Unsets it, and keeps an entry that says so, for who applies these to others.
  void Bury(std::string name, std::string source);
  // nullptr if it is not set. Valid until the next change.
  const Variable* Find(std::string_view name) const;
  // As Find, but buried ones, too.
  const Variable* FindEntry(std::string_view name) const;
  const std::vector<Variable>& all() const { return all_; }
  std::vector<Variable> Take() && { return std::move(all_); }

 private:
  Variable& Entry(std::string name);

  std::vector<Variable> all_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_VARIABLE_H_
