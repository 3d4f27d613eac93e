#include "gateway/installation/excerpt.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "config/json_document.h"

namespace installation {
namespace {

using config::Node;

// Returns the end of the comment or string that begins at `at`; `at` if none begins there.
std::size_t EndOfQuoted(std::string_view text, std::size_t at) {
  if (text[at] == '"') {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
  }
  if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
  if (text.substr(at, 2) == "/*") {
    const std::size_t end = text.find("*/", at + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  return at;
}

// Returns the end of the value that begins at `at`.
std::size_t EndOfValue(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    if (const std::size_t end = EndOfQuoted(text, at); end != at) {
      at = end;
    } else if (text[at] == '{' || text[at] == '[') {
      ++depth;
      ++at;
    } else if (text[at] == '}' || text[at] == ']') {
      if (depth == 0) return at;
      --depth;
      ++at;
    } else if (depth == 0 && (text[at] == ',' || text[at] == '\n')) {
      return at;
    } else {
      ++at;
    }
    if (depth == 0 && (text[at - 1] == '}' || text[at - 1] == ']' || text[at - 1] == '"')) break;
  }
  return at;
}

}  // namespace

std::optional<Excerpt> RuleOf(const std::string& policy, std::string_view name) {
  config::Problems ignored;
  const auto document = config::Document::Parse("policy.json", policy, ignored);
  const Node* const rules = document ? document->root().Find("rules") : nullptr;
  if (rules == nullptr) return std::nullopt;
  for (const Node& rule : rules->elements) {
    const Node* const its_name = rule.Find("name");
    if (its_name == nullptr || its_name->string != name) continue;
    const std::size_t end = EndOfValue(policy, rule.offset);
    return Excerpt{document->LineOf(rule.offset), policy.substr(rule.offset, end - rule.offset)};
  }
  return std::nullopt;
}

std::optional<std::string> WithoutValues(const std::string& app_file) {
  config::Problems ignored;
  const auto document = config::Document::Parse("", app_file, ignored);
  if (!document) return std::nullopt;
  std::vector<std::pair<std::size_t, std::size_t>> values;  // first byte, end
  if (const Node* const env = document->root().Find("env")) {
    if (env->kind != Node::Kind::kObject) return std::nullopt;
    for (const config::Member& variable : env->members) {
      values.emplace_back(variable.value.offset, EndOfValue(app_file, variable.value.offset));
    }
  }
  std::string text;
  for (std::size_t at = 0; at < app_file.size();) {
    const auto value = std::find_if(values.begin(), values.end(),
                                    [at](const auto& one) { return one.first == at; });
    const std::size_t end = EndOfQuoted(app_file, at);
    if (value != values.end()) {
      text += "\"...\"";
      at = std::max(value->second, at + 1);
    } else if (app_file[at] == '/' && end != at) {
      at = end;  // a comment may contain a secret that was tried once
    } else {
      text.append(app_file, at, std::max(end, at + 1) - at);
      at = std::max(end, at + 1);
    }
  }
  return text;
}

}  // namespace installation
