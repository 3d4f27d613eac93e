// Record: one line of the log: an event with its place in the chain. And the names of the log's
// files.
#ifndef ONEOFF_GATEWAY_AUDIT_RECORD_H_
#define ONEOFF_GATEWAY_AUDIT_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/audit/event.h"
#include "gateway/audit/json.h"

namespace audit {

inline constexpr std::size_t kMaxLine = kMaxEvent + 2048;  // bytes, without the newline

struct Record {
  std::uint64_t seq = 0;
  std::string time;  // base::FormatUtc
  std::string host;
  std::string prev;   // 64 hexadecimal digits
  std::string event;  // Name(Event), or a name that this version does not know
  Json object;        // the whole line

  // Returns a text of the event; empty if it has no text of that name.
  std::string Text(const char* field) const;
};

// Parses a line without its newline. nullopt if it is not a record (cut, junk, too long). Unknown
// events and fields are accepted: a later version may have written them.
// The digest of the line and its place in the chain are not checked here (verify.h).
std::optional<Record> ParseRecord(std::string_view line);

// The `prev` of a log's first record.
// 64 zeros.
std::string FirstPrev();

// Returns the line for `event` (from ToJson), without its newline.
// `event` must be an object as ToJson returns it: its brace is replaced.
std::string ComposeLine(std::uint64_t seq, std::string_view time, std::string_view host,
                        std::string_view prev, std::string_view event);

// Returns "2026-03-01.jsonl".
std::string FileOfDay(std::string_view day);
// Returns the log's files in `directory`, oldest first. Ignores other files.
// At most 100,000 names are read.
base::Result<std::vector<std::string>> LogFiles(int directory);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_RECORD_H_
