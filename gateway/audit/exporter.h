// The exporter: a process that hands each record, a line each, to a command of the operator's on
// its standard input; in order, and once. The command may be slow, or end: nobody waits for it, and
// what it has missed it gets later, from the log itself.
//
// How far it got is kept in a file. A line counts as taken when the command has read its newline.
// After a crash of the exporter itself, the last second's lines may come again.
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
  std::string position;                // the file that says how far it got
  std::vector<std::string> command;    // argv; the first is an absolute path
  std::optional<base::Identity> user;  // that the command runs as; nullopt: this process's
  base::Log log = [](base::Level, const std::string&) {};
};

// The body of the exporter's process. Ends when the other end of `control` is closed: then the
// command gets what is there, and a moment to read it. Returns its exit status.
int RunExporter(base::UniqueFd control, const ExporterOptions& options);

// The last record that was taken, and the file that it is in. seq 0: none was.
struct ExportPosition {
  std::uint64_t seq = 0;
  std::string file;

  std::string Text() const;
  // kInvalid for anything that Text does not make.
  static base::Result<ExportPosition> Parse(const std::string& text);
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_EXPORTER_H_
