// Archives: the broker's list of recordings whose runs are over. It decides when to fork an
// archivist, and runs at most one at a time.
//
// It lives in the broker. The archivist (role::kArchivist) has the recorder's user and lowest
// priority (nice 19, idle I/O); it gets descriptors of the recordings' folder and of a line to the
// audit writer. Besides ended runs, an archivist once an hour looks for recordings that were missed
// and prunes.
#ifndef ONEOFF_GATEWAY_BROKER_ARCHIVES_H_
#define ONEOFF_GATEWAY_BROKER_ARCHIVES_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/child.h"
#include "base/clock.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "config/gateway_settings.h"
#include "gateway/audit/client.h"
#include "gateway/record/store.h"
#include "gateway/role/child_log.h"
#include "gateway/run/registry.h"

namespace broker {

class Archivist;

class Archives {
 public:
  struct Deps {
    const run::Registry& registry;
    const record::Store& store;
    const base::Clock& clock;
    const base::Log& log;
    role::ChildLog& child_log;
    std::optional<base::Identity> recorder;  // the archivist's user; nullopt: this process's own
    std::function<int()> audit_control;      // the current socket to the audit writer, or -1
    // In an archivist just forked: drops what only the broker needs, the private host keys.
    std::function<void()> forget;
  };
  explicit Archives(Deps deps) : deps_(std::move(deps)) {}

  // To be called once the run's end is in the audit log.
  // Cheap: it only notes the id. Lost when the broker is killed; the next broker looks through all.
  void Add(const std::string& run);
  // The person `by` asks for pruning. The archivist writes one line with the result to `answer`.
  // `answer` is the write end of a pipe. A second call before Start replaces the first.
  void AskPrune(std::string by, base::UniqueFd answer);

  // Forks an archivist if there is work and none runs; the caller owns and reaps it. Waits half a
  // second after a run's end, so that one archivist serves several runs.
  // nullopt also while there is no audit writer: what the archivist does has to be recorded first.
  // If the fork fails, the log says so, and the next archivist looks at every recording.
  std::optional<base::Child> Start(const config::RecordingSettings& settings);
  // To be called when that child is reaped. After a failure the next look comes within a minute.
  void OnEnded(bool good);

 private:
  struct Request {
    std::string by;
    base::UniqueFd answer;
  };

  // Runs in the child. Returns its exit status: 0, or 1 if anything failed.
  int Work(const config::RecordingSettings& settings, const std::vector<std::string>& runs,
           bool prune, audit::Client& client, const std::optional<Request>& asked,
           bool synchronised, const base::Log& log);
  // Runs that are still in the registry are left out: they are not over.
  std::vector<std::string> FindOpen(const std::vector<std::string>& otherwise) const;
  bool Prune(Archivist& archivist, const config::RecordingSettings& settings, bool synchronised,
             const std::optional<Request>& asked, const base::Log& log);

  Deps deps_;
  std::vector<std::string> waiting_;
  base::MonotonicTime waiting_since_;
  std::optional<Request> asked_;
  base::MonotonicTime look_next_;
  bool look_through_ = true;
  bool running_ = false;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_ARCHIVES_H_
