#include "release/env/dialect.h"

#include <algorithm>

#include "release/env/docker_env.h"
#include "release/env/dotenv.h"
#include "release/env/dotenv_js.h"
#include "release/env/foreman_env.h"
#include "release/env/php_dotenv.h"
#include "release/env/python_dotenv.h"
#include "release/env/systemd_env.h"

namespace release {

const std::vector<std::string>& DialectNames() {
  // In the enumeration's order.
  static const std::vector<std::string> names = {"dotenv", "dotenv-js", "python-dotenv", "foreman",
                                                 "docker", "systemd",   "phpdotenv"};
  return names;
}

Dialect DialectOf(std::string_view name) {
  const auto& names = DialectNames();
  return static_cast<Dialect>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::string_view NameOf(Dialect dialect) {
  return DialectNames()[static_cast<std::size_t>(dialect)];
}

base::Result<ParsedFile> ParseFile(Dialect dialect, std::string_view text, const Lookup& earlier) {
  switch (dialect) {
    case Dialect::kDotenv:
      return ParseDotenv(text, earlier);
    case Dialect::kDotenvJs:
      return ParseDotenvJs(text);
    case Dialect::kPythonDotenv:
      return ParsePythonDotenv(text, earlier);
    case Dialect::kForeman:
      return ParseForemanEnv(text);
    case Dialect::kDocker:
      return ParseDockerEnv(text);
    case Dialect::kSystemd:
      return ParseSystemdEnv(text);
    case Dialect::kPhpDotenv:
      return ParsePhpDotenv(text, earlier);
  }
  return base::Fail(base::Code::kInvalid, "an unknown dialect");
}

}  // namespace release
