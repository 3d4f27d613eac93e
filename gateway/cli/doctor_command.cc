// `oneoff doctor`: says whether commands can run here, and what to do if not.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "config/paths.h"
#include "gateway/audit/json.h"
#include "gateway/broker/host_keys.h"
#include "gateway/cli/command.h"
#include "gateway/cli/configuration_report.h"
#include "gateway/cli/doctor.h"
#include "gateway/cli/local_app.h"
#include "gateway/installation/configuration.h"

namespace cli {
namespace {

struct Wanted {
  std::string app;
  bool json = false;
};

std::string_view NameOf(Finding::State state) {
  switch (state) {
    case Finding::State::kGood:
      return "good";
    case Finding::State::kNote:
      return "note";
    case Finding::State::kBad:
      return "bad";
  }
  return "";
}

// The apps of the installation; without any, the checkout in the working directory.
std::vector<std::string> Targets(const config::Paths& paths, const std::string& wanted) {
  if (!wanted.empty()) return {wanted};
  config::Problems told_by_the_host;
  std::vector<std::string> targets;
  for (const auto& [name, app] : installation::LoadApps(paths, told_by_the_host))
    targets.push_back(name);
  if (targets.empty()) targets.emplace_back();
  return targets;
}

// Skips an installation whose configuration this user may not read.
void ExamineConfiguration(const config::Paths& paths, Findings& findings) {
  if (access(paths.etc.c_str(), R_OK | X_OK) != 0) return;
  config::Problems problems;
  if (installation::LoadConfiguration(paths, problems)) {
    findings.push_back({Finding::State::kGood, "", "configuration", "without an error", ""});
  } else {
    findings.push_back({Finding::State::kBad, "", "configuration",
                        "has errors: " + SayLastGood(paths), "oneoff config check"});
  }
}

// Only root may read the host keys and the kept configurations.
void ExamineService(const config::Paths& paths, Findings& findings) {
  if (geteuid() != 0) return;
  for (const std::string& fault : broker::LoadHostKeys(paths.etc).faults) {
    findings.push_back({Finding::State::kBad, "", "host keys", base::Escape(fault, 1000),
                        "correct it; systemctl restart oneoff-broker"});
  }
  if (const std::string why = WhyNoLastGood(paths); !why.empty()) {
    findings.push_back({Finding::State::kBad, "", "configuration",
                        "there is no last good one to fall back on: " + base::Escape(why, 1000),
                        "correct it; systemctl restart oneoff-broker"});
  }
}

Findings Examine(const Shared& shared, const std::string& wanted) {
  const config::Paths paths = config::Paths::Under(shared.root);
  Findings findings;
  ExamineHost(paths, findings);
  ExamineConfiguration(paths, findings);
  ExamineService(paths, findings);
  for (const std::string& target : Targets(paths, wanted)) {
    if (const auto app = FindLocalApp(shared, target)) {
      ExamineApp(*app, findings);
    } else {
      findings.push_back({Finding::State::kBad, base::Escape(target), "app", app.error().message,
                          "oneoff config check; or type it in a checkout"});
    }
  }
  return findings;
}

std::string Lines(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const std::string about =
        finding.app.empty() ? finding.about : finding.app + ": " + finding.about;
    text += fmt::format("{:<5}{:<24}{}\n", NameOf(finding.state), about, finding.says);
    if (!finding.cure.empty()) text += fmt::format("{:<29}to do: {}\n", "", finding.cure);
  }
  return text;
}

std::string JsonOf(const Findings& findings) {
  audit::Json list = audit::Json::array();
  for (const Finding& finding : findings) {
    audit::Json object = {{"state", NameOf(finding.state)}};
    if (!finding.app.empty()) object["app"] = finding.app;
    object["about"] = finding.about;
    object["says"] = audit::TextToJson(finding.says);
    if (!finding.cure.empty()) object["cure"] = audit::TextToJson(finding.cure);
    list.push_back(std::move(object));
  }
  return list.dump(2) + "\n";
}

int Run(const Shared& shared, const Wanted& wanted) {
  const Findings findings = Examine(shared, wanted.app);
  const std::string text = wanted.json ? JsonOf(findings) : Lines(findings);
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.state == Finding::State::kBad; })
             ? 1
             : 0;
}

}  // namespace

void AddDoctor(CLI::App& app, Shared& shared) {
  CLI::App* const doctor = app.add_subcommand(
      "doctor", "Say whether the commands of an app can run here, and what to do if not");
  const auto wanted =
      std::make_shared<Wanted>();  // owned by the callback, and bound to the options
  doctor
      ->add_option("APP", wanted->app,
                   "An app of etc/apps/; without it: all of them, or else the checkout")
      ->type_name("APP[+RELEASE]");
  doctor->add_flag("--json", wanted->json, "One JSON list");
  doctor->footer(
      "It checks clock, disk, user, release, config and interpreters, and connects to the services "
      "that\nDATABASE_URL and other URLs name. Status 0: nothing is bad; 1: something is.\n"
      "\nExamples:\n  oneoff doctor\n  oneoff doctor shop\n  oneoff doctor shop+v41 --json");
  doctor->callback([&shared, wanted] { shared.status = Run(shared, *wanted); });
}

}  // namespace cli
