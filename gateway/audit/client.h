// Client: one process's connection to the audit writer (writer.h). A forked process must make its
// own.
//
// Broker, launchers and archivists have one each. One thread uses it; answers are matched by
// number, so an answer that came too late is skipped. The writer drops a client that sends anything
// invalid.
#ifndef ONEOFF_GATEWAY_AUDIT_CLIENT_H_
#define ONEOFF_GATEWAY_AUDIT_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/audit/event.h"

namespace audit {

class Client {
 public:
  // `socket`: one end of a SEQPACKET pair; the writer has the other.
  explicit Client(base::UniqueFd socket);

  // Returns the record's sequence number once it is durable. kTooLarge and kInvalid: the event
  // cannot be written (ToJson). kUnavailable: no answer within `timeout`; the record may still be
  // written. kNotFound: the writer has gone or has dropped this client. kDenied: the person's share
  // of the log is used up; nothing is written. Any other code: the
  // writer's failure, such as a full disk. A caller that gives up a start for such a failure must
  // record RunEnded with How::kNotStarted.
  base::Result<std::uint64_t> Record(const Event& event, std::chrono::milliseconds timeout);

  // Records several events that become durable together. Returns one answer for each, in order.
  // `timeout` is for all together. The events are sent before the first answer is awaited.
  std::vector<base::Result<std::uint64_t>> RecordAll(const std::vector<Event>& events,
                                                     std::chrono::milliseconds timeout);

  // Hands the event over and does not wait. It becomes durable within about a second. kUnavailable
  // if the writer is far behind; then the event is not handed over.
  // A large event takes several packets; if the writer stops reading between them, the connection
  // is closed, because half a request cannot be taken back.
  base::Result<void> Post(const Event& event);

  // Tells the writer that `count` events could not be handed over, and why. The writer records the
  // loss. Errors as in Post.
  base::Result<void> PostDropped(std::uint64_t count, std::string_view cause);

  // For a process that closes all descriptors but those it names.
  int fd() const { return socket_.get(); }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  // `id` 0: the client does not wait for an answer.
  base::Result<void> Send(const Event& event, std::uint64_t id, Deadline deadline);
  base::Result<void> SendAll(const std::vector<std::string>& packets, Deadline deadline);
  // Skips answers to earlier requests.
  base::Result<std::uint64_t> Answer(std::uint64_t id, Deadline deadline);

  base::UniqueFd socket_;
  std::uint64_t next_id_ = 1;
};

// Makes a client of the writer behind `control_fd`, which the caller keeps. Processes may share a
// control socket. kUnavailable if the socket is non-blocking and full, kNotFound if the writer has
// gone.
// The writer accepts at most kMaxClients; a client beyond them finds its connection closed
// (kNotFound).
base::Result<Client> Introduce(int control_fd);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CLIENT_H_
