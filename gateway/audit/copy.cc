#include "gateway/audit/copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "gateway/audit/copy_text.h"

namespace audit {
namespace {

constexpr const char* kSyslogSocket = "/dev/log";
constexpr const char* kJournalSocket = "/run/systemd/journal/socket";
constexpr const char* kJournalFolder = "/run/systemd/journal/";
constexpr std::chrono::milliseconds kConnectAgain{200};

// Whether the socket at `path` is the journal's.
bool IsTheJournals(const char* path) {
  std::array<char, PATH_MAX> real{};
  return realpath(path, real.data()) != nullptr &&
         std::string_view(real.data()).starts_with(kJournalFolder);
}

}  // namespace

std::vector<Copy> Copy::Make(const CopyPaths& paths, const base::Clock& clock,
                             const base::Log& log) {
  std::vector<Copy> copies;
  std::string journal = paths.journal;
  if (journal == CopyPaths::kAuto) {
    journal = access(kJournalSocket, F_OK) == 0 ? kJournalSocket : CopyPaths::kNone;
  }
  if (journal != CopyPaths::kNone) copies.emplace_back(Form::kJournal, journal, clock, log);
  std::string syslog = paths.syslog;
  if (syslog == CopyPaths::kAuto) {
    const bool own = access(kSyslogSocket, F_OK) == 0 &&
                     // On a host with systemd, /dev/log usually leads to the journal, which would
                     // get each record twice.
                     (journal == CopyPaths::kNone || !IsTheJournals(kSyslogSocket));
    syslog = own ? kSyslogSocket : CopyPaths::kNone;
  }
  if (syslog != CopyPaths::kNone) copies.emplace_back(Form::kSyslog, syslog, clock, log);
  const bool asked = paths.syslog == CopyPaths::kAuto || paths.journal == CopyPaths::kAuto;
  if (copies.empty() && asked) {
    log(base::Level::kWarning,
        "this host has neither syslog nor a journal: no copy of the audit log leaves its folder");
  }
  return copies;
}

void Copy::Add(std::uint64_t seq, std::string_view line) {
  Message message{
      seq, form_ == Form::kSyslog ? SyslogText(line, getpid(), clock_->Now()) : JournalText(line)};
  // A copy may be lost, and is told of. The log itself never waits for syslog or the journal.
  if (waiting_bytes_ + message.text.size() > kMaxWaiting) return Lose(seq, "it takes nothing");
  waiting_bytes_ += message.text.size();
  waiting_.push_back(std::move(message));
}

bool Copy::Connect() {
  if (socket_) return true;
  const base::MonotonicTime now = clock_->Monotonic();
  if (now < next_try_) return false;
  next_try_ = now + kConnectAgain;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  base::UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return false;
  }
  socket_ = std::move(fd);
  return true;
}

bool Copy::Send(const Message& message) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!Connect()) return false;
    if (send(socket_.get(), message.text.data(), message.text.size(), MSG_NOSIGNAL) >= 0) {
      return true;
    }
    // The daemon is slow or stands still. The message stays in the queue.
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return false;
    if (errno == EMSGSIZE) {
      Lose(message.seq, "it is too long for it");
      return true;
    }
    // The receiver has gone. Connect again, because a new one may be there.
    socket_.Reset();
  }
  return false;
}

bool Copy::Flush() {
  bool sent = false;
  while (!waiting_.empty() && Send(waiting_.front())) {
    waiting_bytes_ -= waiting_.front().text.size();
    waiting_.pop_front();
    sent = true;
  }
  return sent;
}

void Copy::Lose(std::uint64_t seq, const std::string& why) {
  if (lost_.count++ == 0) lost_.first = seq;
  lost_.last = seq;
  if (std::exchange(told_, true)) return;
  log_(base::Level::kError,
       fmt::format("{} ({}): no copy of record {} of the audit log gets there: {}", name(), path_,
                   seq, why));
}

std::optional<CopiesLost> Copy::TakeLoss() {
  if (lost_.count == 0 || waiting()) return std::nullopt;
  CopiesLost lost = std::exchange(lost_, CopiesLost());
  lost.to = name();
  told_ = false;
  log_(base::Level::kError, fmt::format("{} ({}): {} records of the audit log, from {} to {}, did "
                                        "not get there",
                                        name(), path_, lost.count, lost.first, lost.last));
  return lost;
}

}  // namespace audit
