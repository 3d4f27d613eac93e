#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "authz/decision.h"
#include "authz/policy.h"
#include "base/text.h"
#include "config/paths.h"
#include "config/variable_name.h"
#include "gateway/broker/configuration.h"
#include "gateway/cli/command.h"
#include "gateway/cli/configuration_report.h"

namespace cli {
namespace {

constexpr int kDenied = 77;

struct Question {
  std::string person;
  std::string app;
  std::string release = "current";
  bool shell = false;
  std::vector<std::string> words;
};

int Check(const Shared& shared) {
  const config::Paths paths = config::Paths::Under(shared.root);
  config::Problems problems;
  const auto configuration = broker::LoadConfiguration(paths, problems);
  PrintProblems(problems);
  if (!configuration) return kConfigurationStatus;
  std::printf("%s/policy.json: in order: %zu rules, and its tests pass\n", paths.etc.c_str(),
              configuration->policy.rules().size());
  return 0;
}

// The words of a name of the app file's commands, as the gateway would find them; empty if it is
// none, or if its text is no plain words.
std::vector<std::string> StandsFor(const broker::Configuration& configuration,
                                   const Question& question,
                                   const std::vector<std::string>& words) {
  const auto app = configuration.apps.find(question.app);
  if (app == configuration.apps.end() || words.empty()) return {};
  for (const release::NamedCommand& command : app->second.commands) {
    if (command.words != std::vector<std::string>{words[0]} || command.run.empty()) continue;
    if (command.run.find_first_of("'\"\\$`;|&<>()*?~#!{}\t\n") != std::string::npos) return {};
    std::vector<std::string> stands_for;
    for (const std::string_view word : base::Split(command.run, ' ')) {
      if (!word.empty()) stands_for.emplace_back(word);
    }
    stands_for.insert(stands_for.end(), words.begin() + 1, words.end());
    return stands_for;
  }
  return {};
}

int Explain(const Shared& shared, const Question& question) {
  config::Problems problems;
  const auto configuration = broker::LoadConfiguration(config::Paths::Under(shared.root), problems);
  if (!configuration) {
    PrintProblems(problems);
    return kConfigurationStatus;
  }
  if (!configuration->people.Has(question.person)) {
    const auto nearest = base::Nearest(question.person, configuration->people.names());
    std::fprintf(stderr, "oneoff: %s: no such person%s\n", base::Escape(question.person).c_str(),
                 nearest ? ("; did you mean " + *nearest + "?").c_str() : "");
    return kConfigurationStatus;
  }
  authz::Request request;
  request.person = question.person;
  request.app = question.app;
  request.releases = {question.release};
  request.command = base::ShellJoin(question.words);
  request.needs_shell = question.shell;
  if (!question.shell) {
    for (const std::string& word : question.words) {
      const std::size_t equals = word.find('=');
      if (request.words.empty() && equals != std::string::npos &&
          config::IsVariableName(std::string_view(word).substr(0, equals))) {
        request.env_names.push_back(word.substr(0, equals));
      } else {
        request.words.push_back(word);
      }
    }
    request.stands_for = StandsFor(*configuration, question, request.words);
  }
  const authz::Decision decision = configuration->policy.Decide(request);
  const std::string text =
      authz::RenderExplanation(request, configuration->policy.Explain(request), decision);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::holds_alternative<authz::Grant>(decision) ? 0 : kDenied;
}

}  // namespace

void AddPolicy(CLI::App& app, Shared& shared) {
  CLI::App* const policy = app.add_subcommand("policy", "Judge the policy and ask what it says");
  policy->require_subcommand(1);

  CLI::App* const check = policy->add_subcommand(
      "check", "Report errors, warnings and failing tests; 0: in order, 78: not");
  check->footer("Examples:\n  oneoff policy check\n  oneoff --root /tmp/try policy check");
  check->callback([&shared] { shared.status = Check(shared); });

  CLI::App* const explain = policy->add_subcommand(
      "explain",
      "Say how each rule fares with PERSON running WORDS in APP (without WORDS: a shell); "
      "0: allowed, 77: denied");
  const auto question =
      std::make_shared<Question>();  // owned by the callback, and bound to the options
  explain->add_option("person", question->person, "Who: the name of a file people/NAME.pub")
      ->required();
  explain->add_option("app", question->app, "In which app")->required();
  explain->add_option("--release", question->release, "A name that the release answers to")
      ->capture_default_str();
  explain->add_flag("--shell", question->shell, "Ask for a shell");
  // From the first word that is none of these, everything is the command's, its options too.
  explain->prefix_command();
  explain->footer(
      "Examples:\n"
      "  oneoff policy explain alice shop rake db:migrate\n"
      "  oneoff policy explain --release v41 alice shop console\n"
      "  oneoff policy explain alice shop rake -T\n"
      "  oneoff policy explain alice shop");
  explain->callback([&shared, question, explain] {
    question->words = explain->remaining();
    if (!question->words.empty() && question->words[0] == "--") {
      question->words.erase(question->words.begin());
    }
    shared.status = Explain(shared, *question);
  });
}

}  // namespace cli
