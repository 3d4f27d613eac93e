// What the copy of a record looks like as a datagram of syslog's and of the journal's.
#ifndef ONEOFF_GATEWAY_AUDIT_COPY_TEXT_H_
#define ONEOFF_GATEWAY_AUDIT_COPY_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace audit {

inline constexpr const char* kCopyName = "oneoff-audit";  // who says it
// Longer lines are told of, with their digest, instead of sent; bytes. rsyslog takes no more unless
// it is told to.
inline constexpr std::size_t kMaxSyslogLine = 8000;
inline constexpr std::size_t kMaxJournalLine = 65536;

// As syslog(3) sends it: facility authpriv, level notice. `line` is a record's, without its
// newline; `time` is told in local time.
std::string SyslogText(std::string_view line, int pid, base::WallTime time);

// As sd_journal_send(3) sends it: the line as MESSAGE, and its seq, event, run, app, person as
// ONEOFF_SEQ, and so on. See systemd.io/JOURNAL_NATIVE_PROTOCOL.
std::string JournalText(std::string_view line);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_COPY_TEXT_H_
