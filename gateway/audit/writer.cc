#include "gateway/audit/writer.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/packet.h"
#include "gateway/audit/head.h"
#include "gateway/audit/queue.h"
#include "gateway/audit/reserve.h"
#include "gateway/audit/shares.h"
#include "gateway/audit/wire.h"

namespace audit {
namespace {

constexpr int kPacketsATurn = 64;              // of one client, before the next client's turn
constexpr std::size_t kMaxPieces = 64U << 20;  // bytes of unfinished requests, all clients together
constexpr std::chrono::milliseconds kRetry{1000};  // between attempts to write
constexpr std::chrono::seconds kPredecessor{10};   // how long to wait for a former writer's lock
constexpr int kLockRetryMs = 20;
constexpr std::chrono::milliseconds kCopyAgain{20};  // between attempts to send copies
constexpr int kLastCopies = 25;                      // attempts at the end
constexpr std::uint64_t kOfVolume = 16;              // a person's share is at most this fraction
constexpr std::uint64_t kLeastShare = 1U << 20;      // but this of a small volume
constexpr int kMaxWaitMs = 3'600'000;
constexpr int kLastRounds = 64;  // of reading from clients after the control socket has closed
// Values in epoll's data. Clients have numbers from kFirstPeer.
constexpr std::uint64_t kControl = 0;
constexpr std::uint64_t kKeys = 1;
constexpr std::uint64_t kFirstPeer = 2;

bool IsSeqpacket(int fd) {
  int type = 0;
  int domain = 0;
  socklen_t size = sizeof type;
  if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return false;
  size = sizeof domain;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && type == SOCK_SEQPACKET &&
         domain == AF_UNIX;
}

void IgnoreSignals() {
  // SIGXFSZ: a file size limit makes write(2) fail with EFBIG instead.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ}) {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(number, &ignore, nullptr);
  }
}

void AllowDescriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  constexpr rlim_t kWanted = kMaxClients + 64;
  if (limit.rlim_cur >= kWanted) return;
  limit.rlim_cur = std::min<rlim_t>(kWanted, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

class Writer {
 public:
  // `handed` null: the writer reads the key files itself.
  Writer(base::UniqueFd control, WriterOptions options, std::unique_ptr<HandedKeys> handed,
         const base::Clock& clock, const Disk& disk)
      : control_(std::move(control)),
        options_(std::move(options)),
        handed_(handed.get()),
        clock_(clock),
        disk_(disk),
        sealer_(handed ? CheckpointSigner(std::move(handed), options_.seal, clock, options_.log)
                       : CheckpointSigner(options_.etc, options_.seal, clock, options_.log)),
        shares_(clock),
        reserve_(options_.directory, options_.reserve, disk, options_.log) {}

  int Run();

 private:
  struct Peer {
    base::UniqueFd socket;
    Assembly assembly;
  };
  enum class Read { kSome, kNothing };

  bool Watch(int fd, std::uint64_t id);
  void WatchKeys();
  void OnKeys();
  int Timeout() const;
  // Returns a path to the log's folder.
  std::string Folder() const {
    return options_.folder < 0 ? options_.directory
                               : fmt::format("/proc/self/fd/{}", options_.folder);
  }
  void AwaitPredecessor();
  void OpenHead();
  base::Result<void> OpenLog();
  void Turn();
  void Accept();
  Read Take(std::uint64_t id, int packets);
  bool Handle(std::uint64_t id, Peer& peer, std::string_view packet);
  bool Add(std::uint64_t id, Peer& peer, const Request& request, std::size_t bytes);
  bool HasShare(const Event& event, std::size_t bytes);
  void AddSums();
  void Drop(std::uint64_t id);
  bool IsDue() const;
  bool Copying() const;
  void FlushCopies();
  void FinishCopies();
  void Commit(CheckpointSigner::Reason reason = CheckpointSigner::Reason::kBatch);
  void KeepHead();
  void Complain(const base::Error& error);
  void Finish();

  base::UniqueFd control_;
  WriterOptions options_;
  HandedKeys* handed_;  // the checkpoint signer owns it
  const base::Clock& clock_;
  const Disk& disk_;
  CheckpointSigner sealer_;
  base::UniqueFd key_changes_;
  base::UniqueFd epoll_;
  std::optional<HeadFile> head_file_;
  std::uint64_t headed_ = 0;  // Log::next() when the head was last written
  std::string complained_;
  std::optional<Log> log_;
  Queue queue_;
  Shares shares_;
  Reserve reserve_;
  std::vector<Copy> copies_;
  std::map<std::uint64_t, Peer> peers_;
  std::uint64_t next_peer_ = kFirstPeer;
  std::size_t pieces_ = 0;  // bytes in all peers' assemblies
  std::chrono::milliseconds copy_wait_{kCopyAgain};
  std::chrono::steady_clock::time_point committed_;  // when Commit last ran
  bool failed_ = false;                              // the last Commit failed
};

int Writer::Run() {
  IgnoreSignals();
  AllowDescriptors();
  epoll_.Reset(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_ || !base::SetNonBlocking(control_.get()) || !Watch(control_.get(), kControl))
    return 1;
  WatchKeys();
  OpenHead();
  copies_ = Copy::Make(options_.copies, clock_, options_.log);
  AwaitPredecessor();
  while (control_) Turn();
  Finish();
  return queue_.HasBacklog() ? 1 : 0;
}

bool Writer::Watch(int fd, std::uint64_t id) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

// Watches for a new key, so that it is used at once. Without a watch the next writer uses it.
void Writer::WatchKeys() {
  if (handed_ != nullptr) {
    handed_->Receive();
    (void)Watch(handed_->fd(), kKeys);
    return;
  }
  if (options_.etc.empty()) return;
  key_changes_.Reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!key_changes_ ||
      inotify_add_watch(key_changes_.get(), options_.etc.c_str(), IN_MOVED_TO) < 0 ||
      !Watch(key_changes_.get(), kKeys)) {
    key_changes_.Reset();
  }
}

void Writer::OnKeys() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  while (key_changes_ && read(key_changes_.get(), buffer.data(), buffer.size()) > 0) {
  }
  if (handed_ != nullptr) handed_->Receive();
  sealer_.Refresh();
}

int Writer::Timeout() const {
  int timeout = -1;
  const auto within = [&](std::int64_t ms) {
    const auto most = static_cast<int>(std::clamp<std::int64_t>(ms, 0, kMaxWaitMs));
    timeout = timeout < 0 ? most : std::min(timeout, most);
  };
  if (Copying()) within(copy_wait_.count());
  if (queue_.HasBacklog()) within(kRetry.count());
  if (const auto due = shares_.Wait()) within(std::max(*due, kRetry).count());
  // After a failure, wait before the next signature.
  if (const auto due = sealer_.Wait()) within(failed_ ? kRetry.count() : due->count());
  return timeout;
}

void Writer::AwaitPredecessor() {
  const auto deadline = std::chrono::steady_clock::now() + kPredecessor;
  while (Log::IsHeld(Folder()) && std::chrono::steady_clock::now() < deadline) {
    pollfd hangup{control_.get(), 0, 0};
    if (poll(&hangup, 1, kLockRetryMs) > 0) return;
  }
  // If this fails, clients that ask for a record get the error.
  static_cast<void>(OpenLog());
}

void Writer::OpenHead() {
  if (options_.head.empty()) return;
  auto fd = options_.head_file < 0 ? HeadFile::OpenFile(options_.head)
                                   : base::Result<base::UniqueFd>(base::UniqueFd(
                                         fcntl(options_.head_file, F_DUPFD_CLOEXEC, 0)));
  if (!fd) return Complain(fd.error());
  auto head = HeadFile::Open(std::move(*fd), options_.head);
  if (!head) return Complain(head.error());
  head_file_ = std::move(*head);
}

base::Result<void> Writer::OpenLog() {
  if (log_) return {};
  auto directory = base::OpenDirectory(Folder());
  if (!directory) return base::Fail(std::move(directory.error()));
  std::optional<Log::Known> known;
  if (head_file_) {
    const auto head = ReadOpenHead(head_file_->fd(), options_.head);
    if (!head) Complain(head.error());
    if (head && *head) known = {(*head)->seq, (*head)->digest};
  }
  const auto on_durable = [this](std::uint64_t seq, std::string_view line) {
    for (Copy& copy : copies_) copy.Add(seq, line);
  };
  auto log = Log::Open(std::move(*directory), options_.host, clock_, disk_,
                       copies_.empty() ? Log::OnDurable() : on_durable, known);
  if (!log) return base::Fail(std::move(log.error()).Context(options_.directory));
  if (auto begun = sealer_.Begin(log->key()); !begun) return begun;
  log_.emplace(std::move(*log));
  return {};
}

void Writer::Turn() {
  std::array<epoll_event, 256> ready{};
  const int n = epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), Timeout());
  if (n < 0 && errno != EINTR) {
    control_.Reset();
    return;
  }
  // A full queue is written first. What is not read waits in the clients' sockets.
  for (int i = 0; i < n && !queue_.full(); ++i) {
    const std::uint64_t id = ready.at(static_cast<std::size_t>(i)).data.u64;
    if (id == kControl) {
      Accept();
    } else if (id == kKeys) {
      OnKeys();
    } else {
      Take(id, kPacketsATurn);
    }
  }
  if (const auto due = shares_.Wait(); due && due->count() == 0) AddSums();
  if (!queue_.empty() || IsDue()) Commit();
  FlushCopies();
}

void Writer::Accept() {
  for (int i = 0; i < kPacketsATurn; ++i) {
    auto packet = base::ReceivePacket(control_.get(), base::Wait::kNo);
    if (!packet) {
      const base::Code code = packet.error().code();
      // Not from a client; or no descriptor is free. The packet is lost.
      if (code == base::Code::kTooLarge || code == base::Code::kSystem) continue;
      if (code != base::Code::kUnavailable) control_.Reset();
      return;
    }
    if (packet->bytes != kIntroduction || packet->fds.size() != 1) continue;
    base::UniqueFd socket = std::move(packet->fds.front());
    // Only a packet socket keeps the boundaries of requests.
    if (peers_.size() == kMaxClients || !IsSeqpacket(socket.get()) ||
        !base::SetNonBlocking(socket.get()) || !Watch(socket.get(), next_peer_)) {
      continue;  // the client finds its connection closed
    }
    peers_.emplace(next_peer_++, Peer{std::move(socket), {}});
  }
}

Writer::Read Writer::Take(std::uint64_t id, int packets) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return Read::kNothing;
  Peer& peer = found->second;
  for (int i = 0; i < packets && !queue_.full(); ++i) {
    const auto packet = base::ReceivePacket(peer.socket.get(), base::Wait::kNo);
    if (!packet && packet.error().code() == base::Code::kUnavailable) {
      return i > 0 ? Read::kSome : Read::kNothing;
    }
    if (!packet || !Handle(id, peer, packet->bytes)) {
      Drop(id);
      return i > 0 ? Read::kSome : Read::kNothing;
    }
  }
  return Read::kSome;
}

bool Writer::Handle(std::uint64_t id, Peer& peer, std::string_view packet) {
  pieces_ -= peer.assembly.size();
  const auto text = peer.assembly.Add(packet);
  pieces_ += peer.assembly.size();
  // The client loses its connection: many unfinished requests must not fill the writer's memory.
  if (!text || pieces_ > kMaxPieces) return false;
  if (!*text) return true;
  const auto request = ParseRequest(**text);
  return request && Add(id, peer, *request, (*text)->size());
}

// The person of an event that begins something: a run, a watch, an act on a run. Null for others.
const std::string* BeginsBy(const Event& event) {
  if (const auto* const run = std::get_if<RunStarted>(&event)) return &run->person;
  if (const auto* const watch = std::get_if<RunWatched>(&event)) return &watch->person;
  if (const auto* const managed = std::get_if<RunManaged>(&event)) return &managed->person;
  return nullptr;
}

// `bytes`: of the request, nearly those of its record.
bool Writer::Add(std::uint64_t id, Peer& peer, const Request& request, std::size_t bytes) {
  if (request.dropped > 0) {
    queue_.AddDropped(request.dropped, request.cause);
    return true;
  }
  reserve_.Look();
  if (request.id == 0) {
    const auto room = reserve_.scarce() ? Shares::Room::kScarce : Shares::Room::kEnough;
    return !shares_.Takes(request.event, room) || queue_.Add(id, request).has_value();
  }
  // Room must remain for the end of what starts now.
  const bool begins = BeginsBy(request.event) != nullptr;
  const auto refusal = begins ? reserve_.Refusal() : std::nullopt;
  if (refusal) {
    return base::SendPacket(peer.socket.get(), PackAnswer({request.id, 0, *refusal})).has_value();
  }
  if (!HasShare(request.event, bytes)) {
    const std::string why = "the records of your runs fill your share of the audit log";
    return base::SendPacket(peer.socket.get(), PackAnswer({request.id, 0, why, true})).has_value();
  }
  return queue_.Add(id, request).has_value();
}

// Whether a start fits into the person's share of the log. Any other event does.
bool Writer::HasShare(const Event& event, std::size_t bytes) {
  const std::string* const person = BeginsBy(event);
  if (options_.per_person == 0 || person == nullptr) return true;
  const std::uint64_t volume = reserve_.volume();
  const std::uint64_t most =
      volume == 0 ? options_.per_person
                  : std::min(options_.per_person, std::max(volume / kOfVolume, kLeastShare));
  return shares_.TakesStart(*person, bytes, most);
}

// While room is scarce the sums keep growing: each is one record, for any count.
void Writer::AddSums() {
  reserve_.Look();
  if (reserve_.scarce()) return;
  for (const Summed& sum : shares_.Take()) queue_.AddOwn(sum);
}

void Writer::Drop(std::uint64_t id) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  pieces_ -= found->second.assembly.size();
  // close(2) does not remove it from epoll(7) while another process has a copy.
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.socket.get(), nullptr);
  peers_.erase(found);
}

// Whether to write although no client has sent anything.
bool Writer::IsDue() const {
  const bool retry = std::chrono::steady_clock::now() - committed_ >= kRetry;
  if (queue_.HasBacklog() && retry) return true;
  const auto due = sealer_.Wait();
  return due && due->count() == 0 && (!failed_ || retry);
}

bool Writer::Copying() const {
  return std::any_of(copies_.begin(), copies_.end(),
                     [](const Copy& copy) { return copy.waiting(); });
}

// Records the loss of copies once it is complete.
void Writer::FlushCopies() {
  bool moved = false;
  for (Copy& copy : copies_) {
    moved |= copy.Flush();
    if (const auto lost = copy.TakeLoss()) queue_.AddOwn(*lost);
  }
  copy_wait_ = moved ? kCopyAgain : std::min(copy_wait_ * 2, kRetry);
}

// Gives syslog and the journal a short time to take the last copies.
void Writer::FinishCopies() {
  for (int i = 0; i < kLastCopies && Copying(); ++i) {
    poll(nullptr, 0, static_cast<int>(kCopyAgain.count()));
    FlushCopies();
  }
}

void Writer::Commit(CheckpointSigner::Reason reason) {
  const auto opened = OpenLog();
  const auto replies =
      opened ? queue_.Commit(*log_, sealer_, reason) : queue_.Refuse(opened.error());
  failed_ = !opened || log_->faulty();
  for (const auto& [id, answer] : replies) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) continue;
    // A client that reads no answers is dropped. The writer waits for no client.
    if (!base::SendPacket(found->second.socket.get(), PackAnswer(answer))) Drop(id);
  }
  if (!failed_) KeepHead();
  committed_ = std::chrono::steady_clock::now();
}

// Runs after each batch, once it is durable.
void Writer::KeepHead() {
  if (!head_file_ || log_->next() == headed_) return;
  headed_ = log_->next();
  if (headed_ == 1) return;
  if (auto written = head_file_->Write(sealer_.SignHead(headed_ - 1, log_->head())); !written) {
    Complain(written.error());
  }
}

// Logs each different error once, so that a full disk does not fill the operator's log.
void Writer::Complain(const base::Error& error) {
  if (error.message() == complained_) return;
  complained_ = error.message();
  options_.log(base::Level::kError, "audit: " + complained_);
}

void Writer::Finish() {
  for (int round = 0; round < kLastRounds; ++round) {
    bool more = false;
    std::vector<std::uint64_t> ids;
    for (const auto& [id, peer] : peers_) ids.push_back(id);
    for (const std::uint64_t id : ids) more = Take(id, kPacketsATurn) == Read::kSome || more;
    if (!queue_.empty() || queue_.HasBacklog()) Commit();
    if (!more) break;
  }
  for (const Summed& sum : shares_.Take()) queue_.AddOwn(sum);
  if (log_ || !queue_.empty()) Commit(CheckpointSigner::Reason::kFinish);
  FinishCopies();
}

}  // namespace

int RunWriter(base::UniqueFd control, const WriterOptions& options, const base::Clock& clock,
              const Disk& disk) {
  return Writer(std::move(control), options, nullptr, clock, disk).Run();
}

int RunWriter(base::UniqueFd control, const WriterOptions& options,
              std::unique_ptr<HandedKeys> keys) {
  const base::SystemClock clock;
  const Disk disk;
  return Writer(std::move(control), options, std::move(keys), clock, disk).Run();
}

int RunWriter(base::UniqueFd control, const WriterOptions& options) {
  const base::SystemClock clock;
  const Disk disk;
  return RunWriter(std::move(control), options, clock, disk);
}

}  // namespace audit
