// The registry of runs is the file system: LIB/runs/ID.jsonl, one file a run, a JSON object a line.
//
//   RunRecord   who and what; the first line, there from the first instant
//   Leader      the command's process, once it is there
//   Ending      how it ended, once it has; a later one says more
//
// The file is locked (OFD) by the supervisor for as long as it lives. It is made, and locked, under
// LIB/runs/.new and renamed into place, and removed when the audit log holds the run's end. Lines
// are only added; half a line at the end, of a writer that was killed, does not count. No daemon's
// memory takes part.
#ifndef ONEOFF_GATEWAY_RUN_REGISTRY_H_
#define ONEOFF_GATEWAY_RUN_REGISTRY_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/run/run_record.h"

namespace run {

// A supervisor's hold on its run: the file, open for adding lines, and locked.
class Entry {
 public:
  explicit Entry(base::UniqueFd file) : file_(std::move(file)) {}

  base::Result<void> WriteLeader(const Leader& leader) const;
  base::Result<void> WriteEnding(const Ending& ending) const;
  int fd() const { return file_.get(); }

 private:
  base::UniqueFd file_;
};

// What somebody else can see of a run.
struct RunState {
  RunRecord record;
  std::optional<Leader> leader;
  std::optional<Ending> ending;
  bool supervised = false;  // its supervisor lives
};

// One run as somebody else sees it, for as long as this lives: also when it has left the registry.
class View {
 public:
  explicit View(base::UniqueFd file) : file_(std::move(file)) {}

  // Whether its supervisor lives. What cannot be found out counts as that.
  bool supervised() const;
  base::Result<RunState> Read() const;
  int fd() const { return file_.get(); }

 private:
  base::UniqueFd file_;
};

class Registry {
 public:
  // `lib` is LIB; LIB/runs and LIB/runs/.new are made if missing.
  static base::Result<Registry> Open(const std::string& lib);

  // The folder of all runs: what a forked process keeps open to go on using this.
  int fd() const { return runs_.get(); }

  // Held while runs are counted and one more is made: whoever has it sees a count that stays true.
  // Waits for its turn.
  base::Result<base::UniqueFd> LockAdmission() const;

  // Makes the file of `record`, and locks it. The caller holds the admission lock, if the run
  // counts. Two steps, so that the run can be audited in between: nobody sees it until Publish.
  base::Result<Entry> Create(const RunRecord& record) const;
  base::Result<void> Publish(const std::string& id) const;
  // Takes back what Create made and Publish did not.
  void Withdraw(const std::string& id) const;

  // Every run in place. Files that cannot be read are passed over; their names go to `damaged` if
  // it is not null.
  base::Result<std::vector<RunState>> List(std::vector<std::string>* damaged = nullptr) const;
  // The same without a look at how they fare: no file is read twice. The records stay where they
  // are until the next call.
  using Records = std::vector<const RunRecord*>;
  base::Result<Records> ListRecords(std::vector<std::string>* damaged = nullptr) const;
  base::Result<RunState> Find(const std::string& id) const;
  base::Result<View> Look(const std::string& id) const;
  // One of `most` places for those who watch runs, of which `person` has at most so many, for as
  // long as the descriptor lives. kUnavailable if there is none.
  base::Result<base::UniqueFd> TakeWatchersPlace(int most, std::string_view person,
                                                 int most_of_person) const;
  base::Result<void> Remove(const std::string& id) const;
  // Beside those in place also those that are being made: they count, but nobody sees them yet.
  base::Result<Records> ListAdmitted() const;
  // Whether the run is in place or being made, and its supervisor lives.
  bool IsAlive(const std::string& id) const;
  // Whether the run is in place or being made.
  bool Knows(const std::string& id) const;
  // Puts in place, as a run that ended without a start at `now`, what was made and never
  // published, and whose maker is gone. Not while somebody has the admission lock; then later.
  void AdoptUnpublished(base::WallTime now) const;

 private:
  base::UniqueFd OpenAdmission() const;
  explicit Registry(base::UniqueFd runs) : runs_(std::move(runs)) {}

  base::Result<const RunRecord*> RecordOf(const std::string& folder, const std::string& id) const;
  base::Result<void> AddRecords(const std::string& folder, std::vector<std::string>* damaged,
                                std::map<std::string, const RunRecord*>& to) const;

  base::UniqueFd runs_;
  // What was read: a run's record never changes. By id.
  mutable std::map<std::string, RunRecord> records_;
};

// A new run's id: 8 random characters of a to z and 2 to 7.
base::Result<std::string> NewRunId();

// The kernel's boot id.
base::Result<std::string> BootId();

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_REGISTRY_H_
