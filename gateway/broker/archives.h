// Archives: what the broker knows of recordings whose runs are over: which have to be archived, and
// when it is time to prune. One archivist at a time.
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
    std::optional<base::Identity> recorder;  // the user of an archivist
    std::function<int()> audit_control;      // towards the audit writer, as it is now
  };
  explicit Archives(Deps deps) : deps_(std::move(deps)) {}

  // The run's end is on the record.
  void Add(const std::string& run);
  // All that is there is looked through with the next archivist.
  void LookThrough() { look_through_ = true; }
  // Somebody asks for pruning, and is answered with one line on `answer`.
  void AskPrune(std::string by, base::UniqueFd answer);

  // Forks an archivist if one is wanted and none runs. Runs that ended a moment ago wait
  // for others.
  std::optional<base::Child> Start(const config::RecordingSettings& settings);
  void OnEnded(bool good);

 private:
  struct Request {
    std::string by;
    base::UniqueFd answer;
  };

  int Work(const config::RecordingSettings& settings, const std::vector<std::string>& runs,
           bool prune, audit::Client& client, const std::optional<Request>& asked,
           bool synchronised, const base::Log& log);
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
