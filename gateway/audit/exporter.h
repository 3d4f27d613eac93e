// The exporter: a process that gives each record, as one line, to an operator's command on its
// standard input: in order and once. The command may be slow or may exit. No other process waits
// for it, and it later gets the records that it missed from the log.
//
// A file keeps the position. A line counts as taken once the command has read its newline. After a
// crash of the exporter itself, the lines of the last second may come again.
//
// It reads the log's files as root and parses each line once, to find its number. The command is
// restarted when it ends: after less than half a second at first, then after twice as long each
// time, up to a minute. After a life of ten seconds the pauses begin anew.
#ifndef ONEOFF_GATEWAY_AUDIT_EXPORTER_H_
#define ONEOFF_GATEWAY_AUDIT_EXPORTER_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/identity.h"
#include "base/log.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace audit {

struct ExporterOptions {
  std::string directory;               // of the log
  std::string position;                // the file that keeps the position
  std::vector<std::string> command;    // argv; the first is an absolute path
  std::optional<base::Identity> user;  // the command's user; nullopt: this process's
  base::Log log = [](base::Level, const std::string&) {};
};

// The body of the exporter's process. When the other end of `control` is closed, it gives the rest
// to the command and gives it a moment to read that. Returns the process's exit status.
// That moment is two seconds. The status is always 0. A damaged position file makes it send all
// records again, and the operator's log says so.
int RunExporter(base::UniqueFd control, const ExporterOptions& options);

// The last record that was taken, and the log file that has it. seq 0: none.
struct ExportPosition {
  std::uint64_t seq = 0;
  std::string file;

  std::string Text() const;
  // kInvalid for a text that Text did not make.
  static base::Result<ExportPosition> Parse(const std::string& text);
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_EXPORTER_H_
