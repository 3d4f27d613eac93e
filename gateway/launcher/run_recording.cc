#include "gateway/launcher/run_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <functional>

#include "config/quantity.h"
#include "gateway/audit/keyed_digest.h"
#include "gateway/launcher/variables_key.h"
#include "gateway/record/usage.h"
#include "release/command/program_input.h"
#include "release/env/client_variables.h"

namespace launcher {
namespace {

base::Result<void> CheckShare(std::string_view name, std::string_view setting, std::uint64_t taken,
                              std::uint64_t share, std::chrono::milliseconds min_age) {
  if (taken < share) return {};
  return base::Fail(
      base::Code::kUnavailable,
      fmt::format("the recordings of {} take {} MiB, and their share is {} ({}); they "
                  "make room for newer ones when they are {} old",
                  name, taken >> 20U, config::FormatSize(share), setting,
                  config::FormatDuration(min_age)));
}

// What the recordings of runs that are under way take now; 0 where all of them, each with the most
// that it may take, stay below `room`: then none is looked at.
std::uint64_t BytesOfLive(const Asked& asked,
                          const std::function<bool(const run::RunRecord&)>& counts,
                          std::uint64_t room) {
  auto runs = asked.deps.registry.ListAdmitted();
  if (!runs) return 0;
  std::erase_if(*runs, [&](const run::RunRecord* run) { return !counts(*run); });
  const std::uint64_t per_run = asked.deps.configuration.settings.recordings.per_run;
  // Cheap in the usual case: no folder is read while the sum cannot reach the share.
  if (runs->size() < room / per_run) return 0;
  std::uint64_t bytes = 0;
  for (const run::RunRecord* run : *runs) {
    bytes += record::BytesOnDisk(asked.deps.recordings, run->id);
  }
  return bytes;
}

}  // namespace

record::Terms TermsFor(const Asked& asked, const Understood& u, const authz::Grant& grant) {
  const config::RecordTerms wanted = config::Together(grant.record(), u.app->record);
  const config::RecordingSettings& settings = asked.deps.configuration.settings.recordings;
  record::Terms terms{.digest_all = wanted.digest,
                      .input = wanted.input != config::Input::kNone,
                      .unechoed = wanted.input == config::Input::kAll,
                      .reserve = settings.reserve,
                      .most = u.pty ? settings.per_run : 0};  // `keep` limits pipes
  if (wanted.input == config::Input::kPrograms) {
    terms.input = !u.pty && release::ReadsProgramFromInput(u.plan.argv);
  }
  terms.keep = wanted.keep.value_or(terms.keep);
  return terms;
}

base::Result<void> CheckShares(const Asked& asked, const Understood& u) {
  const config::RecordingSettings& settings = asked.deps.configuration.settings.recordings;
  // Without the file no recording is archived yet. Present runs count all the same.
  const record::Usage archived = record::ReadUsage(asked.deps.recordings).value_or(record::Usage());
  std::uint64_t of_person = archived.OfPerson(asked.request.person);
  std::uint64_t of_app = archived.OfApp(u.app->name);
  of_person += BytesOfLive(
      asked, [&](const run::RunRecord& run) { return run.person == asked.request.person; },
      settings.per_person - std::min<std::uint64_t>(of_person, settings.per_person));
  of_app += BytesOfLive(
      asked, [&](const run::RunRecord& run) { return run.app == u.app->name; },
      settings.per_app - std::min<std::uint64_t>(of_app, settings.per_app));
  auto within = CheckShare(asked.request.person, "recordings.per_person", of_person,
                           settings.per_person, settings.min_age);
  if (!within) return within;
  return CheckShare(u.app->name, "recordings.per_app", of_app, settings.per_app, settings.min_age);
}

std::vector<std::string> VariablesOf(const Asked& asked, const Understood& u,
                                     const authz::Grant& grant) {
  release::ClientVariables client;
  client.typed = u.line.assignments;
  client.plain_values = grant.plain_values();
  for (const auto& [name, value] : asked.request.start.environment) {
    client.sent.push_back({name, value});
  }
  const auto variables = release::AcceptedVariables(client, grant.accept_env());
  std::vector<std::string> texts;
  if (variables.empty()) return texts;
  const auto key = ReadVariablesKey(asked.deps.paths.lib);
  if (!key)
    asked.deps.log(base::Level::kError,
                   "variables are recorded without their digests: " + key.error().message());
  for (const release::Assignment& variable : variables) {
    texts.push_back(
        fmt::format("{} {}", variable.name, key ? audit::KeyedDigest(*key, variable.value) : "-"));
  }
  return texts;
}

std::string ExplainRecording(const Asked& asked, const Understood& u, const authz::Grant& grant) {
  const record::Terms terms = TermsFor(asked, u, grant);
  const std::string keep = config::FormatSize(terms.keep);
  std::string text;
  if (u.pty && terms.unechoed) {
    text = "the terminal's output, and every key, also what is not shown, such as passwords";
  } else if (u.pty) {
    text = terms.input ? "the terminal's output, and what is typed while it is shown"
                       : "the terminal's output; of what is typed, what is shown";
  } else if (!terms.input) {
    text = fmt::format("{} of stdout and of stderr; of stdin its length{}", keep,
                       terms.digest_all ? " and digest" : "");
  } else {
    const bool program = release::ReadsProgramFromInput(u.plan.argv);
    text = fmt::format("{} of stdout, of stderr and of stdin{}", keep,
                       program ? ", which holds a program" : "");
  }
  return fmt::format("{:<12}{}\n", "recorded:", text);
}

}  // namespace launcher
