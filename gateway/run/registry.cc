#include "gateway/run/registry.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "gateway/run/output_log.h"
#include "gateway/wire/codec.h"

namespace run {
namespace {

constexpr std::size_t kMaxFile = 1024UL * 1024;  // bytes
constexpr off_t kMostOfRest = 4096;  // bytes: for Leader, Ending, and a dozen Attachments
constexpr std::size_t kMaxRuns = 100'000;
constexpr const char* kNew = ".new/";
constexpr const char* kEnded = ".ended/";
constexpr std::string_view kSuffix = ".jsonl";
constexpr off_t kMostPlaces = 1000;  // for watchers, in total and for each person
constexpr std::size_t kStretches = 1UL << 20;
constexpr int kNeverStarted = 70;  // exit status for a run that was lost

using Line = std::variant<RunRecord, Leader, Attachment, Ending>;

// A name that is no run's gives an id whose file does not exist.
std::string IdOf(std::string_view name) {
  return std::string(name.substr(0, name.size() - (name.ends_with(kSuffix) ? kSuffix.size() : 0)));
}

std::string NameOf(const std::string& id) { return id + std::string(kSuffix); }

// An open file description's lock (F_OFD_SETLK, fcntl(2)) passes from the launcher to its
// supervisor with the descriptor, and the kernel releases it however that process ends. A POSIX
// lock would be lost as soon as the process closes any descriptor of the file.
struct flock WholeFile(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

// Opens nothing but a regular file. O_NONBLOCK: to open a FIFO would wait for a writer.
base::UniqueFd OpenRun(int directory, const std::string& path, int flags = O_RDONLY) {
  base::UniqueFd file(
      openat(directory, path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat info {};
  if (file && (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))) {
    file.Reset();
    errno = EINVAL;
  }
  return file;
}

// Whether a process holds the lock of the file that OpenRun has just tried to open. Takes no lock.
// Returns true if that cannot be checked: a lack of descriptors must not end a run.
bool IsLocked(const base::UniqueFd& file) {
  if (!file) return errno != ENOENT;
  struct flock lock = WholeFile(F_WRLCK);
  return fcntl(file.get(), F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

// Appends the line in one write. Not synced: no run survives a crash of the host, and the audit log
// is the evidence. `torn`: the file may end with an incomplete line.
template <class M>
base::Result<void> AddLine(int fd, const M& message, bool torn = false) {
  return base::WriteAll(fd, (torn ? "\n" : "") + wire::Encode(message) + "\n");
}

// Reserves room, so that the end can be written even when the disk is full by then.
base::Result<void> ReserveRest(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return base::FailSystem("fstat");
  if (fallocate(fd, FALLOC_FL_KEEP_SIZE, info.st_size, kMostOfRest) == 0) return {};
  if (errno == EOPNOTSUPP) return {};
  return base::FailSystem("room for the run's end");
}

base::Result<RunState> ReadRun(int fd) {
  const auto text = base::ReadOpenFile(fd, kMaxFile);
  if (!text) return base::Fail(text.error());
  RunState state;
  bool known = false;
  std::size_t end = 0;
  for (std::size_t at = 0; (end = text->find('\n', at)) != std::string::npos; at = end + 1) {
    const auto line = wire::Decode<Line>(std::string_view(*text).substr(at, end - at));
    // A torn line: its writer was killed, or the disk was full.
    if (!line) continue;
    if (const auto* record = std::get_if<RunRecord>(&*line)) state.record = *record;
    if (const auto* leader = std::get_if<Leader>(&*line)) state.leader = *leader;
    if (const auto* now = std::get_if<Attachment>(&*line)) state.attachment = *now;
    if (const auto* ending = std::get_if<Ending>(&*line)) state.ending = *ending;
    known |= std::holds_alternative<RunRecord>(*line);
  }
  if (!known) return base::Fail(base::Code::kInvalid, "says of no run");
  return state;
}

}  // namespace

base::Result<void> Entry::WriteLeader(const Leader& leader) const {
  return AddLine(file_.get(), leader);
}

base::Result<void> Entry::WriteAttachment(const Attachment& attachment) const {
  return AddLine(file_.get(), attachment, true);
}

base::Result<void> Entry::WriteEnding(const Ending& ending) const {
  return AddLine(file_.get(), ending, true);
}

base::Result<Registry> Registry::Open(const std::string& lib) {
  auto made = base::MakeDirectories(lib + "/runs/.new", 0755);
  if (made) made = base::MakeDirectories(lib + "/runs/.ended", 0755);
  if (made) made = base::MakeDirectories(lib + "/" + OutputLog::kFolder, 0700);
  if (!made) return base::Fail(std::move(made.error()).Context("registry of runs"));
  auto runs = base::OpenDirectory(lib + "/runs");
  if (!runs) return base::Fail(std::move(runs.error()).Context("registry of runs"));
  auto outputs = base::OpenDirectory(lib + "/" + OutputLog::kFolder);
  if (!outputs) return base::Fail(std::move(outputs.error()).Context("outputs of runs"));
  return Registry(std::move(*runs), std::move(*outputs));
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

base::Result<Entry> Registry::Create(const RunRecord& record) const {
  const std::string path = kNew + NameOf(record.id);
  base::UniqueFd file(
      openat(runs_.get(), path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
  if (!file) return base::FailSystem("run's file");
  struct flock whole = WholeFile(F_WRLCK);
  auto done = fcntl(file.get(), F_OFD_SETLK, &whole) == 0 ? AddLine(file.get(), record)
                                                          : base::FailSystem("run's lock");
  if (done) done = ReserveRest(file.get());
  if (!done) {
    Withdraw(record.id);
    return base::Fail(std::move(done.error()).Context("run's file"));
  }
  return Entry(std::move(file));
}

base::Result<void> Registry::Publish(const std::string& id) const {
  const std::string name = NameOf(id);
  // RENAME_NOREPLACE: a second run with the same random id must not take the place of the first.
  if (renameat2(runs_.get(), (kNew + name).c_str(), runs_.get(), name.c_str(), RENAME_NOREPLACE) !=
      0) {
    return base::FailSystem("run's file");
  }
  return {};
}

void Registry::Withdraw(const std::string& id) const {
  unlinkat(runs_.get(), (kNew + NameOf(id)).c_str(), 0);
}

base::Result<RunState> Registry::Find(const std::string& id) const {
  const base::UniqueFd file = OpenRun(runs_.get(), NameOf(id));
  // Check the lock before reading: a supervisor writes the end first and releases the lock then.
  const bool supervised = IsLocked(file);
  if (!file) return base::FailSystem(NameOf(id));
  auto state = ReadRun(file.get());
  if (!state) return base::Fail(std::move(state.error()).Context(NameOf(id)));
  state->record.id = id;
  state->supervised = supervised;
  return state;
}

bool View::supervised() const { return IsLocked(file_); }

base::Result<RunState> View::Read() const { return ReadRun(file_.get()); }

base::Result<View> Registry::Look(const std::string& id) const {
  base::UniqueFd file = OpenRun(runs_.get(), NameOf(id));
  if (!file) return base::FailSystem(NameOf(id));
  return View(std::move(file));
}

base::Result<base::UniqueFd> Registry::TakeWatchersPlace(int most, std::string_view person,
                                                         int most_of_person) const {
  base::UniqueFd file(openat(runs_.get(), ".watchers", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return base::FailSystem("slots of watchers");
  // A slot is one locked byte of the file.
  const auto take = [&](off_t first, int places) {
    for (int place = 0; place < places; ++place) {
      struct flock lock = WholeFile(F_WRLCK);
      lock.l_start = first + place;
      lock.l_len = 1;
      if (fcntl(file.get(), F_OFD_SETLK, &lock) == 0) return true;
    }
    return false;
  };
  // Persons with the same hash share the slots.
  const std::size_t stretch = 1 + std::hash<std::string_view>()(person) % kStretches;
  if (!take(static_cast<off_t>(stretch) * kMostPlaces, most_of_person)) {
    return base::Fail(
        base::Code::kUnavailable,
        fmt::format("you watch {} runs, which is the limit for a person", most_of_person));
  }
  if (!take(0, most)) {
    return base::Fail(base::Code::kUnavailable, "too many runs are being watched");
  }
  return file;
}

bool Registry::Knows(const std::string& id) const {
  const auto is_there = [&](const std::string& path) {
    return faccessat(runs_.get(), path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
  };
  // In this order: Publish moves a run from .new into place.
  return is_there(kNew + NameOf(id)) || is_there(NameOf(id));
}

bool Registry::IsAlive(const std::string& id) const {
  // In this order: Publish moves a run from .new into place.
  const base::UniqueFd made = OpenRun(runs_.get(), kNew + NameOf(id));
  if (made) return IsLocked(made);
  return IsLocked(OpenRun(runs_.get(), NameOf(id)));
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
  // A record never changes once it is written; writers only add lines after it.
  const auto known = records_.find(id);
  if (known != records_.end()) return &known->second;
  const base::UniqueFd file = OpenRun(runs_.get(), folder + NameOf(id));
  if (!file) return base::FailSystem(NameOf(id));
  auto state = ReadRun(file.get());
  if (!state) return base::Fail(std::move(state.error()));
  state->record.id = id;
  return &records_.emplace(id, std::move(state->record)).first->second;
}

base::Result<void> Registry::AddRecords(const std::string& folder,
                                        std::vector<std::string>* damaged,
                                        std::map<std::string, const RunRecord*>& to) const {
  const auto names = base::ListDirectory(runs_.get(), "./" + folder, kMaxRuns);
  if (!names) return base::Fail(names.error());
  for (const std::string& name : *names) {
    // .new, .admission and .watchers are no runs.
    if (name.front() == '.') continue;
    const std::string id = IdOf(name);
    if (const auto record = RecordOf(folder, id)) {
      to[id] = *record;
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
  // In this order: Publish moves a run from .new into place.
  auto added = AddRecords(kNew, nullptr, found);
  if (added) added = AddRecords("", nullptr, found);
  if (!added) return base::Fail(added.error());
  Records records;
  records.reserve(found.size());
  for (const auto& [_, record] : found) records.push_back(record);
  return records;
}

base::Result<void> Registry::Retire(const std::string& id) const {
  const std::string name = NameOf(id);
  if (renameat(runs_.get(), name.c_str(), runs_.get(), (kEnded + name).c_str()) != 0) {
    return base::FailSystem("run's file");
  }
  if (const auto output = OutputLog::Open(outputs_.get(), id); output && output->empty()) {
    unlinkat(outputs_.get(), id.c_str(), 0);
  }
  return {};
}

base::Result<RunState> Registry::FindEnded(const std::string& id) const {
  const base::UniqueFd file = OpenRun(runs_.get(), kEnded + NameOf(id));
  if (!file) return base::FailSystem(NameOf(id));
  auto state = ReadRun(file.get());
  if (!state) return base::Fail(std::move(state.error()).Context(NameOf(id)));
  state->record.id = id;
  return state;
}

base::Result<std::vector<RunState>> Registry::ListEnded() const {
  const auto names = base::ListDirectory(runs_.get(), ".ended", kMaxRuns);
  if (!names) return base::Fail(names.error());
  std::vector<RunState> states;
  for (const std::string& name : *names) {
    if (auto state = FindEnded(IdOf(name))) states.push_back(std::move(*state));
  }
  const auto end_of = [](const RunState& state) {
    return state.ending ? state.ending->ended_ms : state.record.started_ms;
  };
  std::sort(states.begin(), states.end(),
            [&](const RunState& a, const RunState& b) { return end_of(a) < end_of(b); });
  return states;
}

base::Result<std::vector<RunState>> Registry::ListAll() const {
  // In this order: Retire moves a run from one to the other.
  auto live = List();
  auto all = ListEnded();
  if (!live) return base::Fail(std::move(live.error()));
  if (!all) return all;
  std::set<std::string> ended;
  for (const RunState& state : *all) ended.insert(state.record.id);
  for (RunState& state : *live) {
    if (!ended.contains(state.record.id)) all->push_back(std::move(state));
  }
  return all;
}

std::uint64_t Registry::OutputBytes(const std::string& id) const {
  struct stat info {};
  if (fstatat(outputs_.get(), id.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  return static_cast<std::uint64_t>(info.st_blocks) * 512;
}

base::Result<std::size_t> Registry::Forget(base::WallTime before, const Shares& shares) const {
  auto states = ListEnded();
  if (!states) return base::Fail(states.error());
  std::map<std::pair<std::string, std::string>, std::size_t> kept;  // by app and person
  std::map<std::string, std::uint64_t> bytes;                       // by person
  std::size_t forgotten = 0;
  const auto before_ms = before.time_since_epoch().count();
  for (auto state = states->rbegin(); state != states->rend(); ++state) {
    const RunRecord& record = state->record;
    const std::uint64_t ended = state->ending ? state->ending->ended_ms : record.started_ms;
    const bool is_old = static_cast<std::int64_t>(ended) < before_ms;
    const std::uint64_t output = OutputBytes(record.id);
    const std::uint64_t sum = bytes[record.person] += output;
    const bool fits =
        ++kept[{record.app, record.person}] <= shares.runs && (output == 0 || sum <= shares.bytes);
    if (!is_old && fits) continue;
    unlinkat(outputs_.get(), record.id.c_str(), 0);
    unlinkat(runs_.get(), (kEnded + NameOf(record.id)).c_str(), 0);
    ++forgotten;
  }
  return forgotten;
}

void Registry::AdoptUnpublished(base::WallTime now) const {
  const auto names = base::ListDirectory(runs_.get(), ".new", kMaxRuns);
  if (!names || names->empty()) return;
  // A creator holds this lock until its file is locked.
  const base::UniqueFd admission = OpenAdmission();
  struct flock lock = WholeFile(F_WRLCK);
  if (!admission || fcntl(admission.get(), F_OFD_SETLK, &lock) != 0) return;
  for (const std::string& name : *names) {
    const std::string path = kNew + name;
    const base::UniqueFd file = OpenRun(runs_.get(), path, O_RDWR | O_APPEND);
    // Its launcher lives, and will publish or withdraw it.
    if (IsLocked(file)) continue;
    const Ending ending{.how = How::kNotStarted,
                        .status = kNeverStarted,
                        .ended_ms = static_cast<std::uint64_t>(now.time_since_epoch().count()),
                        .complete = true};
    if (!file || !ReadRun(file.get()) || !AddLine(file.get(), ending, true) ||
        !Publish(IdOf(name))) {
      unlinkat(runs_.get(), path.c_str(), 0);
    }
  }
}

base::Result<std::string> NewRunId() {
  // 32 letters and digits: 32 divides 256, so a random byte gives each with the same chance.
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
