// RecordingCheck: holds the recordings, and the runs there are, against the audit log, for `oneoff
// audit verify`.
#ifndef ONEOFF_GATEWAY_CLI_RECORDING_CHECK_H_
#define ONEOFF_GATEWAY_CLI_RECORDING_CHECK_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/paths.h"
#include "gateway/audit/record.h"
#include "gateway/audit/verify.h"
#include "gateway/record/store.h"

namespace cli {

class RecordingCheck {
 public:
  // Reads the log once, for what it says of recordings as a whole. `written`: the last record that
  // is known to have been written; a log that ends before it does not tell all of them.
  static RecordingCheck Prepare(const config::Paths& paths, std::uint64_t written);

  // What is wrong with the recording that `record` speaks of. Each recording is read once: held
  // against its end, or, as long as there is none, against the newest word of its progress. One
  // that was archived or pruned since the log was read is no finding: the log is read again.
  std::vector<audit::Finding> Look(const audit::Record& record);

  // The runs and recordings that the log does not know.
  std::vector<audit::Finding> Unknown();

 private:
  RecordingCheck(base::Result<record::Store> store, const config::Paths& paths,
                 std::uint64_t written)
      : store_(std::move(store)), log_(paths.audit), written_(written) {}

  void ListRuns(const std::string& lib);
  void NoteLine(std::string_view line);
  bool is_cut() const { return last_ < written_; }
  audit::Finding FindingOfUnknown(const std::string& run, base::WallTime started) const;

  void Read();
  bool ReadAgain();
  void Note(const audit::Record& record);
  std::vector<audit::Finding> LookOnce(const audit::Record& record);
  std::vector<audit::Finding> Compare(const audit::Record& record, bool whole) const;
  std::vector<audit::Finding> LookAtEnd(const audit::Record& record) const;

  base::Result<record::Store> store_;
  std::string log_;  // its folder
  std::uint64_t written_;
  std::uint64_t first_ = 0;  // record
  std::uint64_t last_ = 0;
  std::string first_time_;
  // When each run began that is here, and that the log has told nothing of yet.
  std::map<std::string, base::WallTime> unknown_;
  std::uint64_t bytes_ = 0;  // of it, when it was read last
  int read_again_ = 0;
  bool told_ = false;  // that there are none here
  std::set<std::string> pruned_;
  std::map<std::string, std::uint64_t> ended_;     // by run: the record's number
  std::map<std::string, std::uint64_t> progress_;  // the newest
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_RECORDING_CHECK_H_
