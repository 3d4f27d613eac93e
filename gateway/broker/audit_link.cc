#include "gateway/broker/audit_link.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <utility>

#include "base/file.h"
#include "base/packet.h"
#include "gateway/audit/handed_keys.h"
#include "gateway/audit/head.h"
#include "gateway/role/birth.h"

namespace broker {
namespace {

constexpr std::chrono::seconds kDeadline{3};
constexpr std::chrono::minutes kRecovery{10};
constexpr const char* kBehind = "the audit writer took nothing up at that time";
constexpr std::size_t kMaxLogFiles = 1'000'000;

}  // namespace

// Makes the socket over which a writer gets its keys if it may not read the key files.
base::Result<void> AuditLink::MakeLine(base::UniqueFd& writers_end) {
  keys_.Reset();
  if (!user_) return {};
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  if (!pair) return base::Fail(std::move(pair.error()));
  keys_ = std::move(pair->first);
  writers_end = std::move(pair->second);
  return audit::HandKeys(keys_.get(), audit::KeyFiles(options_.etc));
}

// The writer owns the log. Older installations left it to root, so root's files change hands here.
base::Result<void> AuditLink::GiveLog(int folder) const {
  if (!user_) return {};
  const auto names = base::ListDirectory(folder, ".", kMaxLogFiles);
  if (!names) return base::Fail(names.error());
  constexpr auto kAsItIs = static_cast<gid_t>(-1);
  for (const std::string& name : *names) {
    struct stat info {};
    const bool found = fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
    // A file with a second hard link may belong to another folder; chown would give it away.
    const bool roots = found && S_ISREG(info.st_mode) && info.st_nlink == 1 && info.st_uid == 0;
    if (roots && fchownat(folder, name.c_str(), user_->uid, kAsItIs, AT_SYMLINK_NOFOLLOW) != 0) {
      return base::FailSystem(options_.directory + "/" + name);
    }
  }
  if (fchown(folder, user_->uid, kAsItIs) != 0) return base::FailSystem(options_.directory);
  return {};
}

base::Result<void> AuditLink::Start() {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  if (!pair) return base::Fail(std::move(pair.error()).Context("audit writer"));
  base::UniqueFd line;
  if (auto made = MakeLine(line); !made) {
    return base::Fail(std::move(made.error()).Context("audit writer"));
  }
  const auto folder = base::OpenDirectory(options_.directory);
  if (!folder) return base::Fail(base::Error(folder.error()).Context("audit writer"));
  if (auto given = GiveLog(folder->get()); !given) {
    return base::Fail(std::move(given.error()).Context("audit writer"));
  }
  options_.folder = folder->get();
  // Root owns the folder of the head file, so the writer gets a descriptor of this one file.
  auto head = audit::HeadFile::OpenFile(options_.head);
  if (!head) return base::Fail(std::move(head.error()).Context("audit writer"));
  options_.head_file = head->get();
  const int writers_end = pair->second.get();
  const role::Birth birth = {.keep = {writers_end, line.get(), folder->get(), head->get()},
                             .user = user_,
                             .folders = {folder->get()},
                             .first = [this]() -> base::Result<void> {
                               forget_();
                               // Syslog needs local time, and the writer cannot read /etc later.
                               tzset();
                               return {};
                             }};
  auto child = role::ForkAs(role::kWriter, birth, log_, [&](const base::Log&) {
    base::UniqueFd control(writers_end);
    if (!line) return audit::RunWriter(std::move(control), options_);
    return audit::RunWriter(std::move(control), options_,
                            std::make_unique<audit::HandedKeys>(std::move(line), options_.etc));
  });
  if (!child) return base::Fail(std::move(child.error()).Context("audit writer"));
  writer_ = std::move(*child);
  control_ = std::move(pair->first);
  auto client = audit::Introduce(control_.get());
  if (!client) {
    control_.Reset();  // the writer exits and is started again
    return base::Fail(std::move(client.error()).Context("audit writer"));
  }
  client_ = std::move(*client);
  return {};
}

bool AuditLink::OnKeys() {
  bool none = false;
  const auto heard = audit::HearOfKeys(keys_.get(), audit::KeyFiles(options_.etc), none);
  if (!heard) log_(base::Level::kError, "audit: " + heard.error().message());
  return !none;
}

void AuditLink::HandKeys() {
  if (!keys_) return;
  if (auto handed = audit::HandKeys(keys_.get(), audit::KeyFiles(options_.etc)); !handed) {
    log_(base::Level::kError, "audit: " + handed.error().message());
  }
}

void AuditLink::OnWriterEnded() {
  keys_.Reset();
  writer_.Detach();  // the broker reaps it with its other children
  client_.reset();
  control_.Reset();
}

base::Result<void> AuditLink::Record(const audit::Event& event) {
  return std::move(RecordAll({event}).front());
}

base::Result<void> AuditLink::RecordFirst(const audit::Event& event) {
  if (!client_) return base::Fail(base::Code::kUnavailable, "no audit writer");
  auto sequence = client_->Record(event, kRecovery);
  return sequence ? base::Result<void>() : base::Fail(std::move(sequence.error()));
}

std::vector<base::Result<void>> AuditLink::RecordAll(const std::vector<audit::Event>& events) {
  std::vector<base::Result<void>> outcomes;
  if (!client_) {
    outcomes.assign(events.size(), base::Fail(base::Code::kUnavailable, "no audit writer"));
    return outcomes;
  }
  for (auto& sequence : client_->RecordAll(events, kDeadline)) {
    outcomes.push_back(sequence ? base::Result<void>() : base::Fail(std::move(sequence.error())));
  }
  return outcomes;
}

void AuditLink::Post(const audit::Event& event) {
  const base::Result<void> posted =
      client_ ? client_->Post(event) : base::Fail(base::Code::kUnavailable, "no audit writer");
  if (posted) return TellDropped();
  ++dropped_;
  if (!std::exchange(told_, true)) log_(base::Level::kError, "audit: " + posted.error().message());
}

void AuditLink::AddDropped(std::uint64_t count) { dropped_ += count; }

void AuditLink::TellDropped() {
  if (dropped_ == 0 || !client_ || !client_->PostDropped(dropped_, kBehind)) return;
  dropped_ = 0;
  told_ = false;
}

void AuditLink::Close() {
  TellDropped();
  client_.reset();
  control_.Reset();
  if (!writer_.valid()) return;
  pollfd ended{writer_.pidfd(), POLLIN, 0};
  // The writer ends by itself once its control socket is closed. It must have the time to sign its
  // last records.
  poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(kDeadline).count()));
  writer_.Detach();
}

}  // namespace broker
