#include "gateway/audit/queue.h"

#include <utility>
#include <variant>

namespace audit {

base::Result<void> Queue::Add(std::uint64_t client, const Request& request) {
  if (std::holds_alternative<Recovered>(request.event) ||
      std::holds_alternative<Lost>(request.event)) {
    return base::Fail(base::Code::kDenied,
                      std::string(Name(request.event)) + ": the log's own event");
  }
  auto json = ToJson(request.event);
  if (!json) return base::Fail(std::move(json.error()));
  batch_bytes_ += json->size();
  batch_.push_back({client, request.id, std::move(*json)});
  return {};
}

std::vector<Queue::Entry> Queue::Take() {
  std::vector<Entry> entries = std::exchange(backlog_, {});
  entries.insert(entries.end(), std::make_move_iterator(batch_.begin()),
                 std::make_move_iterator(batch_.end()));
  batch_.clear();
  batch_bytes_ = 0;
  backlog_bytes_ = 0;
  return entries;
}

void Queue::Keep(Entry entry) {
  if (backlog_bytes_ + entry.json.size() > kMaxBacklog) {
    ++lost_;
    return;
  }
  backlog_bytes_ += entry.json.size();
  backlog_.push_back(std::move(entry));
}

std::vector<Queue::Reply> Queue::Commit(Log& log) {
  std::vector<Entry> entries = Take();
  std::vector<std::string> lines;
  lines.reserve(entries.size() + 1);
  for (const Entry& entry : entries) lines.push_back(entry.json);
  // Last: what is lost came after everything in the backlog.
  const std::uint64_t told = lost_;
  const auto lost = ToJson(Lost{told, lost_cause_});
  if (told > 0 && lost) lines.push_back(*lost);
  const Appended appended = log.Append(lines);
  const std::string failure = appended.failure ? appended.failure->message() : "";
  if (told > 0 && appended.written == lines.size()) lost_ = 0;
  if (!failure.empty()) lost_cause_ = failure;
  std::vector<Reply> replies;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Entry& entry = entries[i];
    if (entry.id != 0) {
      const bool durable = i < appended.durable;
      replies.push_back(
          {entry.client, {entry.id, durable ? appended.first + i : 0, durable ? "" : failure}});
    } else if (i >= appended.written) {
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
