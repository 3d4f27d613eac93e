#include "release/process_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace release {
namespace {

bool HasNul(const std::string& text) { return text.find('\0') != std::string::npos; }

base::Result<void> CheckParts(const ProcessParts& parts) {
  const auto bad = [](std::string why) { return base::Fail(base::Code::kInvalid, std::move(why)); };
  if (parts.argv.empty()) return bad("there is no program to start");
  if (!parts.directory.starts_with('/')) return bad("the directory is not absolute");
  if (HasNul(parts.directory)) return bad("the directory holds a zero byte");
  if (std::any_of(parts.argv.begin(), parts.argv.end(), HasNul)) {
    return bad("a word holds a zero byte");
  }
  if (std::any_of(parts.argv.begin(), parts.argv.end(),
                  [](const std::string& word) { return word.size() > kMaxExecString; })) {
    return bad(fmt::format("a word is longer than {} bytes", kMaxExecString));
  }
  for (const Variable& variable : parts.environment) {
    const bool named = !variable.name.empty() && !HasNul(variable.name) &&
                       variable.name.find('=') == std::string::npos;
    if (!named || HasNul(variable.value)) {
      return bad(fmt::format("the variable {} cannot be in an environment",
                             base::Quote(variable.name, 64)));
    }
    if (!FitsEnvironment(variable.name, variable.value)) {
      return bad(fmt::format("the variable {}: {}", base::Quote(variable.name, 64),
                             WhyNotInEnvironment()));
    }
  }
  return {};
}

base::Result<void> CheckGrant(const authz::Grant& grant, const ProcessParts& parts) {
  const auto denied = [](std::string why) {
    return base::Fail(base::Code::kDenied, std::move(why));
  };
  if (grant.app() != parts.app) {
    return denied(fmt::format("the grant is for {}, not for {}", grant.app(), parts.app));
  }
  const auto& releases = grant.releases();
  // A decision about one release must not start another.
  if (std::find(releases.begin(), releases.end(), parts.release) == releases.end()) {
    return denied(fmt::format("the grant is not for the release {}", parts.release));
  }
  if (parts.shell && !grant.shell()) return denied("the grant is for no shell");
  if (grant.private_run() && !parts.private_run) return denied("the grant is for a private run");
  return {};
}

}  // namespace

ProcessParts Describe(const EnvironmentRequest& request, const Plan& plan, Variables environment) {
  ProcessParts parts;
  parts.app = request.app.name;
  parts.release = request.snapshot.release;
  parts.run_id = request.run_id;
  parts.label = plan.label;
  parts.argv = plan.argv;
  parts.environment = std::move(environment).Take();
  parts.directory = request.snapshot.directory;
  parts.account = request.account;
  if (request.app.umask) {
    parts.umask = *request.app.umask;
  } else if (request.snapshot.umask) {
    parts.umask = request.snapshot.umask->value;
    parts.why_umask = "as " + request.snapshot.umask->of;
  }
  parts.open_files = request.app.limits.open_files.value_or(kDefaultOpenFiles);
  parts.bounds_files = request.app.limits.open_files.has_value();
  parts.hangup_signal = plan.hangup_signal;
  parts.on_disconnect = plan.on_disconnect;
  parts.time_limit = plan.time_limit;
  parts.idle_limit = request.app.limits.idle;
  parts.shell = plan.how == How::kShell;
  parts.pty = !request.client.term.empty();
  if (parts.pty && request.app.history) {
    parts.history = HistoryFilesOf(request.person, parts.account.home, parts.environment);
  }
  parts.private_run = request.app.private_runs;
  if (parts.private_run) parts.why_private = "the app file";
  const ProgramHint& elsewhere = request.snapshot.elsewhere;
  if (!elsewhere.program.empty() && !plan.argv.empty() && plan.argv[0] == elsewhere.program) {
    parts.elsewhere = elsewhere.advice;
  }
  return parts;
}

base::Result<ProcessSpec> ProcessSpec::Make(const authz::Grant& grant, ProcessParts parts) {
  if (auto checked = CheckGrant(grant, parts); !checked) {
    return base::Fail(std::move(checked.error()));
  }
  if (auto checked = CheckParts(parts); !checked) return base::Fail(std::move(checked.error()));
  if (parts.time_limit.count() <= 0) {
    return base::Fail(base::Code::kInvalid, "there is no time limit");
  }
  return ProcessSpec(grant, std::move(parts));
}

base::Result<LocalProcessSpec> LocalProcessSpec::Make(const authz::LocalGrant& grant,
                                                      ProcessParts parts) {
  if (grant.directory() != parts.directory) {
    return base::Fail(base::Code::kDenied, fmt::format("the grant is for {}, not for {}",
                                                       grant.directory(), parts.directory));
  }
  if (auto checked = CheckParts(parts); !checked) return base::Fail(std::move(checked.error()));
  return LocalProcessSpec(std::move(parts));
}

}  // namespace release
