// Verify: holds a recording against what the audit log says of it.
#ifndef ONEOFF_GATEWAY_RECORD_VERIFY_H_
#define ONEOFF_GATEWAY_RECORD_VERIFY_H_

#include <string>
#include <vector>

#include "gateway/record/store.h"

namespace record {

enum class Fault {
  kMissing,     // the recording, or one of its files, is not there
  kShortened,   // a file has fewer bytes than it had
  kAltered,     // a file's bytes are others, or more
  kUnreadable,  // it cannot be told
};

struct Finding {
  Fault fault;
  std::string message;  // safe to print: "ttyout: has 12 bytes of 34"
};

// How far what is expected reaches.
enum class Reach {
  kPrefix,  // files begin so, and may have grown since (recording.progress)
  kWhole,   // and nothing follows (recording.ended)
};

// `files` as in the audit log: "NAME BYTES SHA256" each. Empty: all is as it was. Reads every byte,
// in memory that does not grow.
std::vector<Finding> Verify(const Store& store, const std::string& run,
                            const std::vector<std::string>& files, Reach reach);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_VERIFY_H_
