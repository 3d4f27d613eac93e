// Monitor: the trusted half of one connection. It signs the key exchange, learns the session id
// from that, verifies the client's signature over it, and passes on what the person asks for.
//
// What a session sends is a stranger's word. The table in monitor.cc says which request is legal in
// which phase and how large it may be; anything else ends the connection.
#ifndef ONEOFF_GATEWAY_MONITOR_MONITOR_H_
#define ONEOFF_GATEWAY_MONITOR_MONITOR_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "authz/admittance.h"
#include "authz/signing_key.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "gateway/wire/messages.h"

namespace monitor {

struct MonitorBounds {
  int key_tries = 6;                              // failed signatures until the connection ends
  int key_probes = 50;                            // probes until the connection ends
  std::chrono::milliseconds login_grace{30'000};  // until somebody must have authenticated
  // After the login a session may have a key exchange signed so often, and so many at once: more
  // wait. Before it, one.
  std::chrono::milliseconds exchange_every{20};
  int exchanges_at_once = 100;
  // How long the gateway may take to say whether somebody who has authenticated has a place.
  std::chrono::milliseconds gateway_patience{5'000};
  // When the broker is gone: for what it has begun to answer, which goes on without it.
  std::chrono::milliseconds last_answers{30'000};
};

// What a monitor works with. All of it stays the caller's.
struct MonitorDeps {
  const std::vector<authz::SigningKey>& host_keys;
  const authz::People& people;
  const authz::Policy& policy;
  const base::Clock& clock;
  base::Log log = {};
};

class Monitor {
 public:
  enum class Phase { kKeyExchange, kAuthenticating, kAuthenticated, kTurnedAway };

  // `session` is the socket towards the session, `broker` the one towards the broker; all stay the
  // caller's.
  struct Sockets {
    int session;
    int broker;
    int gateway = -1;  // a socket for wire::LoginOutcome and the answer to the last; or a pipe
  };
  Monitor(Sockets sockets, std::string peer_address, MonitorDeps deps, MonitorBounds bounds);

  // Serves the session until it goes, or breaks the rules. The error says which rule.
  base::Result<void> Run();

  // One packet of the session's. An error ends the connection.
  base::Result<void> Serve(const std::string& packet);

 private:
  base::Result<void> Handle(const wire::SignExchange& message);
  base::Result<void> Handle(const wire::Probe& message);
  base::Result<void> Handle(const wire::Verify& message);
  base::Result<void> Handle(const wire::Start& message);

  // Whether the session has said something before the limit is over.
  bool WaitForPacket();
  void AnswerLost();
  // The person whose signature this is, over this connection's session id.
  std::optional<authz::Admission> Admit(const wire::Verify& message);
  base::Result<void> TurnAway(std::string words);
  void PaceExchange();
  void Note(const authz::Rejection& rejection);
  using Reasons = std::vector<wire::FailedTries::Reason>;
  static void NoteFailure(Reasons& reasons, wire::FailedTries::Reason one);
  static void NoteFailure(Reasons& reasons, const authz::Rejection& rejection);
  // What the session answers to `env` requests by.
  std::optional<std::vector<std::string>> AcceptedVariables() const;
  void TellFailedTries();
  void TellGateway(wire::LoginOutcome word, std::string_view more = {}) const;
  // Why `person` has no place; empty if they have one.
  std::string AskGateway(const std::string& person) const;

  Sockets sockets_;
  std::string peer_address_;
  MonitorDeps deps_;
  authz::Admittance admittance_;
  MonitorBounds bounds_;

  Phase phase_ = Phase::kKeyExchange;
  // Until somebody must have authenticated; later, until the broker's last answers are there.
  std::optional<base::MonotonicTime> limit_;
  bool broker_lost_ = false;
  std::deque<std::uint32_t> asked_;  // channels whose requests went to the broker: the last of them
  std::string session_id_;
  authz::Admission person_;
  std::string key_;  // the blob of the key that signed, or of its certificate
  std::string user_;
  std::string tried_user_;
  int probes_ = 0;
  int refused_probes_ = 0;
  int failures_ = 0;
  Reasons of_failures_;  // of each kind at most kMostReasons
  Reasons of_probes_;
  std::optional<base::MonotonicTime> exchanges_paid_;  // the pace of exchanges has caught up then
  int noted_ = 0;
};

}  // namespace monitor

#endif  // ONEOFF_GATEWAY_MONITOR_MONITOR_H_
