// Client: a process's own line to the audit writer (writer.h). One process, one Client: never
// shared by a fork.
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
  // `socket`: the end of a SEQPACKET pair whose other end the writer has.
  explicit Client(base::UniqueFd socket);

  // Returns the record's sequence number when it is durable. kTooLarge and kInvalid: the event
  // cannot be written (ToJson). kUnavailable: no answer within `timeout`; the record may still come
  // to be. kNotFound: the writer is gone, or has dropped this client. Anything else: the writer's
  // own failure, such as a full disk. Whoever fails to record a start and does not start owes the
  // log a RunEnded of How::kNotStarted.
  base::Result<std::uint64_t> Record(const Event& event, std::chrono::milliseconds timeout);

  // The same for several events at once, which become durable together; one answer each, in order.
  std::vector<base::Result<std::uint64_t>> RecordAll(const std::vector<Event>& events,
                                                     std::chrono::milliseconds timeout);

  // Hands the event over and does not wait: for what may follow within a second. kUnavailable if
  // the writer is far behind; then nothing was handed over.
  base::Result<void> Post(const Event& event);

  // Tells the writer of `count` events that could not be handed over, and why: it records that they
  // were lost. As Post.
  base::Result<void> PostDropped(std::uint64_t count, std::string_view cause);

  // The socket, for a process that keeps only the descriptors it names.
  int fd() const { return socket_.get(); }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  // `id` 0: nobody waits for an answer.
  base::Result<void> Send(const Event& event, std::uint64_t id, Deadline deadline);
  base::Result<void> SendAll(const std::vector<std::string>& packets, Deadline deadline);
  base::Result<std::uint64_t> Answer(std::uint64_t id, Deadline deadline);

  base::UniqueFd socket_;
  std::uint64_t next_id_ = 1;
};

// A new client of the writer behind `control_fd`, which stays the caller's. Several processes may
// share a control socket. kUnavailable if the socket is non-blocking and full, kNotFound if the
// writer is gone.
base::Result<Client> Introduce(int control_fd);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_CLIENT_H_
