// The text of a record's copy as a datagram for syslog or for the journal.
//
// Pure functions, but for the time zone (localtime_r(3)), which the writer has read before it is
// confined.
#ifndef ONEOFF_GATEWAY_AUDIT_COPY_TEXT_H_
#define ONEOFF_GATEWAY_AUDIT_COPY_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace audit {

// The program's name in syslog and in the journal.
inline constexpr const char* kCopyName = "oneoff-audit";
// Bytes. A longer line is replaced by a note with its digest: by default rsyslog accepts no longer
// lines.
inline constexpr std::size_t kMaxSyslogLine = 8000;
inline constexpr std::size_t kMaxJournalLine = 65536;

// The datagram of syslog(3): facility authpriv, level notice. `line` has no newline; the time is
// local.
// RFC 3164's form, as local daemons expect it.
std::string SyslogText(std::string_view line, int pid, base::WallTime time);

// The datagram of sd_journal_send(3): the line as MESSAGE; its seq, event, run, app and person as
// ONEOFF_SEQ and so on. See systemd.io/JOURNAL_NATIVE_PROTOCOL.
// Fields that the record does not have are left out; a value with a newline gets the binary form.
std::string JournalText(std::string_view line);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_COPY_TEXT_H_
