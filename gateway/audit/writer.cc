#include "gateway/audit/writer.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>

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
#include "gateway/audit/queue.h"
#include "gateway/audit/wire.h"

namespace audit {
namespace {

constexpr int kPacketsATurn = 64;                 // of one client before it is another's turn
constexpr std::size_t kMaxPieces = 64U << 20;     // bytes of all clients' unfinished requests
constexpr int kRetryMs = 1000;                    // while events are kept that could not be written
constexpr std::chrono::seconds kPredecessor{10};  // how long a former writer may take to let go
constexpr int kLockRetryMs = 20;
constexpr int kLastRounds = 64;  // of reading what clients had sent when the control socket closed
constexpr std::uint64_t kControl = 0;  // in epoll's data; clients count from 1

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
  // SIGXFSZ: a file's size limit is a failed write like any other.
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
  Writer(base::UniqueFd control, std::string directory, std::string host, const base::Clock& clock,
         const Disk& disk)
      : control_(std::move(control)),
        directory_(std::move(directory)),
        host_(std::move(host)),
        clock_(clock),
        disk_(disk) {}

  int Run();

 private:
  struct Peer {
    base::UniqueFd socket;
    Assembly assembly;
  };
  enum class Read { kSome, kNothing };

  bool Watch(int fd, std::uint64_t id);
  void AwaitPredecessor();
  base::Result<void> OpenLog();
  void Turn();
  void Accept();
  Read Take(std::uint64_t id, int packets);
  bool Handle(std::uint64_t id, Peer& peer, std::string_view packet);
  void Drop(std::uint64_t id);
  void Commit();
  void Finish();

  base::UniqueFd control_;
  std::string directory_;
  std::string host_;
  const base::Clock& clock_;
  const Disk& disk_;
  base::UniqueFd epoll_;
  std::optional<Log> log_;
  Queue queue_;
  std::map<std::uint64_t, Peer> peers_;
  std::uint64_t next_peer_ = kControl + 1;
  std::size_t pieces_ = 0;  // bytes in all peers' assemblies
};

int Writer::Run() {
  IgnoreSignals();
  AllowDescriptors();
  epoll_.Reset(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_ || !base::SetNonBlocking(control_.get()) || !Watch(control_.get(), kControl))
    return 1;
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

void Writer::AwaitPredecessor() {
  const auto deadline = std::chrono::steady_clock::now() + kPredecessor;
  while (Log::IsHeld(directory_) && std::chrono::steady_clock::now() < deadline) {
    pollfd hangup{control_.get(), 0, 0};
    if (poll(&hangup, 1, kLockRetryMs) > 0) return;
  }
  // What is wrong with it is told to those who ask for a record.
  static_cast<void>(OpenLog());
}

base::Result<void> Writer::OpenLog() {
  if (log_) return {};
  auto directory = base::OpenDirectory(directory_);
  if (!directory) return base::Fail(std::move(directory.error()));
  auto log = Log::Open(std::move(*directory), host_, clock_, disk_);
  if (!log) return base::Fail(std::move(log.error()).Context(directory_));
  log_.emplace(std::move(*log));
  return {};
}

void Writer::Turn() {
  std::array<epoll_event, 256> ready{};
  const int timeout = queue_.HasBacklog() ? kRetryMs : -1;
  const int n = epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), timeout);
  if (n < 0 && errno != EINTR) {
    control_.Reset();
    return;
  }
  for (int i = 0; i < n && !queue_.full(); ++i) {
    const std::uint64_t id = ready.at(static_cast<std::size_t>(i)).data.u64;
    if (id == kControl) {
      Accept();
    } else {
      Take(id, kPacketsATurn);
    }
  }
  if (!queue_.empty() || n == 0) Commit();
}

void Writer::Accept() {
  for (int i = 0; i < kPacketsATurn; ++i) {
    auto packet = base::ReceivePacket(control_.get(), base::Wait::kNo);
    if (!packet) {
      const base::Code code = packet.error().code();
      if (code == base::Code::kTooLarge) continue;  // nothing of ours; or no descriptor is left
      if (code != base::Code::kUnavailable) control_.Reset();
      return;
    }
    if (packet->bytes != kIntroduction || packet->fds.size() != 1) continue;
    base::UniqueFd socket = std::move(packet->fds.front());
    if (peers_.size() == kMaxClients || !IsSeqpacket(socket.get()) ||
        !base::SetNonBlocking(socket.get()) || !Watch(socket.get(), next_peer_)) {
      continue;  // it finds its connection closed
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
  if (!text || pieces_ > kMaxPieces) return false;
  if (!*text) return true;
  const auto request = ParseRequest(**text);
  return request && queue_.Add(id, *request);
}

void Writer::Drop(std::uint64_t id) {
  const auto found = peers_.find(id);
  if (found == peers_.end()) return;
  pieces_ -= found->second.assembly.size();
  // Closing is not enough for epoll if another process still has a copy of this end.
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.socket.get(), nullptr);
  peers_.erase(found);
}

void Writer::Commit() {
  const auto opened = OpenLog();
  const auto replies = opened ? queue_.Commit(*log_) : queue_.Refuse(opened.error());
  for (const auto& [id, answer] : replies) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) continue;
    if (!base::SendPacket(found->second.socket.get(), PackAnswer(answer))) Drop(id);
  }
}

void Writer::Finish() {
  for (int round = 0; round < kLastRounds; ++round) {
    bool more = false;
    std::vector<std::uint64_t> ids;
    for (const auto& [id, peer] : peers_) ids.push_back(id);
    for (const std::uint64_t id : ids) more = Take(id, kPacketsATurn) == Read::kSome || more;
    if (!queue_.empty() || queue_.HasBacklog()) Commit();
    if (!more) return;
  }
}

}  // namespace

int RunWriter(base::UniqueFd control, const std::string& directory, const std::string& host,
              const base::Clock& clock, const Disk& disk) {
  return Writer(std::move(control), directory, host, clock, disk).Run();
}

int RunWriter(base::UniqueFd control, const std::string& directory, const std::string& host) {
  const base::SystemClock clock;
  const Disk disk;
  return RunWriter(std::move(control), directory, host, clock, disk);
}

}  // namespace audit
