// Dialect: the rules by which a file of variables is read. Each dialect has its own parser, which
// gives the result of the upstream parser and runs nothing.
//
// All parsers take any bytes. They read no file and no environment: the caller passes both.
#ifndef ONEOFF_RELEASE_ENV_DIALECT_H_
#define ONEOFF_RELEASE_ENV_DIALECT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

enum class Dialect { kDotenv, kDotenvJs, kPythonDotenv, kForeman, kDocker, kSystemd, kPhpDotenv };

// The names in app files: "dotenv", "dotenv-js", "python-dotenv", "foreman", "docker", "systemd",
// "phpdotenv".
const std::vector<std::string>& DialectNames();
// `name` is one of DialectNames(); for another name the result has no meaning.
Dialect DialectOf(std::string_view name);

std::string_view NameOf(Dialect dialect);

// `earlier` resolves a reference to a variable that the file has not set before; it is not kept.
// Foreman's, Docker's, systemd's and Node's dialects have no references. kInvalid, as FailAtLine.
// The caller bounds the size of `text`.
base::Result<ParsedFile> ParseFile(Dialect dialect, std::string_view text, const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_DIALECT_H_
