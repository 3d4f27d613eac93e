// Excerpts of kept configurations for an auditor, exactly as the files have the text.
#ifndef ONEOFF_GATEWAY_INSTALLATION_EXCERPT_H_
#define ONEOFF_GATEWAY_INSTALLATION_EXCERPT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace installation {

struct Excerpt {
  std::size_t line = 0;  // from 1
  std::string text;      // may have several lines
};

// Returns the entry of "rules" with that name, with its comments; nullopt if there is none.
std::optional<Excerpt> RuleOf(const std::string& policy, std::string_view name);

// Returns an app file without secrets: each value of "env" is "...", and comments are removed.
// nullopt if the file is not JSON.
std::optional<std::string> WithoutValues(const std::string& app_file);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_EXCERPT_H_
