// Facts about a virtualenv from its files: pyvenv.cfg, and the first lines of scripts.
#ifndef ONEOFF_RELEASE_ISOLATION_PYTHON_FILES_H_
#define ONEOFF_RELEASE_ISOLATION_PYTHON_FILES_H_

#include <string>
#include <string_view>

namespace release {

// The content of pyvenv.cfg, which venv and virtualenv write (PEP 405): `key = value` lines.
struct Pyvenv {
  std::string home;     // the folder of the Python that created it; may be empty
  std::string version;  // "3.11.2"; may be empty
};
Pyvenv ParsePyvenv(std::string_view text);

// The program that the script's first line names (execve(2), "Interpreter scripts"), without
// arguments, as the script has it: at most 4096 bytes. Empty if the script does not begin with
// "#!". Also reads the form that pip writes if the path is too long for a "#!" line:
//   #!/bin/sh
//   '''exec' "/very/long/bin/python" "$0" "$@"
std::string InterpreterOf(std::string_view script);

}  // namespace release

#endif  // ONEOFF_RELEASE_ISOLATION_PYTHON_FILES_H_
