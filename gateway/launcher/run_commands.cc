#include "gateway/launcher/run_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "authz/policy.h"
#include "base/text.h"
#include "gateway/launcher/found_run.h"
#include "gateway/launcher/session_sockets.h"
#include "gateway/run/log_pump.h"
#include "gateway/run/output_log.h"
#include "gateway/wire/transport.h"
#include "release/command/command_line.h"

namespace launcher {
namespace {

using authz::RunAct;
using release::Outcome;
using release::Refuse;

// The words after the command's name.
struct Options {
  std::string run;
  bool force = false;                    // stop
  bool follow = false;                   // logs
  std::optional<wire::OutputFrom> from;  // attach
};

struct Command {
  const char* name;
  RunAct act;
  Among among;
  const char* usage;
  int (*serve)(Asked& asked, FoundRun run, const Options& options);
};

// The event is durable before the act.
Outcome<void> Record(Asked& asked, const FoundRun& run, const std::string& act) {
  const run::RunRecord& record = run.state.record;
  const audit::RunManaged managed{.run = record.id,
                                  .app = record.app,
                                  .release = record.release,
                                  .of = record.person,
                                  .person = asked.request.person,
                                  .key = asked.request.fingerprint,
                                  .source = asked.request.address,
                                  .rule = run.rule,
                                  .certificate = asked.admission.certificate,
                                  .act = act};
  return asked.RecordFirst(managed, act);
}

wire::Manager ManagerOf(const Asked& asked) {
  return {asked.request.person, asked.request.address};
}

// Sends the message to the run's supervisor and returns its answer.
template <class Message>
Outcome<wire::RunAnswer> Ask(const Asked& asked, const FoundRun& run, const std::string& verb,
                             const Message& message, const std::vector<int>& fds = {}) {
  const auto fail = [&](const std::string& why) {
    return Refuse(release::kUnusable, fmt::format("{}: {}: {}", verb, run.label(), why));
  };
  const auto socket = asked.deps.management.Connect(run.state.record.id);
  if (!socket && socket.error().code() == base::Code::kNotFound) {
    return fail("it has just ended, or an older version of the gateway started it");
  }
  if (!socket) return fail(socket.error().message());
  if (auto sent = wire::Send(socket->get(), message, fds); !sent) {
    return fail(sent.error().message());
  }
  auto answer = wire::Receive<wire::FromRun>(socket->get(), base::Wait::kYes);
  if (!answer) return fail("its supervisor does not answer: " + answer.error().message());
  auto& said = std::get<wire::RunAnswer>(answer->message);
  if (!said.done) return fail(said.why);
  return std::move(said);
}

// The policy's decision on the run's command, for the person who asks now.
authz::Decision DecideAnew(const Asked& asked, const run::RunRecord& record) {
  authz::Request question;
  question.person = asked.request.person;
  question.groups = asked.admission.groups;
  question.app = record.app;
  question.releases = record.release_names.value_or(std::vector<std::string>{record.release});
  question.command = record.command;
  question.stands_for = record.stands_for.value_or(std::vector<std::string>());
  question.opaque = record.opaque.value_or(true);
  const auto line = release::ParseCommandLine(record.command);
  question.needs_shell = !line || line->needs_shell.has_value();
  if (line) {
    question.words = line->words;
    for (const auto& assignment : line->assignments) {
      question.variables.push_back(assignment.name + "=" + assignment.value);
    }
  }
  return asked.deps.configuration.policy.Decide(question);
}

// Becomes the process that shows a log or waits, and serves it to its end.
int Pump(Asked& asked, FoundRun& run, run::LogPumping job) {
  const config::WatchSettings& settings = asked.deps.configuration.settings.watch;
  auto place = asked.deps.registry.TakeWatchersPlace(settings.at_once, asked.request.person,
                                                     settings.per_person);
  if (!place) {
    return asked.Reject(
        {release::kBusy, fmt::format("{}: {}; try later", run.label(), place.error().message())});
  }
  auto sockets = SessionSockets::Make(false);
  if (!sockets) return asked.Reject({release::kLost, sockets.error().message()});
  job.place = std::move(*place);
  job.label = run.label();
  job.control = std::move(sockets->control.second);
  job.out = std::move(sockets->out);
  job.err = std::move(sockets->err);
  sockets->Start(asked, run.state.record.id);
  run::LogPump pump(std::move(job), asked.deps.clock);
  if (!asked.BecomeWatch(pump.fds(), "logs")) return 1;
  pump.Run();
  return 0;
}

std::optional<run::OutputLog> OutputOf(const Asked& asked, const FoundRun& run) {
  auto log = run::OutputLog::Open(asked.deps.registry.outputs(), run.state.record.id);
  if (!log) return std::nullopt;
  return std::move(*log);
}

// What the client is told of the end of a run that has ended.
wire::Ended EndOf(const FoundRun& run, bool status_of_run) {
  const auto& ending = run.state.ending;
  const int status = ending ? ending->status : release::kLost;
  return {status_of_run ? status : 0,
          fmt::format("oneoff: {} has ended: {}", run.label(),
                      ending ? run::DescribeEnding(*ending) : "its supervisor was lost")};
}

// A view of a live run. If the run has ended meanwhile: nullopt, and `run` is brought up to date.
std::optional<run::View> ViewOf(const Asked& asked, FoundRun& run) {
  if (run.ended) return std::nullopt;
  auto view = asked.deps.registry.Look(run.state.record.id);
  if (view) return std::move(*view);
  run.ended = true;
  if (auto state = asked.deps.registry.FindEnded(run.state.record.id))
    run.state = std::move(*state);
  return std::nullopt;
}

int Wait(Asked& asked, FoundRun run, const Options&) {
  if (auto done = Record(asked, run, "wait"); !done) return asked.Reject(done.error());
  auto view = ViewOf(asked, run);
  if (run.ended) {
    const wire::Ended end = EndOf(run, true);
    return asked.Answer({.status = end.status, .out = "", .err = end.text + "\n"});
  }
  return Pump(asked, run, {.view = std::move(view), .follow = true, .status_of_run = true});
}

int Logs(Asked& asked, FoundRun run, const Options& options) {
  auto log = OutputOf(asked, run);
  if (!log || (log->empty() && run.ended)) {
    return asked.Reject(
        {release::kUnusable,
         fmt::format("logs: {}: no output of it is kept{}", run.label(),
                     run.ended ? ""
                               : "; see it live: " +
                                     asked.Typed("oneoff", "watch " + run.state.record.id, "-t"))});
  }
  if (auto done = Record(asked, run, "logs"); !done) return asked.Reject(done.error());
  auto view = ViewOf(asked, run);
  return Pump(asked, run,
              {.log = std::move(log),
               .view = std::move(view),
               .follow = options.follow,
               .end = {0, run.ended ? EndOf(run, false).text : ""}});
}

// The run is over: shows its kept output, and ends with its status.
int AttachEnded(Asked& asked, FoundRun run, const Options& options) {
  if (auto done = Record(asked, run, "attach"); !done) return asked.Reject(done.error());
  auto log = OutputOf(asked, run);
  const wire::Ended end = EndOf(run, true);
  if (!log) return asked.Answer({.status = end.status, .out = "", .err = end.text + "\n"});
  run::LogPumping job{.end = end,
                      .from_out = log->begin(record::Stream::kStdout),
                      .from_err = log->begin(record::Stream::kStderr)};
  if (options.from) {
    job.from_out = options.from->out;
    job.from_err = options.from->err;
  }
  job.log = std::move(log);
  return Pump(asked, run, std::move(job));
}

int Attach(Asked& asked, FoundRun run, const Options& options) {
  const run::RunRecord& record = run.state.record;
  const auto decision = DecideAnew(asked, record);
  if (const auto* denial = std::get_if<authz::Denial>(&decision)) {
    return asked.Reject(
        {release::kDenied,
         fmt::format("attach: {}: it would not be allowed now: {}", run.label(), denial->message)},
        denial->rule);
  }
  if (run.ended) return AttachEnded(asked, std::move(run), options);
  const bool terminal = record.terminal.value_or(false);
  const auto& pty = asked.request.start.pty;
  if (terminal && !pty) {
    return asked.Reject(
        {release::kUsage, fmt::format("attach: {} has a terminal; type: {}", run.label(),
                                      asked.Typed("oneoff", "attach " + record.id, "-t"))});
  }
  if (terminal && !asked.admission.permits_pty) {
    return asked.Reject(
        {release::kUsage,
         fmt::format("attach: {} has a terminal, and the certificate {} permits none "
                     "(permit-pty)",
                     run.label(), asked.admission.certificate)});
  }
  if (terminal && options.from) {
    return asked.Reject({release::kUsage, "attach: --from is for a run without a terminal"});
  }
  auto sockets = SessionSockets::Make(terminal);
  if (!sockets) return asked.Reject({release::kLost, "attach: " + sockets.error().message()});
  if (auto done = Record(asked, run, "attach"); !done) return asked.Reject(done.error());
  wire::Attach request{.by = ManagerOf(asked), .size = {}, .from = options.from};
  if (terminal) request.size = pty->size;
  std::vector<int> fds = {sockets->control.second.get()};
  for (const base::UniqueFd* fd : {&sockets->terminal, &sockets->out, &sockets->err}) {
    if (*fd) fds.push_back(fd->get());
  }
  const auto answer = Ask(asked, run, "attach", request, fds);
  if (!answer) return asked.Reject(answer.error());
  sockets->Start(asked, record.id);
  return 0;
}

int Detach(Asked& asked, FoundRun run, const Options&) {
  if (auto done = Record(asked, run, "detach"); !done) return asked.Reject(done.error());
  const auto answer = Ask(asked, run, "detach", wire::Detach{.by = ManagerOf(asked)});
  if (!answer) return asked.Reject(answer.error());
  return asked.Answer({.status = 0,
                       .out = "",
                       .err = fmt::format("oneoff: {}: detached; it goes "
                                          "on\n",
                                          run.label())});
}

int Stop(Asked& asked, FoundRun run, const Options& options) {
  const std::string act = options.force ? "stop --force" : "stop";
  if (auto done = Record(asked, run, act); !done) return asked.Reject(done.error());
  const auto answer =
      Ask(asked, run, act, wire::Stop{.by = ManagerOf(asked), .force = options.force});
  if (!answer) return asked.Reject(answer.error());
  const std::string wait = asked.Typed("oneoff", "wait " + run.state.record.id);
  return asked.Answer(
      {.status = 0,
       .out = "",
       .err = fmt::format("oneoff: {} is being ended; wait for it: {}\n", run.label(), wait)});
}

constexpr std::array kCommands = {
    Command{"attach", RunAct::kAttach, Among::kAll,
            "attach takes the id of a run, its beginning, or last; and --from OUT[,ERR] or --from "
            "start",
            Attach},
    Command{"detach", RunAct::kAttach, Among::kLive,
            "detach takes the id of a run, its beginning, or last", Detach},
    Command{"logs", RunAct::kLogs, Among::kAll,
            "logs takes the id of a run, its beginning, or last; and -f to follow it", Logs},
    Command{"stop", RunAct::kStop, Among::kLive,
            "stop takes the id of a run, its beginning, or last; and --force to kill it at once",
            Stop},
    Command{"wait", RunAct::kWait, Among::kAll,
            "wait takes the id of a run, its beginning, or last", Wait},
};

// "0", "start", "123,45".
std::optional<wire::OutputFrom> ParseFrom(std::string_view text) {
  wire::OutputFrom from{.place = wire::OutputFrom::Place::kExact};
  if (text == "start") return from;
  const auto number = [](std::string_view digits, std::uint64_t& value) {
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, value);
    return error == std::errc() && rest == end && !digits.empty();
  };
  const std::size_t comma = text.find(',');
  const bool good = number(text.substr(0, comma), from.out) &&
                    (comma == std::string_view::npos || number(text.substr(comma + 1), from.err));
  return good ? std::optional(from) : std::nullopt;
}

// nullopt: the words do not fit the command's usage.
std::optional<Options> ParseOptions(const Command& command, const std::vector<std::string>& words) {
  const std::string_view name = command.name;
  Options options;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (name == "stop" && word == "--force") {
      options.force = true;
    } else if (name == "logs" && (word == "-f" || word == "--follow")) {
      options.follow = true;
    } else if (name == "attach" && word == "--from" && i + 1 < words.size()) {
      options.from = ParseFrom(words[++i]);
      if (!options.from) return std::nullopt;
    } else if (options.run.empty() && !word.empty() && word.front() != '-') {
      options.run = word;
    } else {
      return std::nullopt;
    }
  }
  return options.run.empty() ? std::nullopt : std::optional(options);
}

const Command* FindCommand(std::string_view name) {
  const auto* const found = std::find_if(kCommands.begin(), kCommands.end(),
                                         [&](const Command& c) { return name == c.name; });
  return found == kCommands.end() ? nullptr : found;
}

}  // namespace

bool IsRunCommand(std::string_view word) { return FindCommand(word) != nullptr; }

int ServeRunCommand(Asked& asked, const std::vector<std::string>& words) {
  const Command* const command = FindCommand(words.front());
  const auto options = ParseOptions(*command, words);
  if (!options) return asked.Reject({release::kUsage, fmt::format("oneoff@: {}", command->usage)});
  auto run = FindRun(asked, command->act, command->among, command->name, options->run);
  if (!run) return asked.Reject(run.error());
  return command->serve(asked, std::move(*run), *options);
}

}  // namespace launcher
