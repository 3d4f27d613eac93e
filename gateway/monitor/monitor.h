// Monitor: the trusted half of one connection. It signs the key exchange and so learns the session
// id, verifies the client's signature over that id, and passes on the person's requests.
//
// A session's packets are untrusted: a client may have taken the session over. The table in
// monitor.cc says which request is legal in which phase and how large it may be. Any other packet
// ends the connection.
//
// It runs in a process of its own (role::kMonitor): no file, a list of system calls, no privileges,
// but a copy of the host keys. The broker forks it when the session sends its first byte. It has
// one thread and waits in poll(2); only its own client waits for it. Usage, in the child:
//    monitor::Monitor monitor(sockets, peer_address, deps, bounds);
//    const auto served = monitor.Run();  // an error: the session broke a rule
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

// The broker sets the first three from gateway.json (key_tries, key_probes, login_grace).
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
  // kKeyExchange until the first signature, kAuthenticated after the login. kTurnedAway: the login
  // was good, but the gateway has no slot; then no request is legal.
  enum class Phase { kKeyExchange, kAuthenticating, kAuthenticated, kTurnedAway };

  // `session` is the socket to the session, `broker` the one to the broker. All stay the caller's.
  struct Sockets {
    int session;
    int broker;
    int gateway = -1;  // a socket for wire::LoginOutcome and its answer; or a pipe
  };
  // `peer_address` is numeric; source-address restrictions of keys and certificates are checked
  // against it.
  Monitor(Sockets sockets, std::string peer_address, MonitorDeps deps, MonitorBounds bounds);

  // Serves the session until it leaves or breaks a rule. The error names the rule.
  // No error also if the session closes its socket. kDenied: no login within login_grace. Other
  // codes are those of Serve and of base::ReceivePacket. Before it returns it reports the failed
  // tries to the broker.
  base::Result<void> Run();

  // Handles one packet from the session. An error ends the connection.
  // kTooLarge for a packet above the bound of its request or phase, before it is parsed; kInvalid
  // for JSON of another form, a request out of phase, an unknown host key or a hash of another
  // length than 20 to 64 bytes; kDenied beyond key_tries or key_probes, and for a second key
  // exchange before the login. A rejected key is no error: its verdict says so.
  base::Result<void> Serve(const std::string& packet);

 private:
  base::Result<void> Handle(const wire::SignExchange& message);
  base::Result<void> Handle(const wire::Probe& message);
  base::Result<void> Handle(const wire::Verify& message);
  base::Result<void> Handle(const wire::Start& message);

  // Blocks until the session has sent a packet. False if limit_ is over first.
  bool WaitForPacket();
  // Sends status 70 for each request that the broker had when it ended. The session ignores a
  // second answer.
  void AnswerLost();
  // The person whose key signed this connection's session id; nullopt if no person's did.
  std::optional<authz::Admission> Admit(const wire::Verify& message);
  base::Result<void> TurnAway(std::string words);
  // Blocks while the pace is exceeded (exchange_every).
  void PaceExchange();
  // Logs why a certificate of a trusted CA is refused; at most three lines on a connection.
  void Note(const authz::Rejection& rejection);
  using Reasons = std::vector<wire::FailedTries::Reason>;
  static void NoteFailure(Reasons& reasons, wire::FailedTries::Reason one);
  static void NoteFailure(Reasons& reasons, const authz::Rejection& rejection);
  // The variables that the session grants in `env` requests.
  std::optional<std::vector<std::string>> AcceptedVariables() const;
  // After a login, only refused signatures count: an agent offers its other keys first.
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
