// Dialect: whose rules a file of variables follows. Each has a parser of its own, which answers
// what its upstream parser answers, and runs nothing.
#ifndef ONEOFF_RELEASE_ENV_DIALECT_H_
#define ONEOFF_RELEASE_ENV_DIALECT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

enum class Dialect { kDotenv, kDotenvJs, kPythonDotenv, kForeman, kDocker, kSystemd, kPhpDotenv };

// As app files name them: "dotenv", "dotenv-js", "python-dotenv", "foreman", "docker", "systemd",
// "phpdotenv".
const std::vector<std::string>& DialectNames();
// `name` is one of DialectNames().
Dialect DialectOf(std::string_view name);

std::string_view NameOf(Dialect dialect);

// `earlier` is what a reference to a variable means that the file did not set before. kInvalid, as
// FailAtLine. `text` should be bounded by the caller.
base::Result<ParsedFile> ParseFile(Dialect dialect, std::string_view text, const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DIALECT_H_
