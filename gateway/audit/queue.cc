#include "gateway/audit/queue.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace audit {
namespace {

// Whether only the log and its writer may make such an event.
bool IsOwn(const Event& event) {
  return std::holds_alternative<Recovered>(event) || std::holds_alternative<Lost>(event) ||
         std::holds_alternative<Checkpoint>(event) || std::holds_alternative<KeyRotated>(event) ||
         std::holds_alternative<CopiesLost>(event) || std::holds_alternative<Summed>(event);
}

}  // namespace

base::Result<void> Queue::Add(std::uint64_t client, const Request& request) {
  // A launcher or monitor that an attacker controls must not write a false signature or recovery
  // into the log.
  if (IsOwn(request.event)) {
    return base::Fail(base::Code::kDenied,
                      std::string(Name(request.event)) + ": the log's own event");
  }
  auto json = ToJson(request.event);
  if (!json) return base::Fail(std::move(json.error()));
  batch_bytes_ += json->size();
  Entry entry;
  entry.client = client;
  entry.id = request.id;
  entry.json = std::move(*json);
  if (const auto* const end = std::get_if<RunEnded>(&request.event)) entry.ended = end->run;
  batch_.push_back(std::move(entry));
  return {};
}

void Queue::AddDropped(std::uint64_t count, std::string cause) {
  dropped_ += count;
  lost_ += count;
  lost_cause_ = std::move(cause);
}

void Queue::AddOwn(const Event& event) {
  auto json = ToJson(event);
  if (!json) return;
  Entry entry;
  entry.json = std::move(*json);
  batch_bytes_ += entry.json.size();
  batch_.push_back(std::move(entry));
}

std::vector<Queue::Entry> Queue::Take() {
  std::vector<Entry> entries = std::exchange(backlog_, {});
  entries.insert(entries.end(), std::make_move_iterator(batch_.begin()),
                 std::make_move_iterator(batch_.end()));
  batch_.clear();
  batch_bytes_ = 0;
  backlog_bytes_ = 0;
  dropped_ = 0;
  return entries;
}

void Queue::Keep(Entry entry) {
  // Memory is bounded while the disk is full; what is lost is counted, and the count recorded.
  if (backlog_bytes_ + entry.json.size() > kMaxBacklog) {
    ++lost_;
    return;
  }
  backlog_bytes_ += entry.json.size();
  backlog_.push_back(std::move(entry));
}

std::vector<std::string> Queue::Place(std::vector<Entry>& entries) const {
  std::vector<std::string> lines;
  lines.reserve(entries.size() + 1);
  std::map<std::string, std::size_t> ends;  // in this batch
  for (Entry& entry : entries) {
    const auto known = entry.ended.empty() ? ends_.end() : ends_.find(entry.ended);
    // The broker sends an end again if it saw no answer. Each end is recorded once.
    if (known != ends_.end()) {
      entry.known = known->second;
      continue;
    }
    const bool is_end = !entry.ended.empty();
    entry.line = is_end ? ends.emplace(entry.ended, lines.size()).first->second : lines.size();
    if (entry.line == lines.size()) lines.push_back(entry.json);
  }
  return lines;
}

void Queue::Remember(const std::string& run, std::uint64_t sequence) {
  if (!ends_.emplace(run, sequence).second) return;
  ends_order_.push_back(run);
  if (ends_order_.size() <= kMaxEnds) return;
  ends_.erase(ends_order_.front());
  ends_order_.pop_front();
}

std::vector<Queue::Reply> Queue::Commit(Log& log, CheckpointSigner& sealer,
                                        CheckpointSigner::Reason reason) {
  std::vector<Entry> entries = Take();
  std::vector<std::string> lines = Place(entries);
  // As the last line, because the lost events came after those in the backlog.
  const std::uint64_t told = lost_;
  const auto lost = ToJson(Lost{told, lost_cause_});
  if (told > 0 && lost) lines.push_back(*lost);
  const bool ends_a_run = std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return !entry.ended.empty() && entry.known == 0;
  });
  if (ends_a_run && reason == CheckpointSigner::Reason::kBatch)
    reason = CheckpointSigner::Reason::kRunEnded;
  const auto makers = sealer.Makers(lines.size(), reason);
  if (lines.empty() && makers.empty()) return AnswerAll(std::move(entries), Appended());
  const Appended appended = log.Append(lines, makers);
  sealer.After(appended, lines.size());
  if (told > 0 && appended.written >= lines.size()) lost_ = 0;
  if (appended.failure) lost_cause_ = appended.failure->message();
  return AnswerAll(std::move(entries), appended);
}

std::vector<Queue::Reply> Queue::AnswerAll(std::vector<Entry> entries, const Appended& appended) {
  const std::string failure = appended.failure ? appended.failure->message() : "";
  std::vector<Reply> replies;
  for (Entry& entry : entries) {
    std::uint64_t durable = entry.known;
    if (durable == 0 && entry.line < appended.durable) durable = appended.first + entry.line;
    if (durable != 0 && !entry.ended.empty()) Remember(entry.ended, durable);
    if (entry.id != 0) {
      replies.push_back({entry.client, {entry.id, durable, durable != 0 ? "" : failure}});
    } else if (entry.known == 0 && entry.line >= appended.written) {
      Keep(std::move(entry));
    }
  }
  return replies;
}

std::vector<Queue::Reply> Queue::Refuse(const base::Error& error) {
  lost_cause_ = error.message();
  std::vector<Reply> replies;
  for (Entry& entry : Take()) {
    if (entry.id != 0) {
      replies.push_back({entry.client, {entry.id, 0, error.message()}});
    } else {
      Keep(std::move(entry));
    }
  }
  return replies;
}

}  // namespace audit
