// RecordTerms: "record" of an app or of a rule: what is kept of a run beside a terminal's output.
#ifndef ONEOFF_CONFIG_RECORD_TERMS_H_
#define ONEOFF_CONFIG_RECORD_TERMS_H_

#include <cstdint>
#include <optional>

#include "config/json_reader.h"

namespace config {

// What of the client's input is kept. Without a terminal: up to `keep`.
enum class Input {
  kPrograms,  // not said: what a program reads its program from, without a terminal
  kNone,      // false
  kEchoed,    // true: all of it; of what is typed, what the terminal echoes
  kAll,       // "all": also what is typed without echo
};

struct RecordTerms {
  std::optional<std::uint64_t> keep;  // bytes of each stream without a terminal; 0 to 1T
  bool digest = false;                // also a digest over all that passes
  Input input = Input::kPrograms;

  friend bool operator==(const RecordTerms&, const RecordTerms&) = default;
};

// Reads the key "record" of an object, if it is there.
void ReadRecordTerms(const Document& document, ObjectReader& reader, Problems& problems,
                     RecordTerms& terms);

// What a rule and an app ask for together: a rule's `keep` and `input` are the rule's; a digest is
// made if either asks for it.
RecordTerms Together(const RecordTerms& rule, const RecordTerms& app);

}  // namespace config

#endif  // ONEOFF_CONFIG_RECORD_TERMS_H_
