#include "gateway/monitor/monitor.h"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "authz/userauth.h"
#include "base/packet.h"
#include "base/text.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/transport.h"
#include "release/layout/target.h"
#include "release/refusal.h"

namespace monitor {
namespace {

using Phase = Monitor::Phase;

// The requests that a session may make: in which phases, and how large the packet may be. Three
// things confine a session that an attacker has taken over: this table, the process that the broker
// forks for each Start, and the policy.
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

// The largest packet in `phase`, in bytes. A short packet is parsed in every phase, so that its
// refusal can name the request.
constexpr std::size_t MostBytes(Phase phase) {
  std::size_t most = 1024;
  for (const Row& row : kTable) {
    if (phase >= row.first && phase <= row.last) most = std::max(most, row.bytes);
  }
  return most;
}

constexpr std::size_t kMostAsked = 1000;  // more than a connection can have unanswered
constexpr int kProbesOfATry = 6;          // refused keys that count as one failed login, as in sshd
constexpr std::size_t kMostReasons = 8;
constexpr std::size_t kMaxReason = 256;  // bytes
constexpr std::size_t kMaxWords = 512;
constexpr std::size_t kMinHash = 20;  // bytes; from SHA-1 to SHA-512
constexpr std::size_t kMaxHash = 64;

}  // namespace

Monitor::Monitor(Sockets sockets, std::string peer_address, MonitorDeps deps, MonitorBounds bounds)
    : sockets_(sockets),
      peer_address_(std::move(peer_address)),
      deps_(std::move(deps)),
      admittance_(deps_.people, deps_.policy),
      bounds_(bounds) {}

base::Result<void> Monitor::Run() {
  base::Result<void> served;
  limit_ = deps_.clock.Monotonic() + bounds_.login_grace;
  while (served) {
    if (!WaitForPacket()) {
      limit_.reset();
      if (phase_ == Phase::kAuthenticated) {
        AnswerLost();
        continue;
      }
      // The session enforces the grace time too, and tells the client. This ends a session that
      // does not.
      served = base::Fail(base::Code::kDenied, "no login within login_grace");
      break;
    }
    const auto packet = base::ReceivePacket(sockets_.session, base::Wait::kYes);
    if (!packet) {
      const bool closed = packet.error().code() == base::Code::kNotFound;
      served = closed ? base::Result<void>() : base::Fail(packet.error());
      break;
    }
    // A session may send no descriptors. Any that came are closed with the packet.
    served = Serve(packet->bytes);
  }
  TellFailedTries();
  return served;
}

bool Monitor::WaitForPacket() {
  for (;;) {
    int left = -1;
    if (limit_) {
      left = static_cast<int>((*limit_ - deps_.clock.Monotonic()).count());
      if (left <= 0) return false;
    }
    // Before the login nothing waits for the broker, and login_grace bounds the wait for the
    // session.
    const bool heed_broker = phase_ == Phase::kAuthenticated && !broker_lost_;
    std::array<pollfd, 2> wait = {
        {{sockets_.session, POLLIN, 0}, {heed_broker ? sockets_.broker : -1, 0, 0}}};
    const int n = poll(wait.data(), wait.size(), left);
    if (n < 0 && errno != EINTR) return false;
    if (n > 0 && wait[1].revents != 0) {
      broker_lost_ = true;
      limit_ = deps_.clock.Monotonic() + bounds_.last_answers;
    }
    if (n > 0 && wait[0].revents != 0) return true;
  }
}

// An answer to a channel that already has one does no harm: the session uses only the first.
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
  if (packet.size() > MostBytes(phase_)) {  // before JSON parsing
    return base::Fail(base::Code::kTooLarge, fmt::format("a packet of {} bytes", packet.size()));
  }
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
        // MostBytes is the bound of the phase; each request has its own.
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
  // The session names the key by its public half, and can so use only keys that the server offers.
  const auto key = std::find_if(deps_.host_keys.begin(), deps_.host_keys.end(),
                                [&](const auto& k) { return k.PublicBlob() == message.host_key; });
  if (key == deps_.host_keys.end()) return base::Fail(base::Code::kInvalid, "no such host key");
  // The session chooses the bytes that are signed here. The first ones become the session id, which
  // the client signs too (RFC 4252 7), and a host key signs nothing but exchange hashes. With more
  // signatures, a session that an attacker has taken over could help another host to pose as this
  // server. So there is only one before the login; no client re-exchanges keys then.
  if (phase_ == Phase::kAuthenticating) {
    return base::Fail(base::Code::kDenied, "a second key exchange before the login");
  }
  PaceExchange();
  auto blob = key->Sign(message.hash, message.algorithm);
  if (!blob) return base::Fail(std::move(blob.error()));
  if (session_id_.empty()) {
    session_id_ = message.hash;
    phase_ = Phase::kAuthenticating;
    TellGateway(wire::LoginOutcome::kExchanged);
  }
  return wire::Send(sockets_.session, wire::Signature{std::move(*blob)});
}

base::Result<void> Monitor::Handle(const wire::Probe& message) {
  // This session was told to disconnect. One that does not is not trusted.
  if (probes_ >= bounds_.key_probes) return base::Fail(base::Code::kDenied, "too many keys");
  ++probes_;
  const auto outcome = admittance_.Probe(message.key, peer_address_, deps_.clock.Now());
  if (tried_user_.empty()) tried_user_ = message.user;
  if (const auto* const rejection = std::get_if<authz::Rejection>(&outcome)) {
    Note(*rejection);
    NoteFailure(of_probes_, *rejection);
    if (++refused_probes_ % kProbesOfATry == 0) TellGateway(wire::LoginOutcome::kGuessed);
  }
  return wire::Send(sockets_.session,
                    wire::Verdict{.accepted = std::holds_alternative<authz::Admission>(outcome),
                                  .disconnect = probes_ >= bounds_.key_probes});
}

std::optional<authz::Admission> Monitor::Admit(const wire::Verify& message) {
  const auto key = authz::PublicKey::Parse(message.key);
  const authz::Key* const known = deps_.people.Find(message.key);
  const auto failed = [&](const std::string& reason) {
    NoteFailure(of_failures_, {.reason = reason,
                               .key = key ? key->Fingerprint() : "",
                               .person = known != nullptr ? known->person : ""});
    return std::nullopt;
  };
  const auto request = authz::ParseSignedRequest(message.data);
  if (!request) return failed("a signed request that cannot be read");
  if (tried_user_.empty()) tried_user_ = request->user;
  // RFC 4252 7: the client signs the session id, so a signature made for another connection does
  // not count here. The key must be the one that signed, not one that was offered before
  // (CVE-2024-45337).
  if (request->session_id != session_id_ || request->key_blob != message.key) {
    return failed("the signature is for another connection or key");
  }
  const auto facts = authz::VerifySigned(*request, message.data, message.signature);
  if (!facts) return failed("the signature is not the key's");
  auto outcome = admittance_.Authenticate(message.key, peer_address_, deps_.clock.Now(), *facts);
  if (const auto* const rejection = std::get_if<authz::Rejection>(&outcome)) {
    Note(*rejection);
    NoteFailure(of_failures_, *rejection);
    return std::nullopt;
  }
  user_ = request->user;
  key_ = message.key;
  return std::get<authz::Admission>(std::move(outcome));
}

base::Result<void> Monitor::Handle(const wire::Verify& message) {
  // As for probes: an intact session has disconnected by now.
  if (failures_ >= bounds_.key_tries) return base::Fail(base::Code::kDenied, "too many signatures");
  auto admission = Admit(message);
  if (!admission) {
    ++failures_;
    TellGateway(wire::LoginOutcome::kFailed);
    return wire::Send(
        sockets_.session,
        wire::Verdict{.accepted = false, .disconnect = failures_ >= bounds_.key_tries});
  }
  // Before the login counts: the gateway may have no place left for this person or source.
  if (std::string words = AskGateway(admission->person); !words.empty()) {
    return TurnAway(std::move(words));
  }
  person_ = std::move(*admission);
  phase_ = Phase::kAuthenticated;
  limit_.reset();
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
  return wire::Send(sockets_.session,
                    wire::Verdict{.accepted = true, .variables = AcceptedVariables()});
}

std::optional<std::vector<std::string>> Monitor::AcceptedVariables() const {
  const auto target = release::ParseTarget(user_);
  if (!target) return std::vector<std::string>();
  auto names = deps_.policy.VariablesFor({person_.person, person_.groups}, target->app);
  std::size_t bytes = 0;
  for (const std::string& name : names) bytes += name.size();
  // The verdict must fit into one packet. Without the list the session answers "env" requests as if
  // a rule accepted them; the launcher decides all the same.
  if (bytes > wire::kMaxVariables) return std::nullopt;
  return names;
}

base::Result<void> Monitor::Handle(const wire::Start& message) {
  if (asked_.size() == kMostAsked) asked_.pop_front();
  asked_.push_back(message.channel);
  // Person, key and address come from the login, and not from this message: a session cannot ask in
  // another person's name.
  return wire::Send(sockets_.broker,
                    wire::Request{.person = person_.person,
                                  .fingerprint = person_.fingerprint,
                                  .key = key_,
                                  .address = peer_address_,
                                  .user = user_,
                                  .start = message},
                    {sockets_.session});
}

// The operator's log says why a certificate is refused; the client learns nothing. A certificate
// that no trusted CA signed adds no line, so strangers cannot fill the log.
void Monitor::Note(const authz::Rejection& rejection) {
  constexpr int kMostNoted = 3;  // lines per connection
  if (!rejection.vouched_for || !deps_.log || ++noted_ > kMostNoted) return;
  deps_.log(base::Level::kWarning, "refused: " + rejection.reason);
}

// Keys that belong to no person share one or two reasons, because their texts could be without
// number.
void Monitor::NoteFailure(Reasons& reasons, const authz::Rejection& rejection) {
  const bool known = !rejection.person.empty() || rejection.vouched_for;
  const std::string strange = rejection.fingerprint.empty() ? "unreadable key" : "unknown key";
  NoteFailure(reasons, {.reason = known ? rejection.reason.substr(0, kMaxReason) : strange,
                        .key = rejection.fingerprint,
                        .person = rejection.person});
}

void Monitor::NoteFailure(Reasons& reasons, wire::FailedTries::Reason one) {
  // Once full, reasons are counted without their keys: a client with many keys must not grow the
  // list.
  const bool full = reasons.size() >= kMostReasons;
  const auto same = std::find_if(reasons.begin(), reasons.end(), [&](const auto& other) {
    return other.reason == one.reason && (full || other.key == one.key);
  });
  if (same != reasons.end()) {
    ++same->count;
    return;
  }
  if (!full) reasons.push_back(std::move(one));
  ++reasons.back().count;
}

// An exchange beyond the pace waits here. That delays only the session's own client.
void Monitor::PaceExchange() {
  if (phase_ != Phase::kAuthenticated) return;
  const base::MonotonicTime now = deps_.clock.Monotonic();
  // A token bucket: a silent time is not saved up beyond exchanges_at_once.
  const auto paid = std::max(exchanges_paid_.value_or(now), now) + bounds_.exchange_every;
  exchanges_paid_ = paid;
  const auto ahead = paid - now - bounds_.exchange_every * bounds_.exchanges_at_once;
  if (ahead.count() > 0) (void)poll(nullptr, 0, static_cast<int>(ahead.count()));
}

base::Result<void> Monitor::TurnAway(std::string words) {
  phase_ = Phase::kTurnedAway;
  failures_ = refused_probes_ = 0;  // the gateway records why
  of_failures_.clear();
  of_probes_.clear();
  return wire::Send(
      sockets_.session,
      wire::Verdict{.accepted = false, .disconnect = true, .words = std::move(words)});
}

// Ignores errors: the gateway may not be listening. The socket buffer holds more packets than one
// connection can cause, so the write does not block.
void Monitor::TellGateway(wire::LoginOutcome word, std::string_view more) const {
  std::string text(1, static_cast<char>(word));
  text += more;
  if (sockets_.gateway >= 0) (void)!write(sockets_.gateway, text.data(), text.size());
}

std::string Monitor::AskGateway(const std::string& person) const {
  TellGateway(wire::LoginOutcome::kLoggedIn, person);
  struct stat info {};
  // A gateway of an older version gives a pipe and sends no answer.
  if (sockets_.gateway < 0 || fstat(sockets_.gateway, &info) != 0 || !S_ISSOCK(info.st_mode)) {
    return {};
  }
  pollfd wait{sockets_.gateway, POLLIN, 0};
  std::array<char, kMaxWords> answer{};
  const int ready = poll(&wait, 1, static_cast<int>(bounds_.gateway_patience.count()));
  const ssize_t n = ready > 0 ? recv(sockets_.gateway, answer.data(), answer.size(), 0) : 0;
  // No answer is no place: a login that nothing counts would get around the limits.
  if (n <= 0) return "oneoff: the gateway is being restarted; try again in a moment";
  const std::string_view said(answer.data(), static_cast<std::size_t>(n));
  return said == wire::kSlotGiven ? std::string() : std::string(said);
}

// Without a login, refused probes count as failed tries too. After a login they do not: an agent
// offers its other keys first.
void Monitor::TellFailedTries() {
  const bool logged_in = phase_ == Phase::kAuthenticated;
  const int count = failures_ + (logged_in ? 0 : refused_probes_);
  if (count > 0) {
    if (!logged_in) of_failures_.insert(of_failures_.end(), of_probes_.begin(), of_probes_.end());
    (void)wire::Send(sockets_.broker, wire::FailedTries{.address = peer_address_,
                                                        .user = tried_user_.substr(0, 256),
                                                        .count = static_cast<std::uint32_t>(count),
                                                        .reasons = std::move(of_failures_)});
  }
  failures_ = refused_probes_ = 0;
  of_failures_.clear();
  of_probes_.clear();
}

}  // namespace monitor
