// Monitor: the trusted half of one connection. It signs the key exchange and so learns the session
// id, verifies the client's signature over that id, and passes on the person's requests.
//
// A session's packets are untrusted: a client may have taken the session over. The table in
// monitor.cc says which request is legal in which phase and how large it may be. Any other packet
// ends the connection.
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
  int key_tries = 6;                              // failed signatures before the connection ends
  int key_probes = 50;                            // probes before the connection ends
  std::chrono::milliseconds login_grace{30'000};  // for the login
  // After the login, the monitor signs one key exchange in this time on average, and up to
  // exchanges_at_once without a pause; further ones wait. Before the login it signs one.
  std::chrono::milliseconds exchange_every{20};
  int exchanges_at_once = 100;
  // How long the gateway may take to say whether it has a slot for the authenticated person.
  std::chrono::milliseconds gateway_patience{5'000};
  // When the broker is gone: how long the requests that it has passed on may take to be answered.
  std::chrono::milliseconds last_answers{30'000};
};

// What a monitor works with. All of it stays the caller's and outlives the monitor.
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

  // `session` is the socket to the session, `broker` the one to the broker. All stay the caller's.
  struct Sockets {
    int session;
    int broker;
    int gateway = -1;  // a socket for wire::LoginOutcome and its answer; or a pipe
  };
  Monitor(Sockets sockets, std::string peer_address, MonitorDeps deps, MonitorBounds bounds);

  // Serves the session until it leaves or breaks a rule. The error names the rule.
  base::Result<void> Run();

  // Handles one packet from the session. An error ends the connection.
  base::Result<void> Serve(const std::string& packet);

 private:
  base::Result<void> Handle(const wire::SignExchange& message);
  base::Result<void> Handle(const wire::Probe& message);
  base::Result<void> Handle(const wire::Verify& message);
  base::Result<void> Handle(const wire::Start& message);

  // Blocks until the session has sent a packet. False if limit_ is over first.
  bool WaitForPacket();
  void AnswerLost();
  // The person whose key signed this connection's session id; nullopt if no person's did.
  std::optional<authz::Admission> Admit(const wire::Verify& message);
  base::Result<void> TurnAway(std::string words);
  void PaceExchange();
  void Note(const authz::Rejection& rejection);
  using Reasons = std::vector<wire::FailedTries::Reason>;
  static void NoteFailure(Reasons& reasons, wire::FailedTries::Reason one);
  static void NoteFailure(Reasons& reasons, const authz::Rejection& rejection);
  // The variables that the session grants in `env` requests.
  std::optional<std::vector<std::string>> AcceptedVariables() const;
  void TellFailedTries();
  void TellGateway(wire::LoginOutcome word, std::string_view more = {}) const;
  // The reason why the gateway has no slot for `person`; empty if it has one.
  std::string AskGateway(const std::string& person) const;

  Sockets sockets_;
  std::string peer_address_;
  MonitorDeps deps_;
  authz::Admittance admittance_;
  MonitorBounds bounds_;

  Phase phase_ = Phase::kKeyExchange;
  // The end of the login grace; later, of the wait for the broker's last answers.
  std::optional<base::MonotonicTime> limit_;
  bool broker_lost_ = false;
  std::deque<std::uint32_t> asked_;  // channels of the last requests to the broker
  std::string session_id_;
  authz::Admission person_;
  std::string key_;  // the blob of the key or certificate that signed
  std::string user_;
  std::string tried_user_;
  int probes_ = 0;
  int refused_probes_ = 0;
  int failures_ = 0;
  Reasons of_failures_;  // at most kMostReasons in each list
  Reasons of_probes_;
  std::optional<base::MonotonicTime> exchanges_paid_;  // when the pace allows the next exchange
  int noted_ = 0;
};

}  // namespace monitor

#endif  // ONEOFF_GATEWAY_MONITOR_MONITOR_H_
