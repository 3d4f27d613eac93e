// Broker: the privileged process. It forks a monitor for each connection and a launcher for each
// request. It keeps the audit writer, the configuration and the host keys, and records the ends of
// runs. It reads no byte from the network and parses nothing that a client sends.
//
// It keeps no state of runs, so it can be killed and restarted while runs go on.
#ifndef ONEOFF_GATEWAY_BROKER_BROKER_H_
#define ONEOFF_GATEWAY_BROKER_BROKER_H_

#include <sys/types.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/signing_key.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/crowd.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "config/paths.h"
#include "gateway/broker/archives.h"
#include "gateway/broker/audit_link.h"
#include "gateway/broker/export_link.h"
#include "gateway/broker/failed_tries.h"
#include "gateway/broker/local_listener.h"
#include "gateway/broker/recording_watch.h"
#include "gateway/broker/refusals.h"
#include "gateway/broker/run_end_recorder.h"
#include "gateway/broker/spare_descriptors.h"
#include "gateway/installation/configuration.h"
#include "gateway/installation/in_force.h"
#include "gateway/installation/store.h"
#include "gateway/launcher/launcher.h"
#include "gateway/record/store.h"
#include "gateway/role/child_log.h"
#include "gateway/run/registry.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/transport.h"

namespace broker {

struct BrokerOptions {
  config::Paths paths;
  // Whether missing host keys are made at start. The same holds for the audit log's key; without a
  // key the log is not signed.
  enum class MissingHostKey { kMake, kRefuse } missing_host_key = MissingHostKey::kRefuse;
  // What SIGTERM does to runs: as a service, runs go on; in the foreground, they end too.
  enum class AtStop { kLeaveRuns, kEndRuns } at_stop = AtStop::kLeaveRuns;
  std::string version;
  // Gets a sentence about the configuration in force, for the service manager. May be empty.
  std::function<void(const std::string&)> tell_status = {};
};

class Broker {
 public:
  // Reads and makes all that the broker needs. The caller must have blocked SIGCHLD, SIGTERM,
  // SIGINT, SIGHUP and SIGUSR1. The error's message is for the person who starts the broker; it has
  // several lines if the configuration has several errors.
  static base::Result<std::unique_ptr<Broker>> Create(BrokerOptions options,
                                                      const base::Clock& clock, base::Log log);
  // Its children go on running.
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Serves until SIGTERM or SIGINT. After SIGUSR1 it drains: it serves until its gateways and the
  // runs have ended, or the drain's time is over.
  void Run();

 private:
  enum class Kind { kMonitor, kLocalMonitor, kLauncher, kArchivist };
  // A request as received.
  struct Asked {
    int from;                    // the socket to the monitor that sent it
    std::optional<uid_t> local;  // the user of a caller on this host
    wire::Request request;
    base::UniqueFd session;  // gets the answer
  };
  // A request whose launcher has not answered yet.
  struct Request {
    // Becomes readable with the launcher's report; end of file: the launcher died first.
    base::UniqueFd answered;
    base::UniqueFd session;
    int from = -1;
    bool local = false;
    std::uint32_t channel = 0;
    std::string who;  // from WhoAsks
  };
  // A request that is refused without a launcher, after a delay.
  struct Held {
    base::UniqueFd session;
    int from = -1;
    bool local = false;
    std::uint32_t channel = 0;
  };
  struct Helper {
    Kind kind;
    base::Child process;
  };
  struct Connection {
    // Before the monitor exists: the session; after: the socket to the monitor.
    base::UniqueFd session;
    base::UniqueFd words;  // before the monitor exists: the monitor's socket to the gateway
    std::string address;
  };

  Broker(BrokerOptions options, const base::Clock& clock, base::Log log);

  base::Result<void> SetUp();
  base::Result<void> ReadFiles();
  base::Result<void> SetUpIdentities();
  base::Result<void> SetUpHostKeys();
  base::Result<void> SetUpAuditKey();
  base::Result<void> ConfigureAudit();
  base::Result<void> SetUpRuns();
  base::Result<void> Listen();
  void ForgetRecordedEnds();
  std::vector<base::Result<void>> RecordEnds(const std::vector<audit::Event>& events);
  void WatchFiles();
  bool IsNewLink(int watch, std::string_view name) const;
  void WatchSignals();
  void Reload();
  void ReloadIfChanged();
  base::Result<void> ReadConfiguration();
  // Logs the problems and puts the loaded configuration in force.
  void Adopt(installation::InForce loaded, config::Problems& problems);
  std::string Status() const;
  void PostConfiguration();
  void HandleReload(int asker, wire::Received<wire::FromGateway>& received);
  static bool IsOwnUser(int asker);

  void OnGateway();
  void PauseListening();
  void OnGatewayPacket(int gateway);
  void AddConnection(wire::Connection connection, std::vector<base::UniqueFd> fds);
  void Handle(const wire::Refused& message);
  void Handle(const wire::Reexecuted& message);
  void TellSettings(int gateway);
  void ForkMonitor(int session);
  void OnMonitor(int monitor);
  void OpenLocalListener();
  void Handle(LocalListener::Request asked);
  void Handle(const wire::LocalStranger& message);
  void Serve(Asked asked);
  // Takes `session` only on success.
  base::Result<void> StartLauncher(Asked asked, base::UniqueFd& session);
  static void TellLost(const Request& request);
  static std::string WhoAsks(const Asked& asked);
  std::ptrdiff_t CountUnanswered(int from) const;
  std::ptrdiff_t CountServed(const std::string& who) const;
  void ServeQueued(const std::string& who);
  void DropQueued(int from);
  void RefuseQueued();
  void Hold(Asked asked);
  void RefuseHeld(std::uint64_t id);
  void Handle(const wire::Authenticated& message);
  void Handle(const wire::FailedTries& message);
  void FlushFailedTries();
  void OnLauncher(int answered);
  void RestartAuditWriter();
  base::Result<void> StartAuditWriter();
  void StartExporter();

  static std::string_view NameOf(Kind kind);
  void Keep(Kind kind, base::Child process);
  void OnSignal();
  void ReapChildren();
  void Settle();
  void SettleWithin(std::chrono::milliseconds delay);
  void StartArchivist();
  void HandlePrune(int asker, wire::Received<wire::FromGateway>& received);
  void WatchRecordings();
  void BeginDrain();
  std::size_t CountRuns() const;
  void BeginStop();
  void EndRuns();
  void StopIfIdle();

  BrokerOptions options_;
  const base::Clock& clock_;
  base::Log log_;
  base::Loop loop_;
  std::unique_ptr<role::ChildLog> child_log_;
  std::unique_ptr<base::Crowd> connections_;  // watches monitors_; most of them are silent

  installation::Configuration configuration_;
  std::uint64_t configuration_number_ = 0;
  std::optional<installation::Store> store_;
  installation::Standing standing_ = installation::Standing::kWhole;
  std::string configuration_errors_;  // of the newest files, one a line
  bool configuration_told_ = false;   // the audit log says what is in force
  std::vector<authz::SigningKey> host_keys_;
  std::optional<run::Registry> registry_;
  std::optional<record::Store> recordings_;
  std::optional<RunEndRecorder> run_ends_;
  std::optional<Archives> archives_;
  std::optional<RecordingWatch> recording_watch_;
  // The users of supervisors and monitors; nullopt: this process's own (development mode).
  std::optional<base::Identity> recorder_;
  std::optional<base::Identity> monitor_user_;
  std::optional<base::Identity> audit_user_;
  uid_t gateway_uid_ = 0;
  std::string host_;

  base::UniqueFd listener_;
  base::UniqueFd local_listener_;  // until local_callers_ takes it
  base::UniqueFd signals_;
  std::optional<SpareDescriptors> spare_;
  base::UniqueFd file_changes_;
  std::map<int, std::string> watched_folders_;  // by inotify's watch descriptor
  AuditLink audit_;
  ExportLink export_;

  std::unique_ptr<LocalListener> local_callers_;
  std::map<int, base::UniqueFd> gateways_;
  std::map<int, Connection> waiting_;   // no byte has come yet; by the session's descriptor
  std::map<int, Connection> monitors_;  // by the descriptor of the socket to the monitor
  std::map<int, Request> requests_;     // by `answered`
  std::map<std::string, std::deque<Asked>> queued_;  // by who asks; oldest first, never empty
  std::map<std::uint64_t, Held> held_;
  std::uint64_t next_held_ = 0;
  Refusals refusals_;
  std::map<pid_t, Helper> children_;
  FailedTries failed_tries_;
  base::Loop::TimerId settle_timer_ = 0;
  base::MonotonicTime settle_at_;  // when settle_timer_ is due
  base::Loop::TimerId flush_timer_ = 0;
  // A writer that did not answer may still have recorded the ends.
  bool ends_unsure_ = false;
  enum class Drain { kNone, kWaits, kOver } drain_ = Drain::kNone;
  bool stopping_ = false;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_BROKER_H_
