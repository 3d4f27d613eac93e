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
  Json object;        // all of the line

  // A text of the event; empty if it has none of that name.
  std::string Text(const char* field) const;
};

// A line without its newline. nullopt: it is no record (cut, junk, too long). An event that is not
// known, and fields that are not, do not matter here: a later version may have written them.
std::optional<Record> ParseRecord(std::string_view line);

// What the first record of a log has as `prev`.
std::string FirstPrev();

// The line for `event` (from ToJson), without its newline.
std::string ComposeLine(std::uint64_t seq, std::string_view time, std::string_view host,
                        std::string_view prev, std::string_view event);

// "2026-03-01.jsonl".
std::string FileOfDay(std::string_view day);
// The log's files in `directory`, oldest first; whatever else is there is left out.
base::Result<std::vector<std::string>> LogFiles(int directory);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_RECORD_H_
