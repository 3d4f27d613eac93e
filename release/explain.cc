#include "release/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "config/quantity.h"

namespace release {
namespace {

void Line(std::string& text, std::string_view label, std::string_view content) {
  text += fmt::format("{:<12}{}\n", label, content);
}

std::string Others(const ReleaseSnapshot& snapshot) {
  std::string names;
  for (const std::string& name : snapshot.names) {
    if (name != snapshot.release) names += (names.empty() ? "" : ", ") + name;
  }
  return names.empty() ? names : " (" + names + ")";
}

std::string Limits(const ProcessParts& parts) {
  std::string limits;
  for (const auto& [name, limit] :
       {std::pair("time", parts.time_limit), std::pair("idle", parts.idle_limit)}) {
    if (limit.count() > 0) limits += fmt::format("{} {}, ", name, config::FormatDuration(limit));
  }
  const std::string umask = parts.why_umask.empty() ? "" : fmt::format(" ({})", parts.why_umask);
  return limits +
         fmt::format("open files {}, umask {:04o}{}", parts.open_files, parts.umask, umask);
}

bool IsWrapped(const Plan& plan) {
  return plan.how != How::kShell && plan.argv.size() > 1 && plan.argv[0] == "bundle" &&
         plan.argv[1] == "exec";
}

void AddIsolation(const ReleaseSnapshot& snapshot, const Plan& plan, std::string& text) {
  if (snapshot.isolation.empty() && snapshot.versions.empty()) Line(text, "isolation:", "none");
  for (const IsolationLayer& layer : snapshot.versions) {
    Line(text, "isolation:", base::Escape(layer.what, 4096));
  }
  for (const IsolationLayer& layer : snapshot.isolation) {
    std::string line = fmt::format("{}, {}", NameOf(layer.kind), base::Escape(layer.what, 4096));
    if (layer.kind == IsolationKind::kBundler && plan.how == How::kShell) {
      line += "; a shell's commands are not wrapped in `bundle exec`";
    } else if (layer.kind == IsolationKind::kBundler && !IsWrapped(plan)) {
      line += "; not wrapped in `bundle exec`";
    }
    Line(text, "isolation:", line);
  }
}

void AddEnvironment(const ReleaseSnapshot& snapshot, const ProcessParts& parts, std::string& text) {
  const auto line = [&](const std::string& name, const std::string& source) {
    text += fmt::format("  {:<24}{}\n", base::Escape(name), base::Escape(source, 4096));
  };
  text += "environment (names and where they come from; values are not shown):\n";
  for (const Variable& variable : parts.environment) {
    std::vector<std::string> overrode(variable.overrode.rbegin(), variable.overrode.rend());
    line(variable.name, overrode.empty() ? variable.source
                                         : fmt::format("{} (over {})", variable.source,
                                                       base::Join(overrode, ", ")));
  }
  for (const Variable& variable : snapshot.config) {
    const auto same = [&](const Variable& set) { return set.name == variable.name; };
    if (variable.unset && std::none_of(parts.environment.begin(), parts.environment.end(), same)) {
      line(variable.name, "unset by " + variable.source);
    }
  }
}

}  // namespace

std::string Explain(const ReleaseSnapshot& snapshot, const Plan& plan, const ProcessParts& parts) {
  std::string text;
  Line(text, "release:", fmt::format("{}+{}{}", parts.app, parts.release, Others(snapshot)));
  Line(text, "commit:", snapshot.commit.empty() ? "unknown" : snapshot.commit);
  Line(text, "directory:", base::Escape(parts.directory, 4096));
  Line(
      text, "user:",
      fmt::format("{} (uid {}, gid {})", parts.account.name, parts.account.uid, parts.account.gid));
  if (!parts.account.why_shell.empty()) {
    Line(text, "shell:",
         fmt::format("{} ({})", base::Escape(parts.account.shell, 4096),
                     base::Escape(parts.account.why_shell, 4096)));
  }
  Line(text, "found:",
       plan.why.empty() ? std::string(Name(plan.how))
                        : fmt::format("{}: {}", Name(plan.how), plan.why));
  Line(text, "runs:", base::Escape(base::ShellJoin(parts.argv), 4096));
  Line(text, "terminal:", parts.pty ? "yes" : "no");
  AddIsolation(snapshot, plan, text);
  if (!parts.history.variables.empty()) {
    std::vector<std::string> names;
    for (const Variable& variable : parts.history.variables) names.push_back(variable.name);
    Line(text, "history:",
         fmt::format("this person's own, in {}: {}",
                     base::Escape(parts.history.folders.back(), 4096), base::Join(names, ", ")));
  }
  if (parts.private_run) {
    Line(text, "private:",
         fmt::format("processes, /proc and /dev/pts of its own ({} says so)", parts.why_private));
  }
  Line(text, "limits:", Limits(parts));
  AddEnvironment(snapshot, parts, text);
  for (const auto* const warnings :
       {&snapshot.foreign, &snapshot.warnings, &snapshot.differences}) {
    for (const std::string& warning : *warnings)
      Line(text, "warning:", base::Escape(warning, 1000));
  }
  return text;
}

}  // namespace release
