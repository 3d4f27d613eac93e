// Queue: the events that wait for the log, those who wait for an answer, and what cannot be written
// for now.
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

inline constexpr std::size_t kMaxBatch = 8U
                                         << 20;  // bytes that are taken up before they are written
inline constexpr std::size_t kMaxBacklog =
    8U << 20;                                    // bytes that are kept while nothing can be written
inline constexpr std::size_t kMaxEnds = 10'000;  // runs whose ends are remembered

class Queue {
 public:
  // `client`: whom the answer is for; the queue does not look at it.
  struct Reply {
    std::uint64_t client = 0;
    Answer answer;
  };

  // `request` was checked by ParseRequest. kInvalid: a client may not say that.
  base::Result<void> Add(std::uint64_t client, const Request& request);
  // Events that a client could not hand over: a `lost` event tells so.
  void AddDropped(std::uint64_t count, std::string cause);
  // An event of the writer's own.
  void AddOwn(const Event& event);
  bool empty() const { return batch_.empty() && dropped_ == 0; }
  bool full() const { return batch_bytes_ >= kMaxBatch; }

  // Whether events that nobody waits for are kept for a better time, or have been lost.
  bool HasBacklog() const { return !backlog_.empty() || lost_ > 0; }

  // Writes everything, backlog first, and tells who is to be answered what. What failed and nobody
  // waits for is kept for the next time, up to kMaxBacklog; beyond that it is counted, and a `lost`
  // event tells so. An end of a run that this queue has written before is not written again:
  // whoever had no answer in time asks twice, and gets the first one's.
  // The batch ends with what `sealer` adds; `reason`: kBatch or kFinish.
  std::vector<Reply> Commit(Log& log, CheckpointSigner& sealer,
                            CheckpointSigner::Reason reason = CheckpointSigner::Reason::kBatch);
  // The same where there is no log to write to.
  std::vector<Reply> Refuse(const base::Error& error);

 private:
  struct Entry {
    std::uint64_t client = 0;
    std::uint64_t id = 0;  // 0: nobody waits
    std::string json;
    std::string ended;        // the run, if it is the end of one
    std::uint64_t known = 0;  // the sequence number, if that end is durable already
    std::size_t line = 0;     // otherwise: its place in the batch
  };

  std::vector<Entry> Take();
  void Keep(Entry entry);
  // Gives each entry its place; the lines in their order.
  std::vector<std::string> Place(std::vector<Entry>& entries) const;
  // The answers, when `appended` is what became of the lines; keeps what has to be tried again.
  std::vector<Reply> AnswerAll(std::vector<Entry> entries, const Appended& appended);
  void Remember(const std::string& run, std::uint64_t sequence);

  std::vector<Entry> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<Entry> backlog_;
  std::size_t backlog_bytes_ = 0;
  std::uint64_t dropped_ = 0;  // by clients, since the last commit
  std::uint64_t lost_ = 0;
  std::string lost_cause_;
  std::map<std::string, std::uint64_t> ends_;  // the newest ends that are durable, by run
  std::deque<std::string> ends_order_;         // oldest first
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_QUEUE_H_
