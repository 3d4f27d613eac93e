// Control: the session's end of a run's control socket, whose other end the supervisor has.
//
// The socket (SOCK_SEQPACKET) arrives with wire::Started; the messages are those of
// gateway/wire/run_messages.h. The session sends what its client does, and the supervisor sends one
// message, how the run ended. The supervisor is trusted to say so; the session is not, so the
// supervisor checks each of these messages.
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
  // Takes ownership of `socket`. It never blocks the session: a supervisor that reads too slowly
  // loses window sizes and signals, but not the end of a stream. `loop` and `clock` outlive this
  // object.
  Control(base::Loop& loop, const base::Clock& clock, base::UniqueFd socket);
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  ~Control();

  // Resize, Signal and Active are dropped if the socket is full. Once the supervisor is lost, all
  // of these do nothing.
  void Resize(const wire::WindowSize& size);
  void Signal(const std::string& name);
  // Never dropped: waits in memory while the socket is full. Settle sends it later.
  void CloseStream(wire::Stream stream);
  // The last message. Like Resize it may be lost with a full socket; the supervisor then finds the
  // socket's end of file when this object is destroyed.
  void ClientGone(wire::Departure how);
  // The client has taken so many bytes. Tells the supervisor each 512 KiB, and for fewer bytes at
  // most once a second. If the socket is full, a later call tells it.
  void Confirm(std::uint64_t out, std::uint64_t err);
  // Data has moved. Tells the supervisor at most once a second.
  void Active();

  // How the run ended: the supervisor's message, or a message of our own if the supervisor died
  // without one. nullopt while the run goes on.
  const std::optional<wire::Ended>& ended() const { return ended_; }
  // The supervisor died without a message.
  bool lost() const { return ended_.has_value() && !socket_; }
  // Sends stream ends that had to wait for a slow supervisor.
  void Settle();

 private:
  template <class Message>
  void Send(const Message& message);
  void OnReadable();

  base::Loop& loop_;
  const base::Clock& clock_;
  base::UniqueFd socket_;
  std::vector<wire::Stream> unsent_;  // closed streams that the supervisor does not know of yet
  std::optional<base::MonotonicTime> told_active_;
  wire::Confirmed confirmed_;  // as the supervisor knows
  std::optional<base::MonotonicTime> told_confirmed_;
  std::optional<wire::Ended> ended_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_CONTROL_H_
