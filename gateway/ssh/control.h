// Control: the session's end of a run's control socket.
#ifndef ONEOFF_GATEWAY_SSH_CONTROL_H_
#define ONEOFF_GATEWAY_SSH_CONTROL_H_

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/wire/messages.h"

namespace ssh {

class Control {
 public:
  // Takes `socket`; a supervisor that is slow to read loses what is sent (sizes, signals), but for
  // closed streams; it never holds the session.
  Control(base::Loop& loop, const base::Clock& clock, base::UniqueFd socket);
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  ~Control();

  void Resize(const wire::WindowSize& size);
  void Signal(const std::string& name);
  void CloseStream(wire::Stream stream);
  void ClientGone(wire::Departure how);
  // Bytes have passed: told at most once a second.
  void Active();

  // How the run ended: the supervisor's word, or, if it is gone without one, that. nullopt while it
  // runs.
  const std::optional<wire::Ended>& ended() const { return ended_; }
  // The supervisor is gone without a word.
  bool lost() const { return ended_.has_value() && !socket_; }
  // Sends what had to wait because the supervisor was slow to read.
  void Settle();

 private:
  template <class Message>
  void Send(const Message& message);
  void OnReadable();

  base::Loop& loop_;
  const base::Clock& clock_;
  base::UniqueFd socket_;
  std::vector<wire::Stream> unsent_;  // closed streams that the supervisor has not been told of
  std::optional<base::MonotonicTime> told_active_;
  std::optional<wire::Ended> ended_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_CONTROL_H_
