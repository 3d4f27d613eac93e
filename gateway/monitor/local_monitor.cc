#include "gateway/monitor/local_monitor.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "base/packet.h"
#include "base/text.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/transport.h"
#include "release/command/command_line.h"

namespace monitor {
using release::Outcome;
using release::Refusal;

Outcome<wire::LocalRequest> LocalMonitor::Understand(const std::string& packet) {
  // The size is checked before the packet is parsed: its sender may be any user of the host.
  if (packet.size() > wire::kMaxStart) {
    return release::Refuse(release::kUsage,
                           "the command and its environment are too long together");
  }
  auto message = wire::Decode<wire::FromLocalCaller>(packet);
  if (!message) {
    return release::Refuse(release::kUsage, "no request: " + message.error().message());
  }
  auto request = std::get<wire::LocalRequest>(std::move(*message));
  if (request.version != wire::kVersion) {
    return release::Refuse(release::kUsage,
                           "this oneoff and the gateway's broker are of different versions");
  }
  if (request.start.command && request.start.command->size() > release::kMaxCommandLine) {
    request.start.CutShort();  // the launcher will refuse it and record that
  }
  return request;
}

void LocalMonitor::Run(Standing standing, std::chrono::milliseconds patience) {
  switch (standing) {
    case Standing::kKnown:
      if (Serve(patience)) return;
      break;
    case Standing::kUnknown:
      Answer({release::kDenied,
              fmt::format(
                  "the UNIX user {} stands for no person here; the operator of this gateway can "
                  "add it to \"unix_users\" in policy.json",
                  base::Escape(account_, 64))});
      (void)wire::Send(sockets_.broker, wire::LocalStranger{account_});
      break;
    case Standing::kTooMany:
      Answer({release::kBusy, fmt::format("the UNIX user {} asks for too much at once; try later",
                                          base::Escape(account_, 64))});
      break;
  }
  WaitForBroker();
}

bool LocalMonitor::Serve(std::chrono::milliseconds patience) {
  pollfd wait{sockets_.client, POLLIN, 0};
  int ready = 0;
  do {
    ready = poll(&wait, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) {
    Refuse({release::kUsage, "no request came in time"});
    return false;
  }
  auto packet = base::ReceivePacket(sockets_.client, base::Wait::kNo);
  if (!packet && packet.error().code() == base::Code::kNotFound) return false;  // the client left
  shutdown(sockets_.client, SHUT_RD);  // one request, and no byte after it
  // The process closes received descriptors before it asks for anything. If a close blocks, only
  // the caller that sent the descriptor waits.
  if (packet) packet->fds.clear();
  const auto request = packet ? Understand(packet->bytes)
                              : release::Refuse(release::kUsage, packet.error().message());
  if (request) return PassOn(*request);
  Refuse(request.error());
  return false;
}

bool LocalMonitor::PassOn(const wire::LocalRequest& request) {
  const auto sent = wire::Send(sockets_.broker, request, {sockets_.line.second.get()});
  if (!sent) {
    const bool too_large = sent.error().code() == base::Code::kTooLarge;
    Refuse({too_large ? release::kUsage : release::kBusy,
            "the request was not passed on: " + sent.error().message()});
    return false;
  }
  // The launcher has this end now. Otherwise its death would not be seen as an end of file.
  sockets_.line.second.Reset();
  alarm(0);  // from here on no time limit applies, as over ssh
  const auto answer = base::ReceivePacket(sockets_.line.first.get(), base::Wait::kYes);
  if (!answer) return true;  // the broker is gone; the client sees the end of file
  std::vector<int> fds;
  for (const base::UniqueFd& fd : answer->fds) fds.push_back(fd.get());
  (void)base::SendPacket(sockets_.client, answer->bytes, fds);
  return true;
}

void LocalMonitor::Refuse(const Refusal& refusal) {
  if (log_) {
    log_(base::Level::kWarning,
         fmt::format("refused: {}: {}", wire::SourceOfAccount(account_), refusal.message));
  }
  Answer(refusal);
}

void LocalMonitor::RunUnknowing(const base::Error& why) {
  Refuse({release::kBusy, why.message() + "; try again"});
  WaitForBroker();
}

void LocalMonitor::Answer(const Refusal& refusal) const {
  (void)wire::Send(sockets_.client,
                   wire::Answer{.channel = 0,
                                .status = refusal.status,
                                .out = "",
                                .err = "oneoff: " + refusal.message + "\n"},
                   {}, base::Wait::kNo);
}

void LocalMonitor::WaitForBroker() const {
  shutdown(sockets_.broker, SHUT_WR);
  (void)base::ReceivePacket(sockets_.broker, base::Wait::kYes);
}

}  // namespace monitor
