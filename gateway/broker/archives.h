// Archives: what the broker knows of recordings whose runs are over: which have to be archived, and
// when it is time to prune. One archivist at a time.
#ifndef ONEOFF_GATEWAY_BROKER_ARCHIVES_H_
#define ONEOFF_GATEWAY_BROKER_ARCHIVES_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "config/gateway_settings.h"
#include "gateway/record/store.h"
#include "gateway/run/confine.h"
#include "gateway/run/registry.h"

namespace broker {

class Archivist;

class Archives {
 public:
  struct Supplies {
    const run::Registry& registry;
    const record::Store& store;
    const base::Clock& clock;
    const base::Log& log;
    std::optional<run::SystemUser> recorder;  // whom an archivist becomes
    std::function<int()> audit_control;       // towards the audit writer, as it is now
  };
  explicit Archives(Supplies supplies) : supplies_(std::move(supplies)) {}

  // The run's end is on the record.
  void Add(const std::string& run);
  // All that is there is looked through with the next archivist.
  void LookThrough() { look_through_ = true; }
  // Somebody asks for pruning, and is answered with one line on `answer`.
  void AskPrune(std::string by, base::UniqueFd answer);

  // Forks an archivist if one is wanted and none runs: its pid. Runs that ended a moment ago wait
  // for others.
  std::optional<pid_t> Start(const config::RecordingSettings& settings);
  void OnEnded(bool good);

 private:
  struct Request {
    std::string by;
    base::UniqueFd answer;
  };

  int Work(const config::RecordingSettings& settings, const std::vector<std::string>& runs,
           bool prune, const std::optional<Request>& asked);
  bool Prune(Archivist& archivist, const config::RecordingSettings& settings,
             const std::optional<Request>& asked);

  Supplies supplies_;
  std::vector<std::string> waiting_;
  base::MonotonicTime waiting_since_;
  std::optional<Request> asked_;
  base::MonotonicTime look_next_;
  bool look_through_ = true;
  bool running_ = false;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_ARCHIVES_H_
