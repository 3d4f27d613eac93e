#include "gateway/run/registry.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <array>

#include "base/file.h"
#include "base/text.h"
#include "gateway/wire/codec.h"

namespace run {
namespace {

constexpr std::size_t kMaxFile = 128UL * 1024;  // bytes
constexpr std::size_t kMaxRuns = 100'000;
constexpr const char* kNew = ".new/";
constexpr int kNeverStarted = 70;  // the gateway's status for a run that was lost

struct flock WholeFile(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

base::UniqueFd OpenLock(int directory, const std::string& folder) {
  const std::string path = folder + "/lock";
  return base::UniqueFd(openat(directory, path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
}

// Whether somebody holds the lock, which OpenLock has just opened or not. Takes nothing. What
// cannot be found out counts as held: nobody's run is ended because of a want of descriptors.
bool IsLocked(const base::UniqueFd& lock_file) {
  if (!lock_file) return errno != ENOENT;
  struct flock lock = WholeFile(F_WRLCK);
  return fcntl(lock_file.get(), F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

template <class M>
base::Result<void> Write(int fd, const char* name, const M& message) {
  if (auto written = base::WriteAll(fd, wire::Encode(message)); !written) {
    return base::Fail(std::move(written.error()).Context(name));
  }
  return {};
}

template <class M>
base::Result<M> ReadMessage(int directory, const std::string& path) {
  const auto text = base::ReadFile(directory, path, kMaxFile);
  if (!text) return base::Fail(text.error());
  auto message = wire::Decode<std::variant<M>>(*text);
  if (!message) return base::Fail(std::move(message.error()).Context(path));
  return std::get<M>(std::move(*message));
}

// In one step, but not synced: after a crash of the host no run lives, and the audit log is what
// counts.
template <class M>
base::Result<void> WriteMessage(int folder, const char* name, const M& message) {
  const std::string beside = fmt::format(".{}", name);
  const base::UniqueFd fd(
      openat(folder, beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!fd) return base::FailSystem(name);
  if (auto written = Write(fd.get(), name, message); !written) return written;
  if (renameat(folder, beside.c_str(), folder, name) != 0) return base::FailSystem(name);
  return {};
}

void RemoveFolder(int directory, const std::string& path) {
  const auto names = base::ListDirectory(directory, path, 100);
  if (names) {
    for (const std::string& name : *names) {
      unlinkat(directory, fmt::format("{}/{}", path, name).c_str(), 0);
    }
  }
  unlinkat(directory, path.c_str(), AT_REMOVEDIR);
}

}  // namespace

base::Result<void> Entry::WriteLeader(const Leader& leader) const {
  return Write(lock_.get(), "lock", leader);
}

base::Result<void> Entry::WriteEnding(const Ending& ending) const {
  return WriteMessage(folder_.get(), "end.json", ending);
}

base::Result<Registry> Registry::Open(const std::string& lib) {
  if (auto made = base::MakeDirectories(lib + "/runs/.new", 0755); !made) {
    return base::Fail(std::move(made.error()).Context("registry of runs"));
  }
  auto runs = base::OpenDirectory(lib + "/runs");
  if (!runs) return base::Fail(std::move(runs.error()).Context("registry of runs"));
  return Registry(std::move(*runs));
}

base::UniqueFd Registry::OpenAdmission() const {
  return base::UniqueFd(openat(runs_.get(), ".admission", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

base::Result<base::UniqueFd> Registry::LockAdmission() const {
  base::UniqueFd fd = OpenAdmission();
  struct flock lock = WholeFile(F_WRLCK);
  if (!fd) return base::FailSystem("admission lock");
  while (fcntl(fd.get(), F_OFD_SETLKW, &lock) != 0) {
    if (errno != EINTR) return base::FailSystem("admission lock");
  }
  return fd;
}

base::Result<Entry> Registry::Create(const RunRecord& record, unsigned owner) const {
  const std::string path = kNew + record.id;
  if (mkdirat(runs_.get(), path.c_str(), 0700) != 0) return base::FailSystem("run's folder");
  base::UniqueFd folder(openat(runs_.get(), path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  base::UniqueFd lock(
      folder ? openat(folder.get(), "lock", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1);
  struct flock whole = WholeFile(F_WRLCK);
  base::Result<void> done;
  if (!lock || fcntl(lock.get(), F_OFD_SETLK, &whole) != 0) {
    done = base::FailSystem("run's lock");
  } else {
    // Not in one step: nobody sees it yet.
    const base::UniqueFd fd(openat(folder.get(), "run.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0640));
    done = fd ? Write(fd.get(), "run.json", record) : base::FailSystem("run.json");
  }
  if (done && owner != geteuid() && fchown(folder.get(), owner, static_cast<gid_t>(-1)) != 0) {
    done = base::FailSystem("run's folder");
  }
  if (!done) {
    Withdraw(record.id);
    return base::Fail(std::move(done.error()));
  }
  return Entry(std::move(folder), std::move(lock));
}

base::Result<void> Registry::Publish(const std::string& id) const {
  if (renameat(runs_.get(), (kNew + id).c_str(), runs_.get(), id.c_str()) != 0) {
    return base::FailSystem("run's folder");
  }
  return {};
}

void Registry::Withdraw(const std::string& id) const { RemoveFolder(runs_.get(), kNew + id); }

base::Result<RunState> Registry::Find(const std::string& id) const {
  RunState state;
  // The lock before the end: a supervisor writes its end and lets go of the lock after.
  const base::UniqueFd lock = OpenLock(runs_.get(), id);
  state.supervised = IsLocked(lock);
  const auto record = RecordOf("", id);
  if (!record) return base::Fail(record.error());
  state.record = **record;
  if (const auto text = lock ? base::ReadOpenFile(lock.get(), kMaxFile) : std::string()) {
    if (const auto leader = wire::Decode<std::variant<Leader>>(*text)) {
      state.leader = std::get<Leader>(*leader);
    }
  }
  if (auto ending = ReadMessage<Ending>(runs_.get(), id + "/end.json")) state.ending = *ending;
  return state;
}

bool Registry::IsAlive(const std::string& id) const {
  // In this order: it goes from the one to the other.
  const base::UniqueFd made = OpenLock(runs_.get(), kNew + id);
  if (made) return IsLocked(made);
  return IsLocked(OpenLock(runs_.get(), id));
}

base::Result<std::vector<RunState>> Registry::List(std::vector<std::string>* damaged) const {
  const auto records = ListRecords(damaged);
  if (!records) return base::Fail(records.error());
  std::vector<RunState> states;
  for (const RunRecord* record : *records) {
    if (auto state = Find(record->id)) states.push_back(std::move(*state));
  }
  return states;
}

base::Result<const RunRecord*> Registry::RecordOf(const std::string& folder,
                                                  const std::string& id) const {
  const auto known = records_.find(id);
  if (known != records_.end()) return &known->second;
  auto record = ReadMessage<RunRecord>(runs_.get(), folder + id + "/run.json");
  if (!record) return base::Fail(std::move(record.error()));
  record->id = id;
  return &records_.emplace(id, std::move(*record)).first->second;
}

base::Result<void> Registry::AddRecords(const std::string& folder,
                                        std::vector<std::string>* damaged,
                                        std::map<std::string, const RunRecord*>& to) const {
  const auto names = base::ListDirectory(runs_.get(), "./" + folder, kMaxRuns);
  if (!names) return base::Fail(names.error());
  for (const std::string& name : *names) {
    if (name.front() == '.') continue;
    if (const auto record = RecordOf(folder, name)) {
      to[name] = *record;
    } else if (damaged != nullptr && record.error().code() != base::Code::kNotFound) {
      damaged->push_back(name);
    }
  }
  return {};
}

base::Result<Registry::Records> Registry::ListRecords(std::vector<std::string>* damaged) const {
  std::map<std::string, const RunRecord*> found;
  if (auto added = AddRecords("", damaged, found); !added) return base::Fail(added.error());
  std::erase_if(records_, [&](const auto& entry) { return !found.contains(entry.first); });
  Records records;
  records.reserve(found.size());
  for (const auto& [_, record] : found) records.push_back(record);
  return records;
}

base::Result<Registry::Records> Registry::ListAdmitted() const {
  std::map<std::string, const RunRecord*> found;
  // In this order: it goes from the one to the other.
  auto added = AddRecords(kNew, nullptr, found);
  if (added) added = AddRecords("", nullptr, found);
  if (!added) return base::Fail(added.error());
  Records records;
  records.reserve(found.size());
  for (const auto& [_, record] : found) records.push_back(record);
  return records;
}

base::Result<void> Registry::Remove(const std::string& id) const {
  // Out of sight in one step, so that nobody meets half a folder.
  const std::string aside = kNew + id;
  if (renameat(runs_.get(), id.c_str(), runs_.get(), aside.c_str()) != 0) {
    return base::FailSystem("run's folder");
  }
  RemoveFolder(runs_.get(), aside);
  return {};
}

void Registry::AdoptUnpublished(base::WallTime now) const {
  const auto names = base::ListDirectory(runs_.get(), ".new", kMaxRuns);
  if (!names || names->empty()) return;
  // Whoever makes a folder holds this until the folder is locked.
  const base::UniqueFd admission = OpenAdmission();
  struct flock lock = WholeFile(F_WRLCK);
  if (!admission || fcntl(admission.get(), F_OFD_SETLK, &lock) != 0) return;
  for (const std::string& name : *names) {
    const std::string path = kNew + name;
    if (IsLocked(OpenLock(runs_.get(), path))) continue;
    const base::UniqueFd folder(
        openat(runs_.get(), path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    const Ending ending{.how = How::kNotStarted,
                        .status = kNeverStarted,
                        .ended_ms = static_cast<std::uint64_t>(now.time_since_epoch().count()),
                        .complete = true};
    if (!folder || !ReadMessage<RunRecord>(folder.get(), "run.json") ||
        !WriteMessage(folder.get(), "end.json", ending) || !Publish(name)) {
      RemoveFolder(runs_.get(), path);
    }
  }
}

base::Result<std::string> NewRunId() {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<unsigned char, 8> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return base::FailSystem("getrandom");
  }
  std::string id;
  for (const unsigned char byte : random) id += kAlphabet[byte % kAlphabet.size()];
  return id;
}

base::Result<std::string> BootId() {
  const auto text = base::ReadFile(AT_FDCWD, "/proc/sys/kernel/random/boot_id", 100);
  if (!text) return base::Fail(text.error());
  return std::string(base::Trim(*text));
}

}  // namespace run
