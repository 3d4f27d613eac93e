// Verify: compares a recording with what the audit log says of it.
//
// The audit log's digests are the evidence, and the recording is what is judged. Files that the
// audit log does not name are not looked at.
#ifndef ONEOFF_GATEWAY_RECORD_VERIFY_H_
#define ONEOFF_GATEWAY_RECORD_VERIFY_H_

#include <string>
#include <vector>

#include "gateway/record/store.h"

namespace record {

enum class Fault {
  kMissing,     // the recording or a file does not exist
  kShortened,   // a file has fewer bytes than the audit log says
  kAltered,     // a file has different bytes, or more of them
  kUnreadable,  // the check was not possible
};

struct Finding {
  Fault fault;
  std::string message;  // safe to print: "ttyout: has 12 bytes of 34"
};

// How much of a file the expected digest covers.
enum class Reach {
  kPrefix,  // the file's first part; it may have grown since (recording.progress)
  kWhole,   // the whole file (recording.ended)
};

// `files` as in the audit log: "NAME BYTES SHA256" each. Returns an empty list if the recording is
// unchanged. Reads every byte, in constant memory.
// Names that end in ".passed" are digests of bytes that no file keeps; they are skipped.
std::vector<Finding> Verify(const Store& store, const std::string& run,
                            const std::vector<std::string>& files, Reach reach);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_VERIFY_H_
