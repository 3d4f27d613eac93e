// RecordTerms: "record" of an app or of a rule: what is kept of a run beside a terminal's output.
#ifndef ONEOFF_CONFIG_RECORD_TERMS_H_
#define ONEOFF_CONFIG_RECORD_TERMS_H_

#include <cstdint>
#include <optional>

#include "config/json_reader.h"

namespace config {

struct RecordTerms {
  std::optional<std::uint64_t> keep;  // bytes of each stream without a terminal; 0 to 1T
  bool digest = false;                // also a digest over all that passes
  bool input = false;                 // also what the client sends

  friend bool operator==(const RecordTerms&, const RecordTerms&) = default;
};

// Reads the key "record" of an object, if it is there.
void ReadRecordTerms(const Document& document, ObjectReader& reader, Problems& problems,
                     RecordTerms& terms);

// What a rule and an app ask for together: more of the two, but that a rule's `keep` is the rule's.
RecordTerms Together(const RecordTerms& rule, const RecordTerms& app);

}  // namespace config

#endif  // ONEOFF_CONFIG_RECORD_TERMS_H_
