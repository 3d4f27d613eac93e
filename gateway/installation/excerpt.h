// Excerpts of kept configurations, for the auditor: the text as it stands in the file.
#ifndef ONEOFF_GATEWAY_INSTALLATION_EXCERPT_H_
#define ONEOFF_GATEWAY_INSTALLATION_EXCERPT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace installation {

struct Excerpt {
  std::size_t line = 0;  // from 1
  std::string text;      // may be several lines
};

// The entry of "rules" with that name, comments included. nullopt if there is none.
std::optional<Excerpt> RuleOf(const std::string& policy, std::string_view name);

// An app file without secrets: each value of "env" is "...", and comments are left out. nullopt if
// it is no JSON.
std::optional<std::string> WithoutValues(const std::string& app_file);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_EXCERPT_H_
