#include "gateway/audit/client.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "base/packet.h"
#include "gateway/audit/wire.h"

namespace audit {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

base::Error Gone() {
  return {base::Code::kNotFound, "audit: the writer is gone, or has closed this connection"};
}

// Waits until `fd` is ready for `events`. Returns false after `deadline`.
bool Await(int fd, short events, Deadline deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd ready{fd, events, 0};
    constexpr std::int64_t kMost = 3600000;
    const int n = poll(&ready, 1, static_cast<int>(std::min<std::int64_t>(left.count(), kMost)));
    if (n > 0) return true;
    if (n < 0 && errno != EINTR) return true;  // the caller's next system call reports the error
  }
}

}  // namespace

Client::Client(base::UniqueFd socket) : socket_(std::move(socket)) {
  // poll(2) waits, with a deadline. If non-blocking mode fails, the descriptor is not a socket.
  if (socket_ && !base::SetNonBlocking(socket_.get())) socket_.Reset();
}

base::Result<std::uint64_t> Client::Record(const Event& event, std::chrono::milliseconds timeout) {
  return std::move(RecordAll({event}, timeout).front());
}

std::vector<base::Result<std::uint64_t>> Client::RecordAll(const std::vector<Event>& events,
                                                           std::chrono::milliseconds timeout) {
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  std::vector<base::Result<std::uint64_t>> outcomes;  // first the request's id, then its answer
  // All are sent before the first answer is awaited, so the writer puts them into one batch with
  // one sync.
  for (const Event& event : events) {
    const std::uint64_t id = next_id_++;
    auto sent = Send(event, id, deadline);
    outcomes.push_back(sent ? base::Result<std::uint64_t>(id)
                            : base::Fail(std::move(sent.error())));
  }
  for (auto& outcome : outcomes) {
    if (outcome) outcome = Answer(*outcome, deadline);
    if (!outcome && outcome.error().code() == base::Code::kUnavailable) {
      outcome = base::Fail(base::Code::kUnavailable,
                           fmt::format("audit: no answer within {} ms", timeout.count()));
    }
  }
  return outcomes;
}

base::Result<void> Client::Post(const Event& event) {
  return Send(event, 0, std::chrono::steady_clock::now());
}

base::Result<void> Client::PostDropped(std::uint64_t count, std::string_view cause) {
  return SendAll({PackDropped(count, cause)}, std::chrono::steady_clock::now());
}

base::Result<void> Client::Send(const Event& event, std::uint64_t id, Deadline deadline) {
  const auto packets = PackRequest(event, id);
  if (!packets) return base::Fail(base::Error(packets.error()).Context("audit"));
  return SendAll(*packets, deadline);
}

base::Result<void> Client::SendAll(const std::vector<std::string>& packets, Deadline deadline) {
  if (!socket_) return base::Fail(Gone());
  bool begun = false;
  for (const std::string& packet : packets) {
    for (;;) {
      const auto sent = base::SendPacket(socket_.get(), packet);
      if (sent) break;
      if (sent.error().code() == base::Code::kNotFound) return base::Fail(Gone());
      if (sent.error().code() != base::Code::kUnavailable) {
        return base::Fail(base::Error(sent.error()).Context("audit"));
      }
      if (Await(socket_.get(), POLLOUT, deadline)) continue;
      // The writer cannot use an incomplete request, and the client cannot take it back.
      if (begun) socket_.Reset();
      return base::Fail(base::Code::kUnavailable, "audit: the writer is far behind");
    }
    begun = true;
  }
  return {};
}

base::Result<std::uint64_t> Client::Answer(std::uint64_t id, Deadline deadline) {
  for (;;) {
    auto packet = base::ReceivePacket(socket_.get(), base::Wait::kNo);
    if (!packet && packet.error().code() == base::Code::kUnavailable) {
      if (Await(socket_.get(), POLLIN, deadline)) continue;
      return base::Fail(base::Code::kUnavailable, "no answer");
    }
    if (!packet) return base::Fail(Gone());
    const auto answer = ParseAnswer(packet->bytes);
    if (!answer) return base::Fail(base::Error(answer.error()).Context("audit"));
    if (answer->id != id) continue;  // the answer to an earlier request whose deadline passed
    if (answer->durable != 0) return answer->durable;
    if (answer->share) return base::Fail(base::Code::kDenied, answer->failure);
    return base::Fail(base::Code::kSystem, "audit: " + answer->failure);
  }
}

base::Result<Client> Introduce(int control_fd) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  if (!pair) return base::Fail(std::move(pair.error()).Context("audit"));
  const auto sent = base::SendPacket(control_fd, kIntroduction, {pair->second.get()});
  if (!sent && sent.error().code() == base::Code::kNotFound) return base::Fail(Gone());
  if (!sent) return base::Fail(base::Error(sent.error()).Context("audit"));
  return Client(std::move(pair->first));
}

}  // namespace audit
