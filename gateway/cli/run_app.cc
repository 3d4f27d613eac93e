#include "gateway/cli/run_app.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "config/paths.h"
#include "gateway/cli/app_run.h"
#include "gateway/cli/broker_socket.h"
#include "gateway/cli/callers_terminal.h"
#include "gateway/cli/local_app.h"
#include "gateway/wire/transport.h"
#include "release/command/command_line.h"
#include "release/refusal.h"

namespace cli {
namespace {

// Opens descriptors 0 to 2 if the caller has closed one, so that no later descriptor takes such a
// number.
void HaveThreeStreams() {
  int fd = 0;
  do {
    fd = open("/dev/null", O_RDWR);  // NOLINT: inherited on purpose, as the three are
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0) close(fd);
}

std::vector<wire::EnvironmentVariable> Variables(const std::vector<std::string>& texts) {
  std::vector<wire::EnvironmentVariable> variables;
  for (const std::string& text : texts) {
    const std::size_t sign = text.find('=');
    if (sign != std::string::npos) {
      variables.push_back({text.substr(0, sign), text.substr(sign + 1)});
    } else if (const char* value = std::getenv(text.c_str())) {  // NOLINT(concurrency-mt-unsafe)
      variables.push_back({text, value});
    }
  }
  return variables;
}

wire::LocalRequest MessageOf(const AppRequest& request) {
  using Terminal = AppRequest::Terminal;
  wire::LocalRequest message;
  message.user = request.target;
  if (!request.words.empty()) message.start.command = release::Retyped(request.words);
  if (request.terminal == Terminal::kAlways ||
      (request.terminal == Terminal::kIfThereIsOne && CallersTerminal::IsThere())) {
    message.start.pty = CallersTerminal::Request();
  }
  message.start.environment = Variables(request.env);
  return message;
}

int Show(const wire::Answer& answer) {
  (void)std::fwrite(answer.out.data(), 1, answer.out.size(), stdout);
  (void)std::fflush(stdout);
  (void)std::fwrite(answer.err.data(), 1, answer.err.size(), stderr);
  return answer.status;
}

}  // namespace

int RunApp(const Shared& shared, const AppRequest& request) {
  HaveThreeStreams();
  (void)signal(SIGPIPE, SIG_IGN);
  const config::Paths paths = config::Paths::Under(shared.root);
  auto broker = ConnectToBroker(paths, "local.socket");
  if (!broker) {
    return Tell(
        {release::kUnusable,
         fmt::format("the gateway's broker, through which {} runs, does not answer: {}; see "
                     "whether it runs: systemctl status oneoff-broker",
                     base::Escape(request.target, 100), broker.error().message())});
  }
  const auto sent = wire::Send(broker->get(), MessageOf(request));
  if (!sent && sent.error().code() == base::Code::kTooLarge) {
    return Tell({release::kUsage, "the command and its environment are too long together"});
  }
  // A broker that refuses before it has read the request still answers.
  auto received = wire::Receive<wire::ToSession>(broker->get(), base::Wait::kYes);
  if (received) {
    if (const auto* answer = std::get_if<wire::Answer>(&received->message)) return Show(*answer);
  }
  const auto* const started = received ? std::get_if<wire::Started>(&received->message) : nullptr;
  if (started == nullptr) {
    return Tell(
        {release::kLost, "the request was lost: the gateway's broker has ended; try again"});
  }
  broker->Reset();
  const base::SystemClock clock;
  const auto run = AppRun::Create(*started, std::move(received->fds), clock);
  if (!run) return Tell({release::kLost, "the run was lost: " + run.error().message()});
  return (*run)->Run();
}

}  // namespace cli
