// How a Broker starts: identities, keys, sockets.
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/ends.h"
#include "gateway/audit/key_files.h"
#include "gateway/broker/broker.h"
#include "gateway/broker/host_keys.h"
#include "gateway/launcher/variables_key.h"
#include "gateway/role/birth.h"

namespace broker {
namespace {

constexpr const char* kExportPosition = "audit_export";  // in LIB
constexpr const char* kSocket = "broker.socket";
constexpr const char* kLocalSocket = "local.socket";
constexpr int kBacklog = 128;

base::Result<base::Identity> FindSystemUser(const std::string& name) {
  errno = 0;
  const passwd* entry = getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  if (entry == nullptr) {
    return base::Fail(base::Code::kNotFound,
                      fmt::format("there is no system user {}; make it: systemd-sysusers "
                                  "systemd/oneoff-sysusers.conf",
                                  base::Quote(name)));
  }
  // Loads the libraries of the name service (nsswitch.conf(5)) now, so that no launcher has to.
  int count = 0;
  getgrouplist(entry->pw_name, entry->pw_gid, nullptr, &count);
  return base::Identity{.uid = entry->pw_uid, .gid = entry->pw_gid, .groups = {}};
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

// `mask` is the umask(2) for the socket.
base::Result<base::UniqueFd> ListenAt(int directory, const char* name, mode_t mask) {
  // Binds below the descriptor, because sun_path holds only 108 bytes (unix(7)).
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory, name);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  unlinkat(directory, name, 0);
  base::UniqueFd listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const mode_t before = umask(mask);
  const bool bound = listener && bind(listener.get(), reinterpret_cast<const sockaddr*>(&address),
                                      sizeof address) == 0;
  const int number = errno;
  umask(before);
  if (!bound) return base::FailSystem(name, number);
  if (listen(listener.get(), kBacklog) != 0) return base::FailSystem("listen");
  return listener;
}

}  // namespace

Broker::Broker(BrokerOptions options, const base::Clock& clock, base::Log log)
    : options_(std::move(options)),
      clock_(clock),
      log_(std::move(log)),
      loop_(clock),
      host_(HostName()),
      audit_(log_) {}

base::Result<std::unique_ptr<Broker>> Broker::Create(BrokerOptions options,
                                                     const base::Clock& clock, base::Log log) {
  std::unique_ptr<Broker> broker(new Broker(std::move(options), clock, std::move(log)));
  if (auto done = broker->SetUp(); !done) return base::Fail(std::move(done.error()));
  return broker;
}

base::Result<void> Broker::SetUp() {
  auto done = ReadFiles();
  if (done) done = SetUpIdentities();
  if (done) done = SetUpHostKeys();
  if (done) done = SetUpAuditKey();
  if (done) done = SetUpRuns();
  if (done) done = Listen();
  return done;
}

base::Result<void> Broker::ReadFiles() {
  // A connection takes one or two descriptors. Commands get the limit of their app.
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  return ReadConfiguration();
}

base::Result<void> Broker::SetUpHostKeys() {
  if (options_.missing_host_key == BrokerOptions::MissingHostKey::kMake) {
    const auto made = MakeMissingHostKeys(options_.paths.etc, configuration_.settings.nist_curves
                                                                  ? BesideEd25519::kRsa
                                                                  : BesideEd25519::kNothing);
    if (!made) return base::Fail(made.error());
    for (const std::string& name : *made) log_(base::Level::kInfo, "made a host key: " + name);
  }
  HostKeys loaded = LoadHostKeys(options_.paths.etc);
  host_keys_ = std::move(loaded.keys);
  if (host_keys_.empty()) {
    return base::Fail(base::Code::kInvalid,
                      loaded.faults.empty()
                          ? "no host key; make one: " + SayHowToMakeAHostKey(options_.paths.etc)
                          : base::Join(loaded.faults, "\n"));
  }
  for (const std::string& fault : loaded.faults) log_(base::Level::kError, fault);
  return {};
}

base::Result<void> Broker::SetUpAuditKey() {
  if (options_.missing_host_key != BrokerOptions::MissingHostKey::kMake) return {};
  const audit::KeyFiles keys(options_.paths.etc);
  const auto present = keys.Current();
  if (!present) return base::Fail(present.error());
  if (*present) return {};
  const auto made = keys.MakeCurrent();
  if (!made) return base::Fail(made.error());
  log_(base::Level::kInfo, "made a key for the audit log: " + made->text());
  return {};
}

base::Result<void> Broker::ConfigureAudit() {
  const config::AuditSettings& settings = configuration_.settings.audit;
  audit::WriterOptions writer;
  writer.directory = options_.paths.audit;
  writer.host = host_;
  writer.etc = options_.paths.etc;
  writer.head = options_.paths.lib + "/" + audit::kHeadFile;
  writer.reserve = settings.reserve;
  writer.per_person = settings.per_person;
  writer.seal = {settings.checkpoint_records, settings.checkpoint_time};
  writer.copies = {settings.syslog, settings.journal};
  writer.log = log_;
  audit_.Configure(std::move(writer), audit_user_);
  if (settings.export_command.empty()) return {};
  audit::ExporterOptions exporter;
  exporter.directory = options_.paths.audit;
  exporter.position = options_.paths.lib + "/" + kExportPosition;
  exporter.command = settings.export_command;
  exporter.log = log_;
  if (geteuid() == 0) {
    const auto user = FindSystemUser(role::kExport.user);
    if (!user) return base::Fail(user.error());
    exporter.user = *user;
  }
  export_.Configure(std::move(exporter));
  return {};
}

base::Result<void> Broker::SetUpRuns() {
  // Orphans of a lost supervisor become children of this process (prctl(2)).
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  // Not dumpable: no core file holds the host keys (prctl(2)).
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  auto connections = base::Crowd::Create(loop_);
  if (!connections) return base::Fail(std::move(connections.error()));
  connections_ = std::move(*connections);
  auto child_log = role::ChildLog::Create(loop_, clock_, log_);
  if (!child_log) return base::Fail(std::move(child_log.error()));
  child_log_ = std::move(*child_log);
  if (auto made = base::MakeDirectories(options_.paths.audit, 0750); !made) return made;
  auto registry = run::Registry::Open(options_.paths.lib);
  if (!registry) return base::Fail(std::move(registry.error()));
  registry_ = std::move(*registry);
  std::optional<record::Owner> owner;
  if (recorder_) owner = record::Owner{recorder_->uid, recorder_->gid};
  auto recordings = record::Store::Open(options_.paths.lib, owner);
  if (!recordings) return base::Fail(std::move(recordings.error()));
  recordings_ = std::move(*recordings);
  if (auto key = launcher::MakeVariablesKey(options_.paths.lib); !key) return key;
  auto boot = run::BootId();
  if (!boot) return base::Fail(std::move(boot.error()));
  if (auto configured = ConfigureAudit(); !configured) return configured;
  if (auto started = StartAuditWriter(); !started) return started;
  archives_.emplace(Archives::Deps{.registry = *registry_,
                                   .store = *recordings_,
                                   .clock = clock_,
                                   .log = log_,
                                   .child_log = *child_log_,
                                   .recorder = recorder_,
                                   .audit_control = [this] { return audit_.control(); }});
  recording_watch_.emplace(
      *registry_, *recordings_, [this](const audit::Event& event) { audit_.Post(event); }, log_);
  run_ends_.emplace(
      RunEndRecorder::Deps{
          .registry = *registry_,
          .clock = clock_,
          .log = log_,
          .record_all =
              [this](const std::vector<audit::Event>& events) { return RecordEnds(events); },
          .settled = [this](const std::string& run) { archives_->Add(run); },
          .is_own_child =
              [this](pid_t pid) {
                return pid == audit_.writer() || pid == export_.exporter() ||
                       children_.contains(pid);
              }},
      std::move(*boot));
  // Durable before the first caller is let in. A log that cannot be written stops the start.
  if (auto recorded = audit_.RecordFirst(audit::ServiceStarted{
          .version = options_.version, .development = !recorder_.has_value()});
      !recorded) {
    return base::Fail(std::move(recorded.error()).Context("audit log " + options_.paths.audit));
  }
  registry_->AdoptUnpublished(clock_.Now());
  ForgetRecordedEnds();
  PostConfiguration();
  WatchSignals();
  return {};
}

std::vector<base::Result<void>> Broker::RecordEnds(const std::vector<audit::Event>& events) {
  auto outcomes = audit_.RecordAll(events);
  for (const auto& outcome : outcomes) {
    ends_unsure_ |= !outcome && outcome.error().code() != base::Code::kSystem;
  }
  return outcomes;
}

// A killed broker or writer may have recorded the end of a run whose file is still there. Each end
// is recorded once, so such files are removed.
void Broker::ForgetRecordedEnds() {
  const auto runs = registry_->List();
  if (!runs) return;
  std::set<std::string> left;
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  for (const run::RunState& state : *runs) {
    if (state.supervised) continue;
    left.insert(state.record.id);
    first = std::min(first, state.record.started_ms);
  }
  if (left.empty()) return;
  const base::WallTime since{std::chrono::milliseconds(static_cast<std::int64_t>(first))};
  const auto ended = audit::RunsWithAnEnd(options_.paths.audit, left, base::FormatUtcDay(since));
  if (!ended) {
    log_(base::Level::kError, "reading the audit log: " + ended.error().message());
    return;
  }
  for (const std::string& id : *ended) {
    (void)registry_->Remove(id);
    archives_->Add(id);
  }
}

base::Result<void> Broker::SetUpIdentities() {
  gateway_uid_ = geteuid();
  for (const role::Role& each :
       {role::kMonitor, role::kSupervisor, role::kWatch, role::kArchivist, role::kWriter}) {
    role::PrepareFilter(each.calls);
  }
  if (geteuid() != 0) {
    log_(base::Level::kWarning,
         "development mode: without root everything shares one user, and what runs could alter its "
         "own record");
    return {};
  }
  const auto gateway = FindSystemUser(configuration_.settings.gateway_user);
  const auto record = FindSystemUser(role::kSupervisor.user);
  if (!gateway) return base::Fail(gateway.error());
  if (!record) return base::Fail(record.error());
  const auto monitor = FindSystemUser(role::kMonitor.user);
  if (!monitor) return base::Fail(monitor.error());
  if (gateway->uid == 0) {
    return base::Fail(
        base::Code::kInvalid,
        "gateway_user: root is refused: the gateway reads what strangers send; name a "
        "user that owns nothing, such as oneoff-gateway");
  }
  gateway_uid_ = gateway->uid;
  recorder_ = *record;
  monitor_user_ = *monitor;
  const auto audit = FindSystemUser(role::kWriter.user);
  if (!audit) return base::Fail(audit.error());
  audit_user_ = *audit;
  return {};
}

base::Result<void> Broker::Listen() {
  const std::string& run = options_.paths.run;
  if (auto made = base::MakeDirectories(run, 0755); !made) return made;
  auto directory = base::OpenDirectory(run);
  if (!directory) return base::Fail(std::move(directory.error()));
  auto listener = ListenAt(directory->get(), kSocket, 0177);
  if (!listener) return base::Fail(std::move(listener.error()).Context(run));
  listener_ = std::move(*listener);
  if (gateway_uid_ != geteuid() &&
      fchownat(directory->get(), kSocket, gateway_uid_, static_cast<gid_t>(-1), 0) != 0) {
    return base::FailSystem(run + "/" + kSocket);
  }
  auto local = ListenAt(directory->get(), kLocalSocket, 0111);
  if (!local) return base::Fail(std::move(local.error()).Context(run));
  local_listener_ = std::move(*local);
  return {};
}

void Broker::WatchSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&set, number);
  signals_.Reset(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace broker
