// `oneoff parity`: compares the environment of a one-off with that of the app's running process.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "config/paths.h"
#include "gateway/audit/json.h"
#include "gateway/audit/keyed_digest.h"
#include "gateway/cli/command.h"
#include "gateway/cli/known_processes.h"
#include "gateway/cli/local_app.h"
#include "gateway/cli/local_process.h"
#include "gateway/run/parity.h"

namespace cli {
namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;
constexpr int kCannotTell = 2;

struct Wanted {
  std::string app;
  std::string process = "web";
  bool json = false;
};

struct Verdict {
  KnownProcess process;
  std::vector<run::Difference> differences;

  int status() const {
    if (!differences.empty()) return kDifferent;
    // /proc does not show everything, so no difference is no proof.
    return process.word == Word::kProc ? kCannotTell : kSame;
  }
};

// The pid in `text`; 0 if `text` is no pid.
pid_t PidIn(const std::string& text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  return error == std::errc() && end == text.data() + text.size() && pid > 0 ? pid : 0;
}

release::Refusal CannotTell(std::string message) { return {kCannotTell, std::move(message)}; }

release::Outcome<std::vector<KnownProcess>> Find(const config::Paths& paths, const LocalApp& app,
                                                 const Wanted& wanted,
                                                 const std::string& directory) {
  std::vector<KnownProcess> known = FindKnownProcesses(paths, app);
  const pid_t pid = PidIn(wanted.process);
  const auto other = [&](const KnownProcess& process) {
    return pid != 0 ? process.record.pid != pid : process.record.type != wanted.process;
  };
  known.erase(std::remove_if(known.begin(), known.end(), other), known.end());
  if (!known.empty()) return known;
  if (pid == 0) {
    return tl::unexpected(
        CannotTell(fmt::format("{}: no running process {} of `oneoff exec`, or none that you may "
                               "see; name another process by its pid",
                               app.app.name, base::Escape(wanted.process, 64))));
  }
  const auto key = audit::NewKey();
  if (!key) return tl::unexpected(CannotTell(key.error().message()));
  auto observed = run::Observed(pid, directory, *key);
  if (!observed) return tl::unexpected(CannotTell(observed.error().message()));
  observed->type = "process";
  known.push_back({std::move(*observed), *key, Word::kProc});
  return known;
}

std::string Said(const std::string& app, const Verdict& verdict) {
  const KnownProcess& process = verdict.process;
  const run::ProcessRecord& record = process.record;
  const std::string who =
      fmt::format("{}{}{} {} (pid {}, {})", app, record.release.empty() ? "" : "+", record.release,
                  record.type, record.pid, Name(process.word));
  std::string text;
  if (!verdict.differences.empty()) {
    text = fmt::format("{}: a one-off's environment differs:\n", who);
    for (const run::Difference& difference : verdict.differences) {
      text += fmt::format("  {}: {}\n", difference.what, difference.text);
    }
  } else if (process.word == Word::kProc) {
    text = fmt::format("{}: /proc shows no difference, which is no proof\n", who);
  } else {
    text = fmt::format("{}: the same\n", who);
  }
  if (process.word == Word::kProc) {
    text += record.variables ? "  its environment is the one that it started with, unless it has "
                               "overwritten that\n"
                             : "  its environment is unknown: it is unreadable or overwritten\n";
  }
  return text;
}

audit::Json JsonOf(const Verdict& verdict) {
  const run::ProcessRecord& record = verdict.process.record;
  audit::Json differences = audit::Json::array();
  for (const run::Difference& difference : verdict.differences) {
    differences.push_back({{"what", difference.what}, {"text", difference.text}});
  }
  return {{"pid", record.pid},
          {"type", record.type},
          {"release", record.release},
          {"record", Name(verdict.process.word)},
          {"cgroup", audit::TextToJson(record.surroundings.cgroup)},
          {"status", verdict.status()},
          {"differences", std::move(differences)}};
}

release::Outcome<std::vector<Verdict>> Judge(const config::Paths& paths, const LocalApp& app,
                                             const Wanted& wanted) {
  release::CommandLine anything;
  anything.words = {"true"};
  const auto oneoff = PrepareOneOff(app, anything, "");
  if (!oneoff) return tl::unexpected(oneoff.error());
  const auto surroundings = SurroundingsOfOneOffs(paths, app);
  if (!surroundings) return tl::unexpected(CannotTell(surroundings.error().message()));
  auto known = Find(paths, app, wanted, oneoff->parts.directory);
  if (!known) return tl::unexpected(std::move(known.error()));
  std::vector<Verdict> verdicts;
  for (KnownProcess& process : *known) {
    const auto now =
        run::Given(app.app, oneoff->snapshot, oneoff->parts, *surroundings, process.key);
    auto differences = run::Compare(process.record, now);
    verdicts.push_back({std::move(process), std::move(differences)});
  }
  return verdicts;
}

int Parity(const Shared& shared, const Wanted& wanted) {
  const auto app = FindLocalApp(shared, wanted.app);
  if (!app) return Tell(app.error());
  const auto verdicts = Judge(config::Paths::Under(shared.root), *app, wanted);
  if (!verdicts) {
    Tell(verdicts.error());
    return kCannotTell;
  }
  int status = kSame;
  std::string text;
  audit::Json list = audit::Json::array();
  for (const Verdict& verdict : *verdicts) {
    // A difference outweighs an unknown.
    if (status != kDifferent && verdict.status() != kSame) status = verdict.status();
    text += Said(app->app.name, verdict);
    list.push_back(JsonOf(verdict));
  }
  if (wanted.json) text = audit::Json{{"app", app->app.name}, {"processes", list}}.dump(2) + "\n";
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
  return status;
}

}  // namespace

void AddParity(CLI::App& app, Shared& shared) {
  CLI::App* const parity = app.add_subcommand(
      "parity",
      "Compare the environment of a one-off of APP with that of its running process TYPE; 0: the "
      "same, 1: different, 2: cannot tell");
  const auto wanted =
      std::make_shared<Wanted>();  // owned by the callback, and bound to the options
  parity->add_option("app", wanted->app, "An app of etc/apps/; without it: the checkout")
      ->type_name("APP[+RELEASE]");
  parity->add_option("process", wanted->process, "A process that `oneoff exec` became, or any pid")
      ->type_name("TYPE|PID")
      ->capture_default_str();
  parity->add_flag("--json", wanted->json, "One JSON object");
  parity->footer(
      "It names differences and never shows values. A record is trusted if root or the gateway's "
      "user wrote\nit, self-declared if the app's user did. For a process without a record it "
      "reads /proc, which shows\nonly a part and is no proof.\n\n"
      "Examples:\n  oneoff parity shop\n  oneoff parity shop worker\n  oneoff parity shop+latest "
      "web --json\n  oneoff parity shop 4711");
  parity->callback([&shared, wanted] { shared.status = Parity(shared, *wanted); });
}

}  // namespace cli
