// What a local caller sends the broker's monitor: any packet is one whole request, which the broker
// can read again, or is answered with one line, and passes nothing on.
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/packet.h"
#include "base/unique_fd.h"
#include "gateway/monitor/local_monitor.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/transport.h"
#include "release/command/command_line.h"
#include "tests/fuzz/input.h"

namespace {

using fuzz::Require;

void CheckAnswer(int caller) {
  const auto answer = wire::Receive<wire::ToSession>(caller, base::Wait::kNo);
  Require(answer.has_value() && answer->fds.empty());
  const auto& told = std::get<wire::Answer>(answer->message);
  Require(told.status == release::kUsage && told.out.empty());
  Require(told.err.starts_with("oneoff: ") && told.err.find('\n') == told.err.size() - 1);
  for (const char c : told.err) Require(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > base::kMaxPacket) return 0;
  const std::string packet(reinterpret_cast<const char*>(data), size);
  const auto understood = monitor::LocalMonitor::Understand(packet);
  auto caller = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  auto broker = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  if (!base::SendPacket(caller.first.get(), packet)) return 0;
  // The broker has let go of the connection: nothing is waited for.
  shutdown(broker.first.get(), SHUT_WR);
  // The launcher's answer is there before it is asked.
  auto line = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  const auto launcher = line.second.Duplicate();
  if (!launcher ||
      !wire::Send(launcher->get(), wire::Answer{.channel = 0, .status = 7, .out = "", .err = ""})) {
    return 0;
  }
  monitor::LocalMonitor({caller.second.get(), broker.second.get(), std::move(line)}, "deploy", {})
      .Run(monitor::LocalMonitor::Standing::kKnown, std::chrono::milliseconds(100));
  auto passed = wire::Receive<wire::FromLocalMonitor>(broker.first.get(), base::Wait::kNo);
  if (!passed) {
    CheckAnswer(caller.first.get());
    return 0;
  }
  Require(understood.has_value() && passed->fds.size() == 1);
  const auto& request = std::get<wire::LocalRequest>(passed->message);
  Require(wire::Encode(request) == wire::Encode(*understood));
  if (request.start.command) Require(request.start.command->size() <= release::kMaxCommandLine);
  const auto answer = wire::Receive<wire::ToSession>(caller.first.get(), base::Wait::kNo);
  Require(answer && std::get<wire::Answer>(answer->message).status == 7);
  // Whoever has sent one request sends nothing more.
  Require(!base::SendPacket(caller.first.get(), packet, {}, base::Wait::kNo));
  return 0;
}
