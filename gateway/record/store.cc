#include "gateway/record/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <utility>

#include "base/file.h"

namespace record {
namespace {

constexpr std::size_t kMaxRecordings = 1'000'000;
constexpr std::size_t kMaxFiles = 64;  // in one recording
constexpr std::size_t kLeastId = 8;    // sudoreplay expects at least this length
constexpr std::size_t kMostId = 32;
constexpr int kAppend = O_WRONLY | O_APPEND;

}  // namespace

bool IsRecordingId(std::string_view name) {
  return name.size() >= kLeastId && name.size() <= kMostId &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

base::Result<Store> Store::Open(const std::string& lib, std::optional<Owner> owner) {
  const std::string path = lib + "/recordings";
  if (auto made = base::MakeDirectories(path, 0700); !made) return base::Fail(made.error());
  auto folder = base::OpenDirectory(path);
  if (!folder) return base::Fail(std::move(folder.error()));
  // An older installation or the umask(2) may have left another mode. Recordings hold what people
  // typed.
  if (fchmod(folder->get(), 0700) != 0) return base::FailSystem(path);
  if (owner && fchown(folder->get(), owner->uid, owner->gid) != 0) return base::FailSystem(path);
  return Store(std::move(*folder), owner);
}

base::Result<Store> Store::OpenToRead(const std::string& lib) {
  auto folder = base::OpenDirectory(lib + "/recordings");
  if (!folder) return base::Fail(std::move(folder.error()));
  return Store(std::move(*folder), std::nullopt);
}

base::Result<void> Store::CheckRoom(std::uint64_t reserve) const {
  struct statvfs disk {};
  if (fstatvfs(folder_.get(), &disk) != 0) return base::FailSystem("recordings");
  const std::uint64_t free = disk.f_bavail * disk.f_frsize;
  const std::uint64_t wanted = RoomFor(reserve, 0);
  if (free >= wanted) return {};
  return base::Fail(base::Code::kUnavailable,
                    fmt::format("recordings: {} bytes are free, and {} have to be (half of "
                                "recordings.reserve)",
                                free, wanted));
}

base::Result<base::UniqueFd> Store::MakeFile(int folder, const char* name, int flags) const {
  base::UniqueFd fd(openat(folder, name, flags | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return base::FailSystem(name);
  if (owner_ && fchown(fd.get(), owner_->uid, owner_->gid) != 0) return base::FailSystem(name);
  return fd;
}

base::Result<Writer> Store::Fill(int folder, const About& about, const Terms& terms,
                                 const base::Clock& clock) const {
  Writer::Written written{{}, FormatStart(about)};
  for (const auto& [name, text] :
       {std::pair(kLog, FormatLog(about)), std::pair(kLogJson, FormatLogJson(about))}) {
    const auto file = MakeFile(folder, name, kAppend);
    if (!file) return base::Fail(file.error());
    if (auto done = base::WriteAll(file->get(), text); !done) return base::Fail(done.error());
    written.whole.push_back({name, text.size(), Digest::Of(text)});
  }
  Writer::Files files;
  auto timing = MakeFile(folder, kTiming, kAppend);
  auto events = MakeFile(folder, kEvents, kAppend);
  auto state = MakeFile(folder, kState, O_RDWR);
  for (const auto* const made : {&timing, &events, &state}) {
    if (!*made) return base::Fail(made->error());
  }
  if (auto done = base::WriteAll(events->get(), written.events); !done) {
    return base::Fail(done.error());
  }
  // The state must stay writable on a full disk, because it tells of a pause. A file system without
  // fallocate(2) may keep an old state then.
  if (fallocate(state->get(), 0, 0, kStateRoom) != 0 && errno != EOPNOTSUPP) {
    return base::FailSystem(kState);
  }
  files.timing = std::move(*timing);
  files.events = std::move(*events);
  files.state = std::move(*state);
  std::vector<Stream> streams = {Stream::kTerminal, Stream::kTerminalIn};
  if (!about.terminal) streams = {Stream::kStdout, Stream::kStderr, Stream::kStdin};
  // The last one of either list is the input.
  if (!terms.input) streams.pop_back();
  for (const Stream stream : streams) {
    auto file = MakeFile(folder, std::string(FileOf(stream)).c_str(), kAppend);
    if (!file) return base::Fail(file.error());
    files.streams.at(static_cast<std::size_t>(stream)) = std::move(*file);
  }
  Writer writer(std::move(files), std::move(written), terms, clock);
  writer.WriteState(State::Phase::kRecording);
  return writer;
}

base::Result<Writer> Store::Create(const About& about, const Terms& terms,
                                   const base::Clock& clock) const {
  if (auto room = CheckRoom(terms.reserve); !room) return base::Fail(room.error());
  if (mkdirat(folder_.get(), about.run.c_str(), 0700) != 0) return base::FailSystem("recording");
  base::UniqueFd folder(
      openat(folder_.get(), about.run.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  auto made = folder ? Fill(folder.get(), about, terms, clock)
                     : base::Result<Writer>(base::FailSystem("recording"));
  // Change the owner last: until then no other user but root can enter the folder.
  if (made && owner_ && fchown(folder.get(), owner_->uid, owner_->gid) != 0) {
    made = base::FailSystem("recording");
  }
  if (made) return made;
  (void)Remove(about.run);
  return base::Fail(std::move(made.error()).Context("recording"));
}

base::Result<std::vector<std::string>> Store::List() const {
  auto names = base::ListDirectory(folder_.get(), ".", kMaxRecordings);
  if (!names) return names;
  std::erase_if(*names, [](const std::string& name) { return !IsRecordingId(name); });
  return names;
}

base::Result<void> Store::Remove(const std::string& id) const {
  const base::UniqueFd folder(
      openat(folder_.get(), id.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder && errno == ENOENT) return {};
  if (!folder) return base::FailSystem(id);
  const auto names = base::ListDirectory(folder.get(), ".", kMaxFiles);
  if (!names) return base::Fail(names.error());
  for (const std::string& name : *names) {
    if (unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT)
      return base::FailSystem(id);
  }
  if (unlinkat(folder_.get(), id.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    return base::FailSystem(id);
  }
  return {};
}

}  // namespace record
