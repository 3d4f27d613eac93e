// `oneoff recordings` lists recordings; `oneoff recordings prune` prunes them.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "config/paths.h"
#include "gateway/audit/show.h"
#include "gateway/cli/broker_socket.h"
#include "gateway/cli/recording_commands.h"
#include "gateway/record/archive.h"
#include "gateway/record/playback.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/transport.h"

namespace cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 64;
constexpr std::size_t kMaxCommand = 200;  // bytes of a command in the table

struct Question {
  std::string app;
  std::string who;
  std::string since;
  bool json = false;
};

int Complain(const std::string& message, int status = kFailed) {
  (void)std::fprintf(stderr, "oneoff: recordings: %s\n", message.c_str());
  return status;
}

std::string Json(const record::About& about, bool open) {
  const nlohmann::ordered_json object = {
      {"run", about.run},       {"started", base::FormatUtc(about.started)},
      {"app", about.app},       {"release", about.release},
      {"person", about.person}, {"source", about.source},
      {"user", about.user},     {"terminal", about.terminal},
      {"archived", !open},      {"command", about.command}};
  return object.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string Row(const record::About& about) {
  return fmt::format(
      "{:<9} {:<24} {:<24} {:<12} {:<8} {}", about.run, base::FormatUtc(about.started),
      base::Escape(about.app + "+" + about.release, 64), base::Escape(about.person, 64),
      about.terminal ? "terminal" : "pipes", base::Escape(about.command, kMaxCommand));
}

int List(const Shared& shared, const Question& question) {
  std::string since;
  if (!question.since.empty()) {
    auto parsed = audit::ParseSince(question.since, base::SystemClock().Now());
    if (!parsed) return Complain("--since " + parsed.error().message(), kUsage);
    since = std::move(*parsed);
  }
  const auto store = record::Store::OpenToRead(config::Paths::Under(shared.root).lib);
  if (!store) return Complain(store.error().message());
  const auto runs = store->List();
  if (!runs) return Complain(runs.error().message());
  if (!question.json) {
    (void)std::printf("%-9s %-24s %-24s %-12s %-8s %s\n", "RUN", "STARTED", "RELEASE", "WHO",
                      "KIND", "COMMAND");
  }
  int status = 0;
  std::vector<record::About> wanted;
  for (const std::string& run : *runs) {
    auto about = record::ReadAbout(*store, run);
    if (!about) {
      status = Complain(run + ": " + base::Escape(about.error().message()));
      continue;
    }
    about->run = run;
    if ((question.app.empty() || about->app == question.app) &&
        (question.who.empty() || about->person == question.who) &&
        base::FormatUtc(about->started) >= since) {
      wanted.push_back(std::move(*about));
    }
  }
  std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) {
    return std::tie(a.started, a.run) < std::tie(b.started, b.run);
  });
  for (const record::About& about : wanted) {
    (void)std::puts(
        (question.json ? Json(about, record::IsOpen(*store, about.run)) : Row(about)).c_str());
  }
  return status;
}

int Prune(const Shared& shared) {
  const auto broker = ConnectToBroker(config::Paths::Under(shared.root), "broker.socket");
  if (!broker) {
    return Complain(
        "prune: the gateway's broker, which prunes and records that, does not "
        "answer: " +
        broker.error().message());
  }
  auto pipe = base::MakePipe();
  if (!pipe) return Complain("prune: " + pipe.error().message());
  const char* const sudo_user = std::getenv("SUDO_USER");  // NOLINT(concurrency-mt-unsafe)
  const std::string by = sudo_user != nullptr ? std::string("root, by sudo from ") + sudo_user
                                              : fmt::format("user {}", geteuid());
  if (auto sent = wire::Send(broker->get(), wire::Prune{by}, {pipe->second.get()}); !sent) {
    return Complain("prune: " + sent.error().message());
  }
  pipe->second.Reset();
  std::string answer;
  char c = 0;
  while (answer.size() < 1000 && read(pipe->first.get(), &c, 1) == 1 && c != '\n') answer += c;
  if (answer.empty()) return Complain("prune: the broker refused, or was lost; its log says more");
  (void)std::puts(base::Escape(answer, 1000).c_str());
  return answer.starts_with("not ") ? kFailed : 0;
}

}  // namespace

void AddRecordings(CLI::App& app, Shared& shared) {
  CLI::App* const recordings =
      app.add_subcommand("recordings", "List the recordings of runs, the newest last; prune them");
  recordings->require_subcommand(0, 1);
  const auto question = std::make_shared<Question>();  // owned by the callback and the options
  recordings->add_option("--app", question->app, "Of this app");
  recordings->add_option("--who", question->who, "Of this person");
  recordings->add_option("--since", question->since,
                         "From 2026-03-01, 2026-03-01T09:30 (UTC), or 15m, 2h, 3d ago");
  recordings->add_flag("--json", question->json, "One JSON object a line");
  CLI::App* const prune = recordings->add_subcommand(
      "prune",
      "Remove now the recordings that exceed \"retain\" or \"max_disk\" in gateway.json; the audit "
      "log has each removal. The broker does the same every hour");
  prune->footer("Example:\n  oneoff recordings prune");
  prune->callback([&shared] { shared.status = Prune(shared); });
  recordings->footer(
      "Examples:\n"
      "  oneoff recordings --app shop --since 2d\n"
      "  oneoff recordings --who alice --json\n"
      "  oneoff recordings prune\n"
      "sudoreplay lists and plays them, too: sudoreplay -d /var/lib/oneoff/recordings -l");
  recordings->callback([&shared, question, recordings] {
    if (recordings->get_subcommands().empty()) shared.status = List(shared, *question);
  });
}

}  // namespace cli
