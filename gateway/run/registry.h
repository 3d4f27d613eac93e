// The registry of runs: one file a run, LIB/runs/ID.jsonl, with one JSON object a line.
//
//   RunRecord   who and what; the first line, written when the file is made
//   Leader      the command's process, once it has started
//   Attachment  who has the run, or that no client has it; a later one replaces it
//   Ending      how the run ended; a later Ending says more
//
// The supervisor locks the file for its whole life (F_OFD_SETLK, fcntl(2)). The launcher makes and
// locks a file in LIB/runs/.new and renames it into place. Once the audit log has the run's end,
// the broker moves the file to LIB/runs/.ended, where it stays for at most a day (Forget). Writers
// only append lines. Readers ignore an empty line, and an incomplete one of a killed writer. The
// broker keeps no state of runs in memory.
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

// The run's file as its supervisor holds it: open for appending, and locked.
// Its lock ends when the last copy of the descriptor is closed: a process that inherits one keeps
// the run alive in the eyes of others.
class Entry {
 public:
  explicit Entry(base::UniqueFd file) : file_(std::move(file)) {}

  base::Result<void> WriteLeader(const Leader& leader) const;
  base::Result<void> WriteAttachment(const Attachment& attachment) const;
  base::Result<void> WriteEnding(const Ending& ending) const;
  int fd() const { return file_.get(); }

 private:
  base::UniqueFd file_;
};

// A run as other processes see it.
struct RunState {
  RunRecord record;
  std::optional<Leader> leader;
  // nullopt: the client that started it has it, or none if it was started detached.
  std::optional<Attachment> attachment;
  std::optional<Ending> ending;
  bool supervised = false;  // its supervisor lives

  // Whether a client has the run.
  bool attached() const {
    return attachment ? attachment->attached : !record.detached.value_or(false);
  }
};

// A run's file, opened by another process. It stays readable after the run has left the registry.
class View {
 public:
  explicit View(base::UniqueFd file) : file_(std::move(file)) {}

  // Whether the run's supervisor lives. True also if that cannot be checked.
  bool supervised() const;
  // kInvalid if no line is a run's; kTooLarge above 1 MiB. Lines that cannot be parsed are skipped.
  base::Result<RunState> Read() const;
  int fd() const { return file_.get(); }

 private:
  base::UniqueFd file_;
};

// Launchers add runs, supervisors write their ends, the broker removes them. Sequence of a start:
//    auto admission = registry.LockAdmission();     // count the runs under it
//    auto entry = registry.Create(record);
//    admission->Reset();
//    ... record the start durably, or Withdraw ...
//    registry.Publish(record.id);
class Registry {
 public:
  // Makes LIB/runs, its .new and .ended, and LIB/output if they are missing.
  static base::Result<Registry> Open(const std::string& lib);

  // The folder of all runs, and that of their output logs (output_log.h). A forked process must
  // keep them open to use the registry.
  int fd() const { return runs_.get(); }
  int outputs() const { return outputs_.get(); }

  // Locks the count of runs, so that it stays true until one more run is made. Waits for the lock.
  // Closing the descriptor unlocks. The lock is OFD's, so it excludes other descriptors of this
  // process, too.
  base::Result<base::UniqueFd> LockAdmission() const;

  // Makes and locks the file of `record`. The caller must hold the admission lock if the run counts
  // towards limits. The run is invisible until Publish, so that it can be audited in between.
  // The file has mode 0640, and room for its last lines is reserved, so that the end can be written
  // on a full disk. On an error nothing is left.
  base::Result<Entry> Create(const RunRecord& record) const;
  // Fails if a run of that id exists.
  base::Result<void> Publish(const std::string& id) const;
  // Undoes Create. Not after Publish.
  void Withdraw(const std::string& id) const;

  // Returns every published run. Skips unreadable files and adds their names to `damaged`, unless
  // it is null.
  // At most 100,000 names are read.
  base::Result<std::vector<RunState>> List(std::vector<std::string>* damaged = nullptr) const;
  // Like List, but without the runs' state: each file is read only once. The pointers are valid
  // until the next call.
  using Records = std::vector<const RunRecord*>;
  base::Result<Records> ListRecords(std::vector<std::string>* damaged = nullptr) const;
  // kNotFound for a run that is not published or was removed. If the file cannot be opened for
  // another reason, that error.
  base::Result<RunState> Find(const std::string& id) const;
  base::Result<View> Look(const std::string& id) const;
  // Takes one of `most` slots for watchers; `person` gets at most `most_of_person` of them. The
  // slot is free again when the descriptor is closed. kUnavailable if no slot is free.
  // A slot is a locked byte of LIB/runs/.watchers. Two people may share a stretch of slots by
  // chance (a hash of 2^20).
  base::Result<base::UniqueFd> TakeWatchersPlace(int most, std::string_view person,
                                                 int most_of_person) const;
  // The run is over and its end is recorded: moves it from List to ListEnded. Removes an output log
  // without a byte.
  base::Result<void> Retire(const std::string& id) const;
  // The runs that Retire has moved, the newest end last. Reads at most 100,000 names.
  base::Result<std::vector<RunState>> ListEnded() const;
  // The runs of ListEnded, then those of List, each once.
  base::Result<std::vector<RunState>> ListAll() const;
  // kNotFound if ListEnded has no such run.
  base::Result<RunState> FindEnded(const std::string& id) const;
  // The limits on one person's ended runs: their number in each app, and their bytes of output in
  // all apps.
  struct Shares {
    std::size_t runs;
    std::uint64_t bytes;
  };
  // Removes ended runs and their output: those that ended before `before`, and the oldest above the
  // shares. Returns their number.
  base::Result<std::size_t> Forget(base::WallTime before, const Shares& shares) const;
  // Bytes on the disk of the run's output log; 0 without one.
  std::uint64_t OutputBytes(const std::string& id) const;
  // Returns published runs and those between Create and Publish, which count but are not visible.
  base::Result<Records> ListAdmitted() const;
  // Whether the run is created or published and its supervisor lives.
  bool IsAlive(const std::string& id) const;
  // Whether the run is created or published.
  // True also if that cannot be checked.
  bool Knows(const std::string& id) const;
  // Publishes, as runs that never started and ended at `now`, the runs whose creator exited before
  // Publish. Does nothing while another process holds the admission lock.
  void AdoptUnpublished(base::WallTime now) const;

 private:
  base::UniqueFd OpenAdmission() const;
  Registry(base::UniqueFd runs, base::UniqueFd outputs)
      : runs_(std::move(runs)), outputs_(std::move(outputs)) {}

  base::Result<const RunRecord*> RecordOf(const std::string& folder, const std::string& id) const;
  base::Result<void> AddRecords(const std::string& folder, std::vector<std::string>* damaged,
                                std::map<std::string, const RunRecord*>& to) const;

  base::UniqueFd runs_;
  base::UniqueFd outputs_;
  // By id. A record never changes, so each is read once.
  mutable std::map<std::string, RunRecord> records_;
};

// Returns a new run id: 8 random characters out of a to z and 2 to 7.
base::Result<std::string> NewRunId();

// The kernel's boot id.
base::Result<std::string> BootId();

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_REGISTRY_H_
