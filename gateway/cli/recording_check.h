// RecordingCheck: compares the recordings and the known runs with the audit log, for `oneoff audit
// verify`.
//
// It runs in `oneoff audit verify`, as root or as a user who may read the recordings. It changes
// nothing, and reads a log that is being written up to 16 times more.
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
  // Reads the log once, for its records of recordings. `written` is the last record that is known
  // to be written; a log that ends before it does not mention all recordings.
  // Recordings that are not on this host are one finding, not an error.
  static RecordingCheck Prepare(const config::Paths& paths, std::uint64_t written);

  // The findings about the recording that `record` mentions. It checks each recording once: against
  // the record of its end, or, while there is none, against the newest record of its progress. If
  // there is a finding and the log has grown, it reads the log again first, because the recording
  // may have been archived or pruned meanwhile.
  std::vector<audit::Finding> Look(const audit::Record& record);

  // Findings about runs and recordings that the log does not mention.
  // A run that began in the last 15 seconds may not be in the log yet, and is left out.
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
  std::string log_;  // the log's folder
  std::uint64_t written_;
  std::uint64_t first_ = 0;  // record in the log
  std::uint64_t last_ = 0;
  std::string first_time_;
  // The start of each run that is on this host and that the log has not mentioned so far.
  std::map<std::string, base::WallTime> unknown_;
  std::uint64_t bytes_ = 0;  // size of the log at the last reading
  int read_again_ = 0;
  bool told_ = false;  // that the recordings are not on this host
  std::set<std::string> pruned_;
  std::map<std::string, std::uint64_t> ended_;     // by run: the number of the record
  std::map<std::string, std::uint64_t> progress_;  // the newest record
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_RECORDING_CHECK_H_
