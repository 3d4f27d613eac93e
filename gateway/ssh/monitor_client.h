// MonitorClient: a session's end of the socket to its monitor. The caller blocks until a question
// is answered; messages that the launcher sends meanwhile wait in a queue.
//
// The session process is confined and does not trust its own state; the monitor decides. While a
// question waits, the session reads nothing from its client, so the patience bounds how long a
// stalled monitor can hold a connection up. Descriptors that come with an answer to a question are
// closed.
#ifndef ONEOFF_GATEWAY_SSH_MONITOR_CLIENT_H_
#define ONEOFF_GATEWAY_SSH_MONITOR_CLIENT_H_

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/wire/messages.h"

namespace ssh {

class MonitorClient {
 public:
  // `patience` is how long the monitor may take for an answer. A monitor that takes longer, sends
  // an invalid message or closes the socket is lost for good. Owns `socket`; `clock` outlives this
  // object.
  MonitorClient(base::UniqueFd socket, std::chrono::milliseconds patience,
                const base::Clock& clock);

  // kUnavailable if the monitor is lost.
  // Each sends the question, then waits with poll(2) for its answer.
  base::Result<wire::Signature> Ask(const wire::SignExchange& question);
  base::Result<wire::Verdict> Ask(const wire::Probe& question);
  base::Result<wire::Verdict> Ask(const wire::Verify& question);
  // Does not wait for the answer, which comes through Next. kTooLarge if the message does not fit a
  // packet; kUnavailable if the monitor is lost.
  // While the monitor does not read, Start blocks for `patience` at most (SO_SNDTIMEO). kTooLarge
  // leaves the connection as it is.
  base::Result<void> Start(const wire::Start& start);

  // The launcher's answer to a Start.
  struct FromLauncher {
    std::variant<wire::Started, wire::Answer> message;
    // As wire::Started lists them; none with an Answer.
    std::vector<base::UniqueFd> fds;
  };
  // Reads the messages that have arrived, without blocking.
  // An answer that no question asked for makes the monitor lost, and so does a message that cannot
  // be parsed.
  void Receive();
  // The oldest message of a launcher; nullopt if there is none. Messages that came before the
  // monitor was lost are still returned.
  std::optional<FromLauncher> Next();

  bool lost() const { return !socket_.valid(); }
  // -1 once the monitor is lost.
  int fd() const { return socket_.get(); }

 private:
  template <class Answer, class Question>
  base::Result<Answer> Exchange(const Question& question);
  base::Result<wire::ToSession> Wait();
  base::Result<std::optional<wire::ToSession>> ReceiveOne();
  void Lose() { socket_.Reset(); }

  base::UniqueFd socket_;
  std::chrono::milliseconds patience_;
  const base::Clock& clock_;
  std::deque<FromLauncher> from_launcher_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_MONITOR_CLIENT_H_
