// How a Broker starts: identities, keys, stores, sockets.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/signal_fd.h"
#include "base/text.h"
#include "gateway/audit/head.h"
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
constexpr std::size_t kSpareDescriptors = 2;  // as many as one packet carries

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
  // A socket's name stays when its process ends, and bind(2) refuses a name that exists.
  unlinkat(directory, name, 0);
  base::UniqueFd listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // bind(2) makes the socket with this umask: chmod(2) afterwards would leave a moment in which
  // others may connect.
  const mode_t before = umask(mask);
  const bool bound = listener && bind(listener.get(), reinterpret_cast<const sockaddr*>(&address),
                                      sizeof address) == 0;
  const int number = errno;
  umask(before);
  if (!bound) return base::FailSystem(name, number);
  if (listen(listener.get(), kBacklog) != 0) return base::FailSystem("listen");
  return listener;
}

// A connection takes one or two descriptors. Commands get the limit of their app.
void RaiseFileLimit() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

audit::WriterOptions WriterOptionsFrom(const config::AuditSettings& settings,
                                       const config::Paths& paths, const base::Log& log) {
  audit::WriterOptions options;
  options.directory = paths.audit;
  options.host = HostName();
  options.etc = paths.etc;
  options.head = paths.lib + "/" + audit::kHeadFile;
  options.reserve = settings.reserve;
  options.per_person = settings.per_person;
  options.seal = {settings.checkpoint_records, settings.checkpoint_time};
  options.copies = {settings.syslog, settings.journal};
  options.log = log;
  return options;
}

base::Result<void> MakeMissingAuditKey(const std::string& etc, const base::Log& log) {
  const audit::KeyFiles keys(etc);
  const auto present = keys.Current();
  if (!present) return base::Fail(present.error());
  if (*present) return {};
  const auto made = keys.MakeCurrent();
  if (!made) return base::Fail(made.error());
  log(base::Level::kInfo, "made a key for the audit log: " + made->text());
  return {};
}

// The launcher finds the person, from the uid and the policy of that moment.
ReceivedRequest From(LocalListener::Request& asked) {
  return {asked.caller, asked.uid,
          wire::Request{.person = "",
                        .fingerprint = "",
                        .key = "",
                        .address = "",
                        .user = std::move(asked.message.user),
                        .start = std::move(asked.message.start)},
          std::move(asked.connection)};
}

}  // namespace

Broker::Broker(BrokerOptions options, const base::Clock& clock, base::Log log)
    : options_(std::move(options)),
      clock_(clock),
      log_(std::move(log)),
      loop_(clock),
      audit_(log_, [this] { host_keys_.clear(); }),
      export_([this] { host_keys_.clear(); }),
      configuration_(loop_, log_, options_.paths,
                     LiveConfiguration::Hooks{
                         .post = [this](const audit::Event& event) { audit_.Post(event); },
                         .settings_changed =
                             [this] {
                               if (gateways_) gateways_->SendSettings();
                             },
                         .audit_keys_changed = [this] { audit_.HandKeys(); },
                         .tell_status = options_.tell_status}),
      children_(log_) {}

Broker::~Broker() = default;

base::Result<std::unique_ptr<Broker>> Broker::Create(BrokerOptions options,
                                                     const base::Clock& clock, base::Log log) {
  std::unique_ptr<Broker> broker(new Broker(std::move(options), clock, std::move(log)));
  if (auto done = broker->SetUp(); !done) return base::Fail(std::move(done.error()));
  return broker;
}

base::Result<void> Broker::SetUp() {
  RaiseFileLimit();
  auto done = configuration_.Read();
  if (!done) return done;
  for (const role::Role& each :
       {role::kMonitor, role::kSupervisor, role::kWatch, role::kArchivist, role::kWriter}) {
    role::PrepareFilter(each.calls);
  }
  const config::GatewaySettings& settings = configuration_.settings();
  auto identities = FindIdentities(settings.gateway_user, !settings.audit.export_command.empty());
  if (!identities) return base::Fail(std::move(identities.error()));
  identities_ = std::move(*identities);
  if (!identities_.recorder) {
    log_(base::Level::kWarning,
         "development mode: without root everything shares one user, and what runs could alter its "
         "own record");
  }
  done = SetUpKeys();
  // Orphans of a lost supervisor become children of this process (prctl(2)).
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  // Not dumpable: no core file holds the host keys (prctl(2)).
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (done) done = OpenStores();
  if (done) done = StartAudit();
  if (done) done = SetUpRunEnds();
  if (done) done = RecordStart();
  if (!done) return done;
  auto signals = base::OpenSignalFd(base::SignalSet({SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1}));
  if (!signals) return base::Fail(std::move(signals.error()));
  signals_ = std::move(*signals);
  spare_.emplace(signals_.get(), kSpareDescriptors);
  return Listen();
}

base::Result<void> Broker::SetUpKeys() {
  const std::string& etc = options_.paths.etc;
  if (options_.missing_host_key == BrokerOptions::MissingHostKey::kMake) {
    const auto made = MakeMissingHostKeys(
        etc, configuration_.settings().nist_curves ? BesideEd25519::kRsa : BesideEd25519::kNothing);
    if (!made) return base::Fail(made.error());
    for (const std::string& name : *made) log_(base::Level::kInfo, "made a host key: " + name);
  }
  HostKeys loaded = LoadHostKeys(etc);
  host_keys_ = std::move(loaded.keys);
  if (host_keys_.empty()) {
    return base::Fail(base::Code::kInvalid,
                      loaded.faults.empty() ? "no host key; make one: " + SayHowToMakeAHostKey(etc)
                                            : base::Join(loaded.faults, "\n"));
  }
  for (const std::string& fault : loaded.faults) log_(base::Level::kError, fault);
  if (options_.missing_host_key != BrokerOptions::MissingHostKey::kMake) return {};
  return MakeMissingAuditKey(etc, log_);
}

base::Result<void> Broker::OpenStores() {
  auto child_log = role::ChildLog::Create(loop_, clock_, log_);
  if (!child_log) return base::Fail(std::move(child_log.error()));
  child_log_ = std::move(*child_log);
  if (auto made = base::MakeDirectories(options_.paths.audit, 0750); !made) return made;
  auto registry = run::Registry::Open(options_.paths.lib);
  if (!registry) return base::Fail(std::move(registry.error()));
  registry_ = std::move(*registry);
  if (auto made = base::MakeDirectories(options_.paths.run, 0755); !made) return made;
  auto management = run::ManagementFolder::Open(options_.paths.run);
  if (!management) return base::Fail(std::move(management.error()));
  management_ = std::move(*management);
  std::optional<record::Owner> owner;
  if (identities_.recorder) {
    owner = record::Owner{identities_.recorder->uid, identities_.recorder->gid};
  }
  auto recordings = record::Store::Open(options_.paths.lib, owner);
  if (!recordings) return base::Fail(std::move(recordings.error()));
  recordings_ = std::move(*recordings);
  return launcher::MakeVariablesKey(options_.paths.lib);
}

base::Result<void> Broker::StartAudit() {
  const config::AuditSettings& settings = configuration_.settings().audit;
  audit_.Configure(WriterOptionsFrom(settings, options_.paths, log_), identities_.audit);
  if (!settings.export_command.empty()) {
    audit::ExporterOptions exporter;
    exporter.directory = options_.paths.audit;
    exporter.position = options_.paths.lib + "/" + kExportPosition;
    exporter.command = settings.export_command;
    exporter.log = log_;
    if (identities_.exporter) exporter.user = *identities_.exporter;
    export_.Configure(std::move(exporter));
  }
  return StartAuditWriter();
}

base::Result<void> Broker::SetUpRunEnds() {
  auto boot = run::BootId();
  if (!boot) return base::Fail(std::move(boot.error()));
  archives_.emplace(Archives::Deps{.registry = *registry_,
                                   .store = *recordings_,
                                   .clock = clock_,
                                   .log = log_,
                                   .child_log = *child_log_,
                                   .recorder = identities_.recorder,
                                   .audit_control = [this] { return audit_.control(); },
                                   .forget = [this] { host_keys_.clear(); }});
  recording_watch_.emplace(loop_, *registry_, *recordings_, audit_, log_);
  run_ends_.emplace(
      RunEndRecorder::Deps{.registry = *registry_,
                           .clock = clock_,
                           .log = log_,
                           .record_all =
                               [this](const std::vector<audit::Event>& events) {
                                 auto outcomes = audit_.RecordAll(events);
                                 for (const auto& outcome : outcomes) {
                                   ends_unsure_ |=
                                       !outcome && outcome.error().code() != base::Code::kSystem;
                                 }
                                 return outcomes;
                               },
                           .settled =
                               [this](const std::string& run) {
                                 management_->Remove(run);
                                 archives_->Add(run);
                               },
                           .is_own_child =
                               [this](pid_t pid) {
                                 return pid == audit_.writer() || pid == export_.exporter() ||
                                        children_.Contains(pid);
                               }},
      std::move(*boot));
  return {};
}

// Durable before the first caller is let in. A log that cannot be written stops the start.
base::Result<void> Broker::RecordStart() {
  if (auto recorded = audit_.RecordFirst(audit::ServiceStarted{
          .version = options_.version, .development = !identities_.recorder.has_value()});
      !recorded) {
    return base::Fail(std::move(recorded.error()).Context("audit log " + options_.paths.audit));
  }
  registry_->AdoptUnpublished(clock_.Now());
  run_ends_->ForgetRecorded(options_.paths.audit);
  configuration_.Record();
  return {};
}

base::Result<void> Broker::Listen() {
  const std::string& run = options_.paths.run;
  if (auto made = base::MakeDirectories(run, 0755); !made) return made;
  auto directory = base::OpenDirectory(run);
  if (!directory) return base::Fail(std::move(directory.error()));
  // Only the gateway's user may connect here; every user may connect to the local socket below.
  auto listener = ListenAt(directory->get(), kSocket, 0177);
  if (!listener) return base::Fail(std::move(listener.error()).Context(run));
  if (identities_.gateway != geteuid() &&
      fchownat(directory->get(), kSocket, identities_.gateway, static_cast<gid_t>(-1), 0) != 0) {
    return base::FailSystem(run + "/" + kSocket);
  }
  auto local = ListenAt(directory->get(), kLocalSocket, 0111);
  if (!local) return base::Fail(std::move(local.error()).Context(run));
  return SetUpCallers(std::move(*listener), std::move(*local));
}

// What serves the callers at the two sockets.
base::Result<void> Broker::SetUpCallers(base::UniqueFd gateways, base::UniqueFd local) {
  logins_.emplace(loop_, clock_, log_, audit_);
  const auto forget_keys = [this] { host_keys_.clear(); };
  requests_.emplace(
      RequestDispatcher::Deps{loop_, clock_, log_, configuration_, options_.paths, *registry_,
                              *recordings_, *management_, audit_, *child_log_, children_,
                              identities_.recorder},
      RequestDispatcher::Hooks{.forget = forget_keys, .local_answered = [this](int from) {
                                 local_callers_->Answered(from);
                               }});
  auto connections =
      Connections::Create({loop_, clock_, log_, configuration_, host_keys_, *child_log_,
                           identities_.monitor, *spare_, children_, *requests_, *logins_});
  if (!connections) return base::Fail(std::move(connections.error()));
  connections_ = std::move(*connections);
  gateways_.emplace(std::move(gateways),
                    Gateways::Deps{loop_, log_, configuration_, host_keys_, *spare_,
                                   identities_.gateway, *connections_, audit_},
                    Gateways::Hooks{.prune =
                                        [this](const std::string& by, base::UniqueFd answer) {
                                          archives_->AskPrune(by, std::move(answer));
                                          StartArchivist();
                                        },
                                    .gone = [this] { StopIfIdle(); }});
  local_callers_.emplace(
      std::move(local),
      LocalListener::Deps{loop_, log_, *child_log_, configuration_.current(), identities_.monitor,
                          *spare_},
      LocalListener::Hooks{
          .refresh = [this] { configuration_.ReloadIfChanged(); },
          .forget = forget_keys,
          .born =
              [this](base::Child child) {
                children_.Add(ChildKind::kLocalMonitor, std::move(child));
              },
          .request = [this](LocalListener::Request asked) { requests_->Serve(From(asked)); },
          .stranger = [this](const wire::LocalStranger& caller) { logins_->Record(caller); }});
  return {};
}

}  // namespace broker
