#include <fmt/format.h>
#include <pwd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authz/decision.h"
#include "authz/matching_changes.h"
#include "authz/policy.h"
#include "base/text.h"
#include "config/paths.h"
#include "gateway/cli/command.h"
#include "gateway/cli/configuration_report.h"
#include "gateway/installation/configuration.h"
#include "gateway/installation/local_account.h"
#include "release/command/command_line.h"
#include "release/refusal.h"

namespace cli {
namespace {

struct Question {
  std::string person;
  std::string app;
  std::vector<std::string> groups;  // that a certificate puts the person in
  std::string release = "current";
  std::vector<std::string> words;
};

// Prints what the patterns no longer match since wildcards stay within a folder.
void PrintMatchingChanges(const authz::Policy& policy) {
  constexpr std::size_t kShown = 100;  // lines
  const std::vector<std::string> lines = authz::MatchingChanges(policy);
  for (std::size_t i = 0; i < lines.size() && i < kShown; ++i)
    std::printf("%s\n", lines[i].c_str());
  if (lines.size() > kShown) std::printf("... and %zu more patterns\n", lines.size() - kShown);
}

int Check(const Shared& shared) {
  const config::Paths paths = config::Paths::Under(shared.root);
  if (!IsInstalled(paths)) return release::kConfiguration;
  config::Problems problems;
  const auto configuration = installation::LoadConfiguration(paths, problems);
  if (configuration) CheckAccounts(*configuration, problems);
  PrintProblems(problems);
  if (config::HasErrors(problems)) return release::kConfiguration;
  PrintMatchingChanges(configuration->policy);
  std::printf("%s/policy.json: in order (rules: %zu), and its tests pass\n", paths.etc.c_str(),
              configuration->policy.rules().size());
  return 0;
}

// Sets what the words stand for if the first is a name in the app file. Names from a Procfile or a
// framework are known only in the release.
void StandFor(const installation::Configuration& configuration, authz::Request& request) {
  const auto app = configuration.apps.find(request.app);
  if (app == configuration.apps.end() || request.words.empty()) return;
  for (const release::NamedCommand& command : app->second.commands) {
    if (command.run.empty() || command.pattern.text() != request.words.front()) continue;
    request.stands_for = release::PlainWords(command.run);
    request.opaque = request.stands_for.empty();
    if (!request.opaque) {
      request.stands_for.insert(request.stands_for.end(), request.words.begin() + 1,
                                request.words.end());
    }
    return;
  }
}

// The request that the words make over ssh, which joins them with spaces.
release::Outcome<authz::Request> RequestOf(const installation::Configuration& configuration,
                                           const Question& question) {
  auto line = release::ParseCommandLine(base::Join(question.words, " "));
  if (!line) return tl::unexpected(line.error());
  authz::Request request;
  request.person = question.person;
  request.groups = question.groups;
  request.app = question.app;
  request.releases = {question.release};
  request.command = line->text;
  request.needs_shell = line->needs_shell.has_value();
  for (const release::Assignment& assignment : line->assignments) {
    request.variables.push_back(assignment.name + "=" + assignment.value);
  }
  request.words = std::move(line->words);
  StandFor(configuration, request);
  return request;
}

std::string NoSuch(const std::string& name, std::string_view what,
                   const std::vector<std::string>& known) {
  const auto nearest = base::Nearest(name, known);
  return fmt::format("oneoff: {}: no such {}{}\n", base::Escape(name, 64), what,
                     nearest ? fmt::format("; did you mean {}?", *nearest) : "");
}

// A person that only a certificate names is in the groups that its principals say. Every other
// person's groups are in the policy.
std::string FaultOfPerson(const installation::Configuration& configuration,
                          const Question& question) {
  const bool by_certificate = question.person.starts_with(authz::kByCertificate);
  if (!by_certificate && !configuration.people.Has(question.person) &&
      !configuration.policy.IsUnixPerson(question.person)) {
    return NoSuch(question.person, "person", configuration.people.names());
  }
  if (by_certificate == question.groups.empty()) {
    return fmt::format("oneoff: {}: {}\n", base::Escape(question.person, 64),
                       by_certificate
                           ? "name the groups of its principals with --group"
                           : "--group needs a person that a certificate names: cert:KEYID");
  }
  for (const std::string& group : question.groups) {
    if (!configuration.policy.HasGroup(group)) return NoSuch(group, "group", {});
  }
  return {};
}

// Returns an error message if the question names an unknown person, group or app; else empty.
std::string UnknownName(const installation::Configuration& configuration,
                        const Question& question) {
  if (std::string fault = FaultOfPerson(configuration, question); !fault.empty()) {
    return fault;
  }
  if (configuration.apps.count(question.app) != 0) return {};
  std::vector<std::string> apps;
  for (const auto& [name, app] : configuration.apps) apps.push_back(name);
  return NoSuch(question.app, "app", apps);
}

constexpr std::string_view kUnixUser = "unix:";

// Replaces a UNIX user by the person that unix_users names. Returns an error message if there is
// none; else empty.
std::string ResolveUnixUser(const installation::Configuration& configuration, Question& question) {
  if (!question.person.starts_with(kUnixUser)) return {};
  const std::string account = question.person.substr(kUnixUser.size());
  const authz::UnixUser* const user = configuration.policy.UnixUserOf(account);
  if (user == nullptr) {
    std::vector<std::string> known;
    for (const auto& [name, known_user] : configuration.policy.unix_users()) known.push_back(name);
    return NoSuch(account, "account in unix_users", known);
  }
  const passwd* const entry = getpwnam(account.c_str());  // NOLINT(concurrency-mt-unsafe)
  const auto app = entry == nullptr || user->apps_user
                       ? std::nullopt
                       : installation::AppThatRunsAs(entry->pw_uid, configuration.apps);
  if (app) {
    return fmt::format(
        "oneoff: unix_users: {} stands for no person: the commands of the app {} run "
        "as it\n",
        base::Escape(account, 64), *app);
  }
  (void)std::printf("unix_users: %s asks as %s\n", base::Escape(account, 64).c_str(),
                    user->person.c_str());
  question.person = user->person;
  return {};
}

int Explain(const Shared& shared, Question question) {
  config::Problems problems;
  const auto configuration =
      installation::LoadConfiguration(config::Paths::Under(shared.root), problems);
  if (!configuration) {
    PrintProblems(problems);
    return release::kConfiguration;
  }
  std::string unknown = ResolveUnixUser(*configuration, question);
  if (unknown.empty()) unknown = UnknownName(*configuration, question);
  if (!unknown.empty()) {
    (void)std::fputs(unknown.c_str(), stderr);
    return release::kUsage;
  }
  const auto request = RequestOf(*configuration, question);
  if (!request) {
    (void)std::fprintf(stderr, "oneoff: %s\n", request.error().message.c_str());
    return request.error().status;
  }
  const authz::Decision decision = configuration->policy.Decide(*request);
  const std::string text =
      authz::RenderExplanation(*request, configuration->policy.Explain(*request), decision);
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
  return std::holds_alternative<authz::Grant>(decision) ? 0 : release::kDenied;
}

}  // namespace

void AddPolicy(CLI::App& app, Shared& shared) {
  CLI::App* const policy =
      app.add_subcommand("policy", "Check the policy and explain its decisions");
  policy->require_subcommand(1);

  CLI::App* const check = policy->add_subcommand(
      "check", "Report errors, warnings and failing tests; 0: in order, 78: not");
  check->footer("Examples:\n  oneoff policy check\n  oneoff --root /tmp/try policy check");
  check->callback([&shared] { shared.status = Check(shared); });

  CLI::App* const explain = policy->add_subcommand(
      "explain",
      "Say what each rule decides when PERSON runs WORDS in APP (without WORDS: a shell); "
      "0: allowed, 77: denied");
  const auto question =
      std::make_shared<Question>();  // owned by the callback, and bound to the options
  explain
      ->add_option("person", question->person,
                   "The person: NAME of people/NAME.pub; cert:KEYID, named by a certificate; or "
                   "unix:ACCOUNT, a UNIX user of unix_users")
      ->required();
  explain->add_option("app", question->app, "In which app")->required();
  explain
      ->add_option("--group", question->groups,
                   "Of cert:KEYID: a group that the certificate's principals name; may be repeated")
      ->allow_extra_args(false)
      ->type_name("GROUP");
  explain->add_option("--release", question->release, "A name that the release answers to")
      ->capture_default_str();
  explain->add_option("--root", shared.root, "As the same before the subcommand")->type_name("DIR");
  // Everything from the first word that is no option of `explain` belongs to the command, its
  // options too. None of it falls through to the program's own options.
  explain->fallthrough(false);
  explain->prefix_command();
  explain->footer(
      "Examples:\n"
      "  oneoff policy explain alice shop rake db:migrate\n"
      "  oneoff policy explain --release v41 alice shop console\n"
      "  oneoff policy explain alice shop rake -T\n"
      "  oneoff policy explain alice shop 'rake db:version | cat'\n"
      "  oneoff policy explain --group dev cert:dora shop console\n"
      "  oneoff policy explain unix:deploy shop rake db:migrate\n"
      "  oneoff policy explain alice shop");
  explain->callback([&shared, question, explain] {
    question->words = explain->remaining();
    shared.status = Explain(shared, *question);
  });
}

}  // namespace cli
