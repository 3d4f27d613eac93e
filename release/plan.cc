#include "release/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "release/command/exec_text.h"
#include "release/command/procfile.h"

namespace release {
namespace {

using Words = std::vector<std::string>;

Words Behind(const Words& words) { return {words.begin() + 1, words.end()}; }

void Append(Words& to, const Words& from) { to.insert(to.end(), from.begin(), from.end()); }

// A shell that stays the parent of its command also gets the ^C or ^\ of the terminal. The command
// (a console, for example) may handle that signal and go on; without these traps the shell would
// die of it. With them the shell waits, and ends by the signal only if the command did (its status
// is 128 + the signal's number).
constexpr std::string_view kSurvive =
    "trap '[ $? != 130 ] || { trap - INT; kill -INT $$; }' INT; "
    "trap '[ $? != 131 ] || { trap - QUIT; kill -QUIT $$; }' QUIT; ";

// Runs the app's own text. The further words are positional parameters: they never become part of
// the script. The text of a simple command replaces the shell by `exec`.
Words ShellText(const std::string& text, const Words& further) {
  std::string script = ExecText(text);
  if (MayBeParent(text)) script.insert(0, kSurvive);
  Words argv = {"/bin/sh", "-c", script + " \"$@\"", "sh"};
  Append(argv, further);
  return argv;
}

// Fills in the command of a name that the app's own files define.
void StandFor(const std::string& text, const Words& words, Plan& plan) {
  const Words further = Behind(words);
  plan.argv = ShellText(text, further);
  plan.stands_for = PlainWords(text);
  if (!plan.stands_for.empty()) Append(plan.stands_for, further);
}

const NamedCommand* FindName(const App& app, const std::string& name) {
  const auto found =
      std::find_if(app.commands.begin(), app.commands.end(), [&](const NamedCommand& command) {
        return !command.run.empty() && command.pattern.text() == name;
      });
  return found == app.commands.end() ? nullptr : &*found;
}

void TakeAttributesOfApp(const App& app, Plan& plan) {
  plan.time_limit = app.limits.time;
  plan.hangup_signal = app.hangup_signal;
  plan.on_disconnect = app.on_disconnect;
}

// Takes the attributes of the first entry that matches the typed words or the name's command. The
// name's own entry has precedence.
void TakeAttributes(const App& app, const Words& words, Plan& plan) {
  const NamedCommand* const own = plan.how == How::kAppFile ? FindName(app, words[0]) : nullptr;
  TakeAttributesOfApp(app, plan);
  const config::CommandForms forms(words, plan.stands_for);
  for (const NamedCommand& command : app.commands) {
    // MatchesWidely: an attribute may be a limit, and another spelling must not escape it.
    if (!command.run.empty() || !command.pattern.MatchesWidely(forms)) continue;
    plan.needs_pty = command.pty;
    plan.time_limit = command.time_limit.value_or(plan.time_limit);
    plan.hangup_signal = command.hangup_signal.value_or(plan.hangup_signal);
    plan.on_disconnect = config::Together(command.on_disconnect, plan.on_disconnect);
    break;
  }
  if (own == nullptr) return;
  plan.needs_pty = plan.needs_pty || own->pty;
  plan.time_limit = own->time_limit.value_or(plan.time_limit);
  plan.hangup_signal = own->hangup_signal.value_or(plan.hangup_signal);
  plan.on_disconnect = config::Together(own->on_disconnect, plan.on_disconnect);
}

Outcome<Plan> PlanTyped(const ReleaseSnapshot& snapshot, const Words& words, Plan plan) {
  auto argv = Isolate(snapshot.isolation, words);
  if (!argv) return tl::unexpected(std::move(argv.error()));
  plan.argv = std::move(*argv);
  return plan;
}

Outcome<Plan> PlanConsole(const ReleaseSnapshot& snapshot, const Words& words, Plan plan) {
  Words console = snapshot.console.words;
  Append(console, Behind(words));
  plan.why = snapshot.console.why;
  plan.how = How::kFramework;
  plan.stands_for = console;
  return PlanTyped(snapshot, console, std::move(plan));
}

// Plans everything but the attributes.
Outcome<Plan> PlanWords(const App& app, const ReleaseSnapshot& snapshot, const Words& words,
                        Plan plan) {
  const std::string& name = words[0];
  if (const NamedCommand* command = FindName(app, name)) {
    plan.how = How::kAppFile;
    StandFor(command->run, words, plan);
    return plan;
  }
  if (const Process* process = snapshot.procfile.Find(name)) {
    // A second web server would take the port, or requests meant for the service.
    if (name == "web") {
      return Refuse(kUsage,
                    fmt::format("web is long-running: its service starts it, not a one-off; "
                                "a part of it can be typed out: {}",
                                base::Escape(process->command)));
    }
    plan.how = How::kProcfile;
    StandFor(process->command, words, plan);
    return plan;
  }
  if (name == "console" && !snapshot.console.words.empty()) {
    return PlanConsole(snapshot, words, std::move(plan));
  }
  return PlanTyped(snapshot, words, std::move(plan));
}

}  // namespace

std::string_view Name(How how) {
  switch (how) {
    case How::kTyped:
      return "as typed";
    case How::kAppFile:
      return "a name in the app's commands";
    case How::kProcfile:
      return "a name in the Procfile";
    case How::kFramework:
      return "the framework's own console";
    case How::kShell:
      return "by a shell";
  }
  return "";
}

Outcome<Plan> MakePlan(const App& app, const ReleaseSnapshot& snapshot, const Words& words) {
  Plan plan;
  plan.label = base::Escape(base::ShellJoin(words), kMaxCommandLine);
  auto planned = PlanWords(app, snapshot, words, std::move(plan));
  if (planned) TakeAttributes(app, words, *planned);
  return planned;
}

std::optional<Plan> MakePlanOfEveryRelease(const App& app, const Words& words) {
  Plan plan;
  if (const NamedCommand* command = FindName(app, words[0])) {
    plan.how = How::kAppFile;
    StandFor(command->run, words, plan);
    return plan;
  }
  // The framework's `console` could be a process's name, too.
  if (IsProcessName(words[0])) return std::nullopt;
  return plan;
}

Outcome<Plan> MakeProcessPlan(const App& app, const ReleaseSnapshot& snapshot,
                              const std::string& type) {
  Plan plan;
  plan.label = base::Escape(type);
  TakeAttributesOfApp(app, plan);
  if (const Process* process = snapshot.procfile.Find(type)) {
    plan.how = How::kProcfile;
    StandFor(process->command, {type}, plan);
    return plan;
  }
  if (const NamedCommand* command = FindName(app, type)) {
    plan.how = How::kAppFile;
    StandFor(command->run, {type}, plan);
    return plan;
  }
  std::vector<std::string> types;
  for (const Process& process : snapshot.procfile.processes) types.push_back(process.name);
  return Refuse(kUsage, fmt::format("{}+{}: {}: no such process; the Procfile has {}", app.name,
                                    snapshot.release, base::Escape(type, 64),
                                    types.empty() ? "none" : base::Join(types, ", ")));
}

Plan MakeShellPlan(const App& app, const std::string& text) {
  Plan plan;
  plan.how = How::kShell;
  plan.argv = {"/bin/sh", "-c", text};
  plan.label = base::Escape(text, kMaxCommandLine);
  TakeAttributesOfApp(app, plan);
  return plan;
}

Plan MakeLoginShellPlan(const App& app, const Account& account) {
  Plan plan;
  plan.how = How::kShell;
  plan.argv = {account.shell, "-l"};
  plan.label = "a shell";
  TakeAttributesOfApp(app, plan);
  return plan;
}

Words ProgramsOf(const Words& words) { return words.empty() ? Words{} : Words{words[0]}; }

}  // namespace release
