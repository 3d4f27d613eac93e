#include "gateway/ssh/monitor_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <utility>

#include "gateway/wire/codec.h"
#include "gateway/wire/transport.h"

namespace ssh {
namespace {

base::Error Lost() { return {base::Code::kUnavailable, "the monitor is lost"}; }

}  // namespace

MonitorClient::MonitorClient(base::UniqueFd socket, std::chrono::milliseconds patience,
                             const base::Clock& clock)
    : socket_(std::move(socket)), patience_(patience), clock_(clock) {
  timeval limit{};
  limit.tv_sec = static_cast<time_t>(patience.count() / 1000);
  limit.tv_usec = static_cast<suseconds_t>(patience.count() % 1000 * 1000);
  // Without this bound, a monitor that stops reading would block the session for ever.
  if (setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) Lose();
}

base::Result<wire::Signature> MonitorClient::Ask(const wire::SignExchange& question) {
  return Exchange<wire::Signature>(question);
}
base::Result<wire::Verdict> MonitorClient::Ask(const wire::Probe& question) {
  return Exchange<wire::Verdict>(question);
}
base::Result<wire::Verdict> MonitorClient::Ask(const wire::Verify& question) {
  return Exchange<wire::Verdict>(question);
}

base::Result<void> MonitorClient::Start(const wire::Start& start) {
  if (lost()) return base::Fail(Lost());
  const std::string packet = wire::Encode(start);
  // The monitor ends a connection whose packet is larger (the table in gateway/monitor/monitor.cc),
  // so the check comes before the packet is sent.
  if (packet.size() > wire::kMaxStart) return base::Fail(base::Code::kTooLarge, "a long request");
  auto sent = base::SendPacket(socket_.get(), packet);
  if (sent || sent.error().code() == base::Code::kTooLarge) return sent;
  Lose();
  return base::Fail(Lost());
}

template <class Answer, class Question>
base::Result<Answer> MonitorClient::Exchange(const Question& question) {
  if (lost()) return base::Fail(Lost());
  if (wire::Send(socket_.get(), question)) {
    auto answer = Wait();
    // An answer of another kind, or none in time, ends the use of the monitor: a late answer would
    // otherwise count for the next question.
    if (answer && std::holds_alternative<Answer>(*answer)) {
      return std::get<Answer>(std::move(*answer));
    }
  }
  Lose();
  return base::Fail(Lost());
}

base::Result<wire::ToSession> MonitorClient::Wait() {
  const base::MonotonicTime end = clock_.Monotonic() + patience_;
  for (;;) {
    auto one = ReceiveOne();
    if (!one) return base::Fail(std::move(one.error()));
    if (*one) return std::move(**one);
    const auto left = (end - clock_.Monotonic()).count();
    if (left <= 0) return base::Fail(Lost());
    pollfd polled{socket_.get(), POLLIN, 0};
    // The result does not matter: ReceiveOne looks again, and the deadline bounds the loop.
    (void)poll(&polled, 1, static_cast<int>(left));
  }
}

// Returns one answer to a question, or nullopt when the socket is empty. The launcher's messages go
// to their queue.
base::Result<std::optional<wire::ToSession>> MonitorClient::ReceiveOne() {
  for (;;) {
    auto received = wire::Receive<wire::ToSession>(socket_.get(), base::Wait::kNo);
    if (!received) {
      if (received.error().code() == base::Code::kUnavailable) return std::nullopt;
      return base::Fail(std::move(received.error()));
    }
    if (auto* started = std::get_if<wire::Started>(&received->message)) {
      from_launcher_.push_back({std::move(*started), std::move(received->fds)});
    } else if (auto* answer = std::get_if<wire::Answer>(&received->message)) {
      from_launcher_.push_back({std::move(*answer), {}});
    } else {
      return std::optional<wire::ToSession>(std::move(received->message));
    }
  }
}

void MonitorClient::Receive() {
  if (lost()) return;
  const auto one = ReceiveOne();
  // No question is open here, so an answer shows that the monitor is out of step.
  if (!one || one->has_value()) Lose();
}

std::optional<MonitorClient::FromLauncher> MonitorClient::Next() {
  if (from_launcher_.empty()) return std::nullopt;
  FromLauncher next = std::move(from_launcher_.front());
  from_launcher_.pop_front();
  return next;
}

}  // namespace ssh
