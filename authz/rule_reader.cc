#include "authz/rule_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "authz/code_execution.h"
#include "authz/file_access.h"
#include "base/text.h"
#include "config/program_name.h"
#include "config/reserved_variables.h"
#include "config/variable_name.h"

namespace authz {
namespace {

using config::Need;
using config::Node;
using config::ObjectReader;

// [A-Za-z0-9][A-Za-z0-9._-]{0,63}
bool IsReleaseName(std::string_view name) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  };
  return !name.empty() && name.size() <= 64 && alphanumeric(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace

const std::vector<Node>& ElementsOf(const Node& object, std::string_view key) {
  static const std::vector<Node> none;
  const Node* const list = object.Find(key);
  return list == nullptr ? none : list->elements;
}

void RuleReader::Read(ObjectReader& reader, const Node& node, Rule& rule) {
  ReadReleases(reader, node, rule);
  ReadRun(reader, node, rule);
  ReadAcceptEnv(reader, node, rule);
  ReadRecording(reader, node, rule);
}

void RuleReader::Report(const Node& node, std::string message, std::string hint) {
  document_.Report(problems_, node.offset, std::move(message), std::move(hint));
}

void RuleReader::Warn(const Node& node, std::string message, std::string hint) {
  document_.Report(problems_, node.offset, std::move(message), std::move(hint),
                   config::Severity::kWarning);
}

void RuleReader::ReadReleases(ObjectReader& reader, const Node& node, Rule& rule) {
  if (!reader.Strings("releases", rule.releases)) return;
  rule.every_release = false;
  if (rule.releases.empty()) reader.Report("releases", "is empty: the rule is about no release");
  for (const Node& element : ElementsOf(node, "releases")) {
    if (element.string == "*") {
      rule.every_release = true;
    } else if (!IsReleaseName(element.string)) {
      Report(element, fmt::format("{} is no release's name", base::Quote(element.string, 64)),
             "an id, or current, previous, latest");
    }
  }
}

void RuleReader::ReadRun(ObjectReader& reader, const Node& node, Rule& rule) {
  std::vector<std::string> texts;
  const bool good = reader.Strings("run", texts, Need::kRequired);
  const bool shell_said = reader.Bool("shell", rule.shell);
  if (!good) return;
  if (texts.empty()) reader.Report("run", "is empty: the rule is about no command");
  for (const Node& element : ElementsOf(node, "run")) {
    auto pattern = config::Pattern::Parse(element.string);
    if (!pattern) {
      Report(element, fmt::format("the pattern {}", pattern.error().message()));
      continue;
    }
    if (rule.effect == Effect::kAllow && !rule.shell) {
      if (const auto why = GrantsCodeExecution(*pattern)) {
        Warn(element, fmt::format("\"{}\" {}", base::Escape(pattern->text()), *why),
             "a person who may run any code may do everything that the app's user may");
      } else if (const auto files = GrantsFileAccess(*pattern)) {
        Warn(element, fmt::format("\"{}\" {}", base::Escape(pattern->text()), *files));
      }
    }
    if (rule.effect == Effect::kDeny) {
      rule.normal.emplace_back(pattern->everything() ? std::vector<std::string>{"..."}
                                                     : pattern->words());
    }
    rule.run.push_back(*std::move(pattern));
  }
  if (!shell_said) return;
  if (rule.effect == Effect::kDeny) {
    reader.Report("shell", "stands in a rule that denies; only one that allows can grant it");
  } else if (rule.shell && (rule.run.size() != 1 || !rule.run[0].everything())) {
    reader.Report("shell", "is only legal beside \"run\": [\"...\"]",
                  "a person with a shell may run everything");
  }
}

void RuleReader::ReadRecording(ObjectReader& reader, const Node& node, Rule& rule) {
  config::ReadRecordTerms(document_, reader, problems_, rule.record);
  config::ReadOnDisconnect(document_, reader, problems_, rule.on_disconnect);
  std::string unrecorded = "refused";
  reader.Choice("unrecorded", {"refused", "allowed"}, unrecorded);
  rule.unrecorded = unrecorded == "allowed";
  reader.Bool("private", rule.private_run);
  if (rule.effect != Effect::kDeny) return;
  for (const auto* const key : {"record", "on_disconnect", "unrecorded", "private"}) {
    if (node.Find(key) != nullptr) {
      reader.Report(key, "stands in a rule that denies, where it means nothing");
    }
  }
}

void RuleReader::ReadAcceptEnv(ObjectReader& reader, const Node& node, Rule& rule) {
  if (!reader.Strings("accept_env", rule.accept_env)) return;
  if (rule.effect == Effect::kDeny) {
    reader.Report("accept_env", "stands in a rule that denies, where it means nothing");
  }
  for (const Node& element : ElementsOf(node, "accept_env")) {
    const std::string_view text = element.string;
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const std::string shown = base::Quote(name, 64);
    const bool by_value = config::MayBeAcceptedByValue(name);
    if (!config::IsVariableName(name)) {
      Report(element, fmt::format("{} is no variable's name", shown), "names are exact, without *");
    } else if (by_value && equals == std::string_view::npos) {
      Report(element,
             fmt::format("{} is taken from a client only with values that the rule names", shown),
             fmt::format("for each program: \"{}=PROGRAM\"", name));
    } else if (const auto decides = config::WhyReserved(name); !decides.empty() && !by_value) {
      Report(element, fmt::format("{} is never taken from a client", shown),
             fmt::format("it decides: {}", decides));
    } else if (by_value) {
      WarnOfEditor(element, text.substr(equals + 1));
    }
  }
}

void RuleReader::WarnOfEditor(const Node& element, std::string_view command) {
  const auto pattern = config::Pattern::Parse(command);
  if (pattern && !pattern->words().empty() &&
      config::ProgramName(pattern->words().front()) == "rnano") {
    return;
  }
  const auto why = pattern ? GrantsCodeExecution(*pattern) : std::nullopt;
  Warn(element,
       fmt::format("\"{}\" {}", base::Escape(element.string),
                   why.value_or("lets a person read and write any file of the app's user")),
       "rnano opens only the files that the command names");
}

}  // namespace authz
