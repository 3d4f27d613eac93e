#include "gateway/cli/rules_then.h"

#include <fmt/format.h>

#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "base/text.h"
#include "gateway/audit/event.h"
#include "gateway/audit/json.h"
#include "gateway/audit/show.h"
#include "gateway/installation/excerpt.h"
#include "gateway/installation/store.h"

namespace cli {
namespace {

constexpr std::size_t kMostRules = 20;
constexpr std::size_t kShownDigest = 12;
constexpr std::size_t kMaxLine = 16UL * 1024;  // bytes

using Then = std::tuple<std::string, std::string, std::string>;  // configuration, rule, app

std::string Word(const audit::Json& object, const char* field) {
  const auto at = object.find(field);
  if (at == object.end()) return "";
  return audit::TextFromJson(*at).value_or("");
}

base::Result<std::set<Then>> Collect(const std::string& directory, const audit::Filter& filter) {
  std::set<Then> found;
  const auto add = [&](std::string_view line) {
    const auto object = audit::ParseObject(line);
    if (!object || found.size() == kMostRules) return;
    const std::string configuration = Word(*object, "configuration");
    if (configuration.empty()) return;  // from a gateway that kept no configurations
    found.emplace(configuration, Word(*object, "rule"), Word(*object, "app"));
  };
  const auto shown = audit::Show(directory, filter, audit::Form::kJson, add);
  if (!shown) return base::Fail(shown.error());
  return found;
}

void PrintIndented(std::string_view text) {
  for (const std::string_view line : base::Split(base::Trim(text), '\n')) {
    const std::string tabs_kept = base::Escape(line, kMaxLine);
    std::printf("  %s\n", tabs_kept.c_str());
  }
}

base::Result<void> Print(const installation::Store& store, const Then& then) {
  const auto& [configuration, rule, app] = then;
  const std::string shown = configuration.substr(0, kShownDigest);
  const auto policy = store.ReadOne(configuration, std::string(installation::kPolicyFile));
  if (!policy) {
    return base::Fail(policy.error().code(),
                      fmt::format("configuration {} is not kept any more", shown));
  }
  if (const auto excerpt = installation::RuleOf(*policy, rule)) {
    std::printf("\nthe rule \"%s\" as it read then (policy.json:%zu, configuration %s):\n",
                base::Escape(rule, 200).c_str(), excerpt->line, shown.c_str());
    PrintIndented(excerpt->text);
  }
  const auto file = store.ReadOne(configuration, installation::AppFileOf(app));
  const auto text = file ? installation::WithoutValues(*file) : std::nullopt;
  if (!text) return {};
  std::printf("\nthe app \"%s\" as it read then (without values of \"env\"):\n",
              base::Escape(app, 200).c_str());
  PrintIndented(*text);
  return {};
}

}  // namespace

base::Result<void> PrintRulesThen(const config::Paths& paths, audit::Filter filter) {
  filter.event = "run.started";
  filter.outcome.clear();
  const auto found = Collect(paths.audit, filter);
  if (!found) return base::Fail(found.error());
  if (found->empty()) return {};
  const auto store = installation::Store::Open(paths.lib);
  if (!store) return base::Fail(store.error());
  base::Result<void> result;
  for (const Then& then : *found) {
    if (auto printed = Print(*store, then); !printed) result = std::move(printed);
  }
  return result;
}

}  // namespace cli
