#include "gateway/broker/monitor.h"

#include <fmt/format.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "authz/userauth.h"
#include "base/packet.h"
#include "base/text.h"
#include "gateway/wire/codec.h"
#include "release/refusal.h"

namespace broker {
namespace {

using Phase = Monitor::Phase;

// The requests that a session may make: in which phases, and how large the packet may be. This
// table, the fork that the broker makes for every Start, and the policy are why a session that has
// been taken over can do nothing but talk.
struct Row {
  std::string_view request;
  Phase first;        // legal from this phase
  Phase last;         // to this one
  std::size_t bytes;  // of the packet
};
constexpr std::array<Row, 4> kTable = {{
    {wire::SignExchange::kName, Phase::kKeyExchange, Phase::kAuthenticated, 8192},
    {wire::Probe::kName, Phase::kAuthenticating, Phase::kAuthenticating, 16384},
    {wire::Verify::kName, Phase::kAuthenticating, Phase::kAuthenticating, 32768},
    {wire::Start::kName, Phase::kAuthenticated, Phase::kAuthenticated, wire::kMaxStart},
}};

constexpr std::size_t kMostAsked = 1000;  // more than a connection can have unanswered
constexpr std::size_t kMinHash = 20;      // bytes; SHA-1's to SHA-512's
constexpr std::size_t kMaxHash = 64;

}  // namespace

Monitor::Monitor(Sockets sockets, std::string peer_address, MonitorSupplies supplies,
                 MonitorBounds bounds)
    : sockets_(sockets),
      peer_address_(std::move(peer_address)),
      supplies_(std::move(supplies)),
      admittance_(supplies_.people, supplies_.policy),
      bounds_(bounds) {}

base::Result<void> Monitor::Run() {
  base::Result<void> served;
  limit_ = supplies_.clock.Monotonic() + bounds_.login_grace;
  while (served) {
    if (!WaitForPacket()) {
      limit_.reset();
      if (phase_ == Phase::kAuthenticated) {
        AnswerLost();
        continue;
      }
      // The session keeps the grace, too, and says so to the client; one that does not is not
      // served on.
      served = base::Fail(base::Code::kDenied, "nobody authenticated in time");
      break;
    }
    const auto packet = base::ReceivePacket(sockets_.session, base::Wait::kYes);
    if (!packet) {
      const bool closed = packet.error().code() == base::Code::kNotFound;
      served = closed ? base::Result<void>() : base::Fail(packet.error());
      break;
    }
    // Descriptors go towards the session only; any that came are closed with the packet.
    served = Serve(packet->bytes);
  }
  TellFailedTries();
  return served;
}

bool Monitor::WaitForPacket() {
  for (;;) {
    int left = -1;
    if (limit_) {
      left = static_cast<int>((*limit_ - supplies_.clock.Monotonic()).count());
      if (left <= 0) return false;
    }
    const bool heed_broker = phase_ == Phase::kAuthenticated && !broker_lost_;
    std::array<pollfd, 2> wait = {
        {{sockets_.session, POLLIN, 0}, {heed_broker ? sockets_.broker : -1, 0, 0}}};
    const int n = poll(wait.data(), wait.size(), left);
    if (n < 0 && errno != EINTR) return false;
    if (n > 0 && wait[1].revents != 0) {
      broker_lost_ = true;
      limit_ = supplies_.clock.Monotonic() + bounds_.last_answers;
    }
    if (n > 0 && wait[0].revents != 0) return true;
  }
}

// Those that were answered are not heard twice: the session heeds the first answer only.
void Monitor::AnswerLost() {
  for (const std::uint32_t channel : asked_) {
    (void)wire::Send(sockets_.session,
                     wire::Answer{.channel = channel,
                                  .status = release::kLost,
                                  .out = "",
                                  .err = "oneoff: the request was lost: the gateway's broker has "
                                         "ended; connect again\n"});
  }
  asked_.clear();
}

base::Result<void> Monitor::Serve(const std::string& packet) {
  const auto message = wire::Decode<wire::FromSession>(packet);
  if (!message) return base::Fail(message.error());
  return std::visit(
      [&](const auto& request) -> base::Result<void> {
        const std::string_view name = std::decay_t<decltype(request)>::kName;
        const auto* row = std::find_if(kTable.begin(), kTable.end(),
                                       [&](const Row& r) { return r.request == name; });
        if (row == kTable.end() || phase_ < row->first || phase_ > row->last) {
          return base::Fail(base::Code::kInvalid, fmt::format("request '{}' out of phase", name));
        }
        if (packet.size() > row->bytes) {
          return base::Fail(base::Code::kTooLarge,
                            fmt::format("request '{}' of {} bytes", name, packet.size()));
        }
        return Handle(request);
      },
      *message);
}

base::Result<void> Monitor::Handle(const wire::SignExchange& message) {
  if (message.hash.size() < kMinHash || message.hash.size() > kMaxHash) {
    return base::Fail(base::Code::kInvalid, "an exchange hash of that size does not exist");
  }
  const auto key = std::find_if(supplies_.host_keys.begin(), supplies_.host_keys.end(),
                                [&](const auto& k) { return k.PublicBlob() == message.host_key; });
  if (key == supplies_.host_keys.end()) return base::Fail(base::Code::kInvalid, "no such host key");
  // What is signed here is chosen by the session. That is safe: the first one becomes the session
  // id, which the client has to sign as well, and a host key signs nothing but exchange hashes.
  auto blob = key->Sign(message.hash, message.algorithm);
  if (!blob) return base::Fail(std::move(blob.error()));
  if (session_id_.empty()) {
    session_id_ = message.hash;
    phase_ = Phase::kAuthenticating;
  }
  return wire::Send(sockets_.session, wire::Signature{std::move(*blob)});
}

base::Result<void> Monitor::Handle(const wire::Probe& message) {
  // The session was told to disconnect; one that does not is not to be trusted.
  if (probes_ >= bounds_.key_probes) return base::Fail(base::Code::kDenied, "too many keys");
  ++probes_;
  const auto outcome = admittance_.Probe(message.key, peer_address_, supplies_.clock.Now());
  if (const auto* const rejection = std::get_if<authz::Rejection>(&outcome)) Note(*rejection);
  return wire::Send(sockets_.session,
                    wire::Verdict{.accepted = std::holds_alternative<authz::Admission>(outcome),
                                  .disconnect = probes_ >= bounds_.key_probes});
}

std::optional<authz::Admission> Monitor::Admit(const wire::Verify& message) {
  const auto request = authz::ParseSignedRequest(message.data);
  if (!request) return std::nullopt;
  if (tried_user_.empty()) tried_user_ = request->user;
  if (request->session_id != session_id_ || request->key_blob != message.key) return std::nullopt;
  const auto facts = authz::VerifySigned(*request, message.data, message.signature);
  if (!facts) return std::nullopt;
  auto outcome =
      admittance_.Authenticate(message.key, peer_address_, supplies_.clock.Now(), *facts);
  if (const auto* const rejection = std::get_if<authz::Rejection>(&outcome)) {
    Note(*rejection);
    return std::nullopt;
  }
  user_ = request->user;
  key_ = message.key;
  return std::get<authz::Admission>(std::move(outcome));
}

base::Result<void> Monitor::Handle(const wire::Verify& message) {
  if (failures_ >= bounds_.key_tries) return base::Fail(base::Code::kDenied, "too many signatures");
  auto admission = Admit(message);
  if (!admission) {
    ++failures_;
    TellGateway(wire::Word::kFailed);
    return wire::Send(
        sockets_.session,
        wire::Verdict{.accepted = false, .disconnect = failures_ >= bounds_.key_tries});
  }
  person_ = std::move(*admission);
  phase_ = Phase::kAuthenticated;
  limit_.reset();
  TellGateway(wire::Word::kLoggedIn);
  TellFailedTries();
  if (auto told =
          wire::Send(sockets_.broker, wire::Authenticated{.person = person_.person,
                                                          .fingerprint = person_.fingerprint,
                                                          .address = peer_address_,
                                                          .user = user_,
                                                          .certificate = person_.certificate});
      !told) {
    return told;
  }
  return wire::Send(sockets_.session, wire::Verdict{.accepted = true});
}

base::Result<void> Monitor::Handle(const wire::Start& message) {
  if (asked_.size() == kMostAsked) asked_.pop_front();
  asked_.push_back(message.channel);
  return wire::Send(sockets_.broker,
                    wire::Request{.person = person_.person,
                                  .fingerprint = person_.fingerprint,
                                  .key = key_,
                                  .address = peer_address_,
                                  .user = user_,
                                  .start = message},
                    {sockets_.session});
}

// Whoever looks after the gateway reads why a certificate is refused; the client is told nothing. A
// stranger, whose certificates nobody vouches for, writes no line.
void Monitor::Note(const authz::Rejection& rejection) {
  constexpr int kMostNoted = 3;  // on a connection
  if (!rejection.vouched_for || !supplies_.log || ++noted_ > kMostNoted) return;
  supplies_.log(base::Level::kWarning, "refused: " + rejection.reason);
}

// Whether it listens is its own affair: a pipe holds more words than a connection may have.
void Monitor::TellGateway(wire::Word word) const {
  const char byte = static_cast<char>(word);
  if (sockets_.gateway >= 0) (void)!write(sockets_.gateway, &byte, 1);
}

void Monitor::TellFailedTries() {
  if (failures_ == 0) return;
  (void)wire::Send(sockets_.broker,
                   wire::FailedTries{.address = peer_address_,
                                     .user = tried_user_.substr(0, 256),
                                     .count = static_cast<std::uint32_t>(failures_)});
  failures_ = 0;
}

}  // namespace broker
