// About: what a recording says of its run at the start: the files `log`, `log.json` and the first
// line of `events.jsonl`.
//
// The launcher fills it, as root; the files are then the recorder's, so readers treat the text in
// them as a stranger's.
#ifndef ONEOFF_GATEWAY_RECORD_ABOUT_H_
#define ONEOFF_GATEWAY_RECORD_ABOUT_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace record {

struct About {
  std::string run;
  std::string app;
  std::string release;
  std::string person;
  std::string source;   // the client's address
  std::string command;  // as typed, without secrets (release::ShownCommand); bytes
  // This and the directory, uid and gid are in log.json only, so ParseStart leaves them empty.
  std::vector<std::string> argv;
  std::string directory;
  std::string user;  // the command's user
  uid_t uid = 0;
  gid_t gid = 0;
  bool terminal = false;
  std::uint32_t columns = 0;  // of the terminal, at the start
  std::uint32_t rows = 0;
  base::WallTime started;
};

// sudo's legacy file, which sudoreplay(8) reads: three lines.
// A size of 0 becomes 80 columns and 24 rows. Directory and command are escaped and cut to 64 KiB.
std::string FormatLog(const About& about);
// One value a line, as sudo's reader expects. Invalid UTF-8 becomes U+FFFD.
std::string FormatLogJson(const About& about);
// Returns {"ms":0,"event":"start",...} with a newline.
// Bytes that are not UTF-8 become {"b64": "..."}.
std::string FormatStart(const About& about);
// Parses the first line of an events.jsonl; kInvalid if it is malformed.
// The line may have 2 MiB. A missing field is malformed, and so is a time after the year 9999.
// Sizes above kMaxWindow become kMaxWindow.
base::Result<About> ParseStart(std::string_view line);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_ABOUT_H_
