// The interpreters that a process of a release finds in its PATH: `oneoff parity` compares them.
#ifndef ONEOFF_RELEASE_ISOLATION_INTERPRETER_H_
#define ONEOFF_RELEASE_ISOLATION_INTERPRETER_H_

#include <string>
#include <string_view>
#include <vector>

namespace release {

struct Interpreter {
  std::string name;  // "ruby"
  std::string path;  // the path; of a link also its target: "A -> B"
};

// Those of bundle, node, perl, php, python, python3 and ruby that exist, by name. Relative folders
// of `path` are skipped. Reads below the app's root: the app's user's process calls it.
std::vector<Interpreter> FindInterpreters(std::string_view path);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_INTERPRETER_H_
