// Broker: the privileged process. It forks a monitor for each connection and a launcher for each
// request. It keeps the audit writer, the configuration and the host keys, and records the ends of
// runs. It reads no byte from the network and parses nothing that a client sends.
//
// It keeps no state of runs, so it can be killed and restarted while runs go on.
//
// It is a loop of one thread, as root in a service. This class starts its parts, hears signals,
// reaps children and ends it all in order. The parts: LiveConfiguration (what is in force),
// Gateways and LocalListener (who may ask), Connections (monitors), RequestDispatcher (launchers),
// LoginRecorder, RunEndRecorder, Archives. Usage, with the signals blocked:
//    auto broker = broker::Broker::Create(options, clock, log);
//    if (broker) (*broker)->Run();
#ifndef ONEOFF_GATEWAY_BROKER_BROKER_H_
#define ONEOFF_GATEWAY_BROKER_BROKER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "authz/signing_key.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "config/paths.h"
#include "gateway/broker/archives.h"
#include "gateway/broker/audit_link.h"
#include "gateway/broker/child_table.h"
#include "gateway/broker/connections.h"
#include "gateway/broker/export_link.h"
#include "gateway/broker/gateways.h"
#include "gateway/broker/identities.h"
#include "gateway/broker/live_configuration.h"
#include "gateway/broker/local_listener.h"
#include "gateway/broker/login_recorder.h"
#include "gateway/broker/recording_watch.h"
#include "gateway/broker/request_dispatcher.h"
#include "gateway/broker/run_end_recorder.h"
#include "gateway/broker/spare_descriptors.h"
#include "gateway/record/store.h"
#include "gateway/role/child_log.h"
#include "gateway/run/management.h"
#include "gateway/run/registry.h"

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
  // It forks the audit writer and waits up to ten minutes for the event of the start, which comes
  // before the sockets exist. kInvalid for a configuration without a good predecessor, if a system
  // user is missing, and without a host key. Without root all processes keep this user
  // (development mode).
  static base::Result<std::unique_ptr<Broker>> Create(BrokerOptions options,
                                                      const base::Clock& clock, base::Log log);
  // Its children go on running.
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Serves until SIGTERM or SIGINT. After SIGUSR1 it drains: it serves until its gateways and the
  // runs have ended, or the drain's time is over.
  // A second SIGTERM or SIGINT waits for nothing. SIGHUP reads the configuration again, and
  // logs faults of the host keys.
  void Run();

 private:
  Broker(BrokerOptions options, const base::Clock& clock, base::Log log);

  // At start, in this order.
  base::Result<void> SetUp();
  base::Result<void> SetUpKeys();
  base::Result<void> OpenStores();
  base::Result<void> StartAudit();
  base::Result<void> SetUpRunEnds();
  base::Result<void> RecordStart();
  base::Result<void> Listen();
  base::Result<void> SetUpCallers(base::UniqueFd gateways, base::UniqueFd local);

  base::Result<void> StartAuditWriter();
  void RestartAuditWriter();
  void StartExporter();
  void Settle();
  void SettleWithin(std::chrono::milliseconds delay);
  void StartArchivist();

  void OnSignal();
  void ReapChildren();
  void BeginDrain();
  void BeginStop();
  void StopIfIdle();

  BrokerOptions options_;
  const base::Clock& clock_;
  base::Log log_;
  base::Loop loop_;
  std::unique_ptr<role::ChildLog> child_log_;
  AuditLink audit_;
  ExportLink export_;
  LiveConfiguration configuration_;
  std::vector<authz::SigningKey> host_keys_;
  Identities identities_;
  std::optional<run::Registry> registry_;
  std::optional<run::ManagementFolder> management_;
  std::optional<record::Store> recordings_;
  std::optional<RunEndRecorder> run_ends_;
  std::optional<Archives> archives_;
  std::optional<RecordingWatch> recording_watch_;
  base::UniqueFd signals_;
  std::optional<SpareDescriptors> spare_;
  ChildTable children_;
  std::optional<LoginRecorder> logins_;
  std::optional<RequestDispatcher> requests_;
  std::unique_ptr<Connections> connections_;
  std::optional<Gateways> gateways_;
  std::optional<LocalListener> local_callers_;

  base::Loop::TimerId settle_timer_ = 0;
  base::MonotonicTime settle_at_;  // when settle_timer_ is due
  // A writer that did not answer may still have recorded the ends.
  bool ends_unsure_ = false;
  enum class Drain { kNone, kWaits, kOver } drain_ = Drain::kNone;
  bool stopping_ = false;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_BROKER_H_
