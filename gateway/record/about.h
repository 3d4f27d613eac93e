// About: what a recording says of its run at the start: the files `log`, `log.json` and the first
// line of `events.jsonl`.
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
  std::string command;  // as typed; bytes
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
std::string FormatLog(const About& about);
std::string FormatLogJson(const About& about);
// Returns {"ms":0,"event":"start",...} with a newline.
std::string FormatStart(const About& about);
// Parses the first line of an events.jsonl; kInvalid if it is malformed.
base::Result<About> ParseStart(std::string_view line);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_ABOUT_H_
