// RecordTerms: "record" of an app or a rule: what is recorded of a run besides a terminal's output.
#ifndef ONEOFF_CONFIG_RECORD_TERMS_H_
#define ONEOFF_CONFIG_RECORD_TERMS_H_

#include <cstdint>
#include <optional>

#include "config/json_reader.h"

namespace config {

// The part of the client's input that is recorded; without a terminal, up to `keep` bytes.
enum class Input {
  // Absent: only a program's source text that is read from standard input, without a terminal.
  kPrograms,
  kNone,    // false
  kEchoed,  // true: all input without a terminal; on a terminal, what it echoes
  kAll,     // "all": also what is typed without echo, such as passwords
};

struct RecordTerms {
  std::optional<std::uint64_t> keep;  // bytes per stream without a terminal; 0 to 1T
  bool digest = false;                // whether to compute a digest over all data that passes
  Input input = Input::kPrograms;

  friend bool operator==(const RecordTerms&, const RecordTerms&) = default;
};

// Reads the key "record" of an object, if it is present. An absent part of it keeps its value in
// `terms`. Adds each error to `problems`.
void ReadRecordTerms(const Document& document, ObjectReader& reader, Problems& problems,
                     RecordTerms& terms);

// The terms of a rule and an app together: `keep` and `input` of the rule have precedence; a digest
// is made if either asks for it.
RecordTerms Together(const RecordTerms& rule, const RecordTerms& app);

}  // namespace config

#endif  // ONEOFF_CONFIG_RECORD_TERMS_H_
