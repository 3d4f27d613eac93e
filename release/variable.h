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
};

// In the order of first setting; each name once.
class Variables {
 public:
  // Sets `name`, or replaces its value and source.
  void Set(std::string name, std::string value, std::string source);
  void Unset(std::string_view name);
  // nullptr if it is not set. Valid until the next change.
  const Variable* Find(std::string_view name) const;
  const std::vector<Variable>& all() const { return all_; }
  std::vector<Variable> Take() && { return std::move(all_); }

 private:
  std::vector<Variable> all_;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_VARIABLE_H_
