// The name of a program, taken from the word that starts it.
#ifndef ONEOFF_CONFIG_PROGRAM_NAME_H_
#define ONEOFF_CONFIG_PROGRAM_NAME_H_

#include <string_view>

namespace config {

// "python" for "/usr/bin/python3.11", "php" for "php-8.2": without folders and without a version at
// the end, which is any run of digits, dots and dashes. So "sqlite3" is "sqlite", and a table of
// names must not hold the digits either. A name of these characters only stays as it is. Empty for
// an empty word and for one that ends in a slash. A view of `word`.
inline std::string_view ProgramName(std::string_view word) {
  const std::size_t slash = word.rfind('/');
  if (slash != std::string_view::npos) word.remove_prefix(slash + 1);
  const std::size_t end = word.find_last_not_of("0123456789.-");
  return end == std::string_view::npos ? word : word.substr(0, end + 1);
}

}  // namespace config

#endif  // ONEOFF_CONFIG_PROGRAM_NAME_H_
