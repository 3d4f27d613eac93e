#include "gateway/launcher/service_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace launcher {
namespace {

constexpr std::size_t kMaxText = 24UL * 1024;  // bytes; an answer is one packet
constexpr std::string_view kHelp =
    "ssh oneoff@HOST                     who you are and what you may run\n"
    "ssh oneoff@HOST apps                the apps that you may use\n"
    "ssh oneoff@HOST ps [--all]          what runs now in these apps; with --all, also what ended "
    "lately\n"
    "ssh [-t] oneoff@HOST attach RUN     gives you a run back; -t where it has a terminal\n"
    "ssh oneoff@HOST logs RUN [-f]       what a run without a terminal has kept of its output\n"
    "ssh oneoff@HOST wait RUN            waits for its end; the exit status is the run's\n"
    "ssh oneoff@HOST stop RUN [--force]  ends it\n"
    "ssh oneoff@HOST detach RUN          sends its client away; the run goes on\n"
    "ssh -t oneoff@HOST watch RUN        shows what a run prints, as it comes; Ctrl-C leaves\n"
    "ssh APP@HOST COMMAND                runs COMMAND in APP's current release\n"
    "ssh -t APP@HOST console             the same, with a terminal\n"
    "ssh APP+RELEASE@HOST ...            in another release: its id, previous, latest, or a "
    "commit\n"
    "ssh APP@HOST run:detached COMMAND   starts COMMAND and leaves it running; prints the run's "
    "id\n"
    "ssh APP@HOST run:explain COMMAND    says what would happen, and why; runs nothing\n";

std::vector<std::string> AppsOf(const authz::Who& who,
                                const installation::Configuration& configuration) {
  std::vector<std::string> names;
  for (const auto& [name, app] : configuration.apps) names.push_back(name);
  return configuration.policy.VisibleApps(who, names);
}

std::vector<std::string> WatchableApps(const authz::Who& who,
                                       const installation::Configuration& configuration) {
  std::vector<std::string> names;
  for (const auto& [name, app] : configuration.apps) names.push_back(name);
  return configuration.policy.WatchableApps(who, names);
}

std::string Cut(std::string text) {
  if (text.size() <= kMaxText) return text;
  text.resize(text.rfind('\n', kMaxText) + 1);
  return text + "... (there is more than fits here)\n";
}

std::string WhoAmI(const Caller& caller, const installation::Configuration& configuration) {
  const auto groups = configuration.policy.GroupsOf(caller.who());
  std::string text =
      fmt::format("You are {} ({}), from {}{}{}.\n", caller.person, caller.fingerprint,
                  caller.address, groups.empty() ? "" : ", in ", base::Join(groups, ", "));
  if (!caller.certificate.empty()) {
    text += fmt::format("You have a certificate: {}.\n", caller.certificate);
  }
  const auto watched = WatchableApps(caller.who(), configuration);
  if (!watched.empty()) {
    text += fmt::format("You may watch what runs in {}.\n", base::Join(watched, ", "));
  }
  const auto apps = AppsOf(caller.who(), configuration);
  if (apps.empty()) return text + "No rule lets you use any app here.\n";
  text += "You may run, in\n";
  for (const std::string& app : apps) {
    text += fmt::format("  {}: {}\n", app,
                        base::Join(configuration.policy.PatternsFor(caller.who(), app), "; "));
  }
  return text + "More: ssh oneoff@HOST help\n";
}

std::string Apps(const Caller& caller, const installation::Configuration& configuration) {
  std::string text;
  for (const std::string& app : AppsOf(caller.who(), configuration)) text += app + "\n";
  return text;
}

// The live runs that the person may see; with `all`, also those that ended lately.
release::Outcome<std::vector<run::RunState>> VisibleRuns(
    const Caller& caller, const installation::Configuration& configuration,
    const run::Registry& registry, bool all) {
  auto runs = all ? registry.ListAll() : registry.List();
  if (!runs) return release::Refuse(release::kLost, runs.error().message());
  if (!all) std::erase_if(*runs, [](const run::RunState& run) { return !run.supervised; });
  const auto apps = AppsOf(caller.who(), configuration);
  std::erase_if(*runs, [&](const run::RunState& run) {
    const auto& [app, person] = std::tie(run.record.app, run.record.person);
    // A run of an app that this person may not use stays invisible, unless the person may watch it.
    return std::find(apps.begin(), apps.end(), app) == apps.end() &&
           !configuration.policy.MayWatch(caller.who(), app, person);
  });
  return std::move(*runs);
}

// "3 s", "5 min", "2 h 10 min".
std::string Age(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", std::max<std::int64_t>(seconds, 0));
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

// Who has the run now: "terminal", "pipes", "none", "none, 14 min"; of an ended run how it ended.
std::string ClientOf(const run::RunState& run, std::int64_t now_ms) {
  if (run.ending) return fmt::format("ended {}", run.ending->status);
  if (run.attached()) return run.record.terminal.value_or(false) ? "terminal" : "pipes";
  const std::uint64_t until = run.attachment ? run.attachment->until_ms : 0;
  if (until == 0) return "none";
  return fmt::format("none, {}", Age((static_cast<std::int64_t>(until) - now_ms) / 1000));
}

}  // namespace

std::string RenderRuns(const std::vector<run::RunState>& runs, base::WallTime now) {
  if (runs.empty()) return "Nothing runs.\n";
  const auto now_ms = now.time_since_epoch().count();
  constexpr std::string_view kRow = "{:<9} {:<24} {:<12} {:<15} {:<12} {:<12} {}\n";
  std::string text =
      fmt::format(kRow, "RUN", "RELEASE", "WHO", "FROM", "SINCE", "CLIENT", "COMMAND");
  for (const run::RunState& run : runs) {
    const auto age = (now_ms - static_cast<std::int64_t>(run.record.started_ms)) / 1000;
    const std::string& from =
        run.attachment ? run.attachment->source : run.record.source.value_or("");
    text += fmt::format(kRow, run.record.id, run.record.app + "+" + run.record.release,
                        run.record.person, base::Escape(from, 64), Age(age), ClientOf(run, now_ms),
                        base::Escape(run.record.command, 100));
  }
  return text;
}

std::string RenderMenu(const authz::Who& who, const std::string& target, const std::string& app,
                       const installation::Configuration& configuration,
                       const std::function<std::string(std::string_view)>& typed) {
  std::string text =
      fmt::format("oneoff: {}: no command, and {} has no shell there; what {} may run:\n", target,
                  who.person, who.person);
  for (const std::string& pattern : configuration.policy.PatternsFor(who, app)) {
    text += fmt::format("  {}\n", typed(pattern));
  }
  return Cut(text);
}

release::Outcome<std::string> RunServiceCommand(const std::vector<std::string>& words,
                                                const Caller& caller,
                                                const installation::Configuration& configuration,
                                                const run::Registry& registry,
                                                const base::Clock& clock) {
  const std::string name = words.empty() ? "" : words.front();
  if (name == "ps") {
    const bool all = words.size() == 2 && words[1] == "--all";
    if (words.size() > 1 && !all) {
      return release::Refuse(release::kUsage, "oneoff@: ps takes --all, or no further word");
    }
    const auto runs = VisibleRuns(caller, configuration, registry, all);
    if (!runs) return tl::unexpected(runs.error());
    return Cut(RenderRuns(*runs, clock.Now()));
  }
  if (words.size() > 1) {
    return release::Refuse(release::kUsage,
                           fmt::format("oneoff@: {} takes no further word", base::Quote(name)));
  }
  if (name.empty()) return Cut(WhoAmI(caller, configuration));
  if (name == "help") return std::string(kHelp);
  if (name == "apps") return Cut(Apps(caller, configuration));
  return release::Refuse(release::kUsage,
                         fmt::format("oneoff@: {} is not a command of the gateway; there are apps, "
                                     "ps, attach, logs, wait, stop, detach, watch and help, and "
                                     "none says who you are",
                                     base::Quote(name)));
}

}  // namespace launcher
