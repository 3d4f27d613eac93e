// Queue: the events that wait for the log, the clients that wait for an answer, and the events that
// cannot be written now.
#ifndef ONEOFF_GATEWAY_AUDIT_QUEUE_H_
#define ONEOFF_GATEWAY_AUDIT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/audit/checkpoint_signer.h"
#include "gateway/audit/log.h"
#include "gateway/audit/wire.h"

namespace audit {

inline constexpr std::size_t kMaxBatch = 8U << 20;  // bytes of one batch
inline constexpr std::size_t kMaxBacklog =
    8U << 20;                                    // bytes that are kept while nothing can be written
inline constexpr std::size_t kMaxEnds = 10'000;  // runs whose ends are remembered

class Queue {
 public:
  // `client`: the receiver of the answer; the queue does not interpret it.
  struct Reply {
    std::uint64_t client = 0;
    Answer answer;
  };

  // `request` comes from ParseRequest. kDenied: only the writer may make such an event. kTooLarge,
  // kInvalid: as in ToJson.
  base::Result<void> Add(std::uint64_t client, const Request& request);
  // Counts events that a client could not hand over. A `lost` event tells of them.
  void AddDropped(std::uint64_t count, std::string cause);
  // Adds an event of the writer itself.
  void AddOwn(const Event& event);
  bool empty() const { return batch_.empty() && dropped_ == 0; }
  // The writer then reads no more from clients until it has committed.
  bool full() const { return batch_bytes_ >= kMaxBatch; }

  // Whether events without a waiting client are kept for later, or have been lost.
  bool HasBacklog() const { return !backlog_.empty() || lost_ > 0; }

  // Writes all events, the backlog first, and returns the answers for clients. A failed event
  // without a waiting client is kept for later, up to kMaxBacklog bytes in all; further ones are
  // counted, and a `lost` event tells of them. An end of a run that this queue has already written
  // is not written again: a client that got no answer in time asks again and gets the first answer.
  // The batch ends with the records of `sealer`, the checkpoint signer; `reason`: kBatch or
  // kFinish.
  std::vector<Reply> Commit(Log& log, CheckpointSigner& sealer,
                            CheckpointSigner::Reason reason = CheckpointSigner::Reason::kBatch);
  // The same if there is no log to write to: all clients get the error.
  std::vector<Reply> Refuse(const base::Error& error);

 private:
  struct Entry {
    std::uint64_t client = 0;
    std::uint64_t id = 0;  // 0: the client does not wait
    std::string json;
    std::string ended;        // the run, if this is a run's end
    std::uint64_t known = 0;  // the sequence number, if that end is durable already
    std::size_t line = 0;     // otherwise: its line in the batch
  };

  std::vector<Entry> Take();
  // Beyond kMaxBacklog the entry is counted as lost.
  void Keep(Entry entry);
  // Gives each entry its line. Returns the lines in order.
  std::vector<std::string> Place(std::vector<Entry>& entries) const;
  // Returns the answers for the result `appended`, and keeps the entries to try again.
  std::vector<Reply> AnswerAll(std::vector<Entry> entries, const Appended& appended);
  // Keeps the newest kMaxEnds runs.
  void Remember(const std::string& run, std::uint64_t sequence);

  std::vector<Entry> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<Entry> backlog_;
  std::size_t backlog_bytes_ = 0;
  std::uint64_t dropped_ = 0;  // by clients, since the last commit
  std::uint64_t lost_ = 0;
  std::string lost_cause_;
  std::map<std::string, std::uint64_t> ends_;  // the newest durable ends, by run
  std::deque<std::string> ends_order_;         // oldest first
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_QUEUE_H_
