// Which interpreters a process of a release finds along its PATH: what parity compares.
#ifndef ONEOFF_RELEASE_ISOLATION_INTERPRETER_H_
#define ONEOFF_RELEASE_ISOLATION_INTERPRETER_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

struct Interpreter {
  std::string name;  // "ruby"
  std::string path;  // where it is found, and, if that is a link, where that leads: "A -> B"
};

// Those that are there, by name. Looks below the app's root: the app's user's process does this.
std::vector<Interpreter> FindInterpreters(std::string_view path);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_INTERPRETER_H_
