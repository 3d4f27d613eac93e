#include "gateway/audit/log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "gateway/audit/digest.h"
#include "gateway/audit/event.h"
#include "gateway/audit/record.h"
#include "gateway/audit/tail.h"

namespace audit {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr const char* kLockFile = ".lock";
constexpr const char* kCutCause = "the writer ended in the middle of a line";

const Disk& SystemDisk() {
  static const Disk disk;
  return disk;
}

// Returns how many of `bytes` are in the file, and the errno of the failure or 0.
std::pair<std::size_t, int> WriteWhole(const Disk& disk, int fd, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = disk.Write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return {done, n < 0 ? errno : ENOSPC};
    done += static_cast<std::size_t>(n);
  }
  return {done, 0};
}

}  // namespace

ssize_t Disk::Write(int fd, const char* bytes, std::size_t size) const {
  return write(fd, bytes, size);
}

int Disk::Sync(int fd) const { return fdatasync(fd); }

Disk::Room Disk::RoomOf(const std::string& directory) const {
  struct statvfs volume {};
  if (statvfs(directory.c_str(), &volume) != 0) return {};
  return {volume.f_bavail * volume.f_frsize, volume.f_blocks * volume.f_frsize};
}

base::Result<Log> Log::Open(base::UniqueFd directory, std::string host, const base::Clock& clock,
                            const Disk& disk, OnDurable on_durable,
                            const std::optional<Known>& known) {
  Log log(std::move(directory), std::move(host), clock, disk);
  if (known) {
    log.next_ = known->seq + 1;
    log.prev_ = known->digest;
  }
  log.on_durable_ = std::move(on_durable);
  if (auto locked = log.Lock(); !locked) return base::Fail(std::move(locked.error()));
  if (auto recovered = log.Recover(""); !recovered) {
    return base::Fail(std::move(recovered.error()));
  }
  return log;
}

base::Result<Log> Log::Open(base::UniqueFd directory, std::string host, const base::Clock& clock) {
  return Open(std::move(directory), std::move(host), clock, SystemDisk());
}

bool Log::IsHeld(const std::string& directory) {
  const base::UniqueFd lock(
      open((directory + "/" + kLockFile).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return lock && fcntl(lock.get(), F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

base::Result<void> Log::Lock() {
  lock_.Reset(openat(directory_.get(), kLockFile,
                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!lock_) return base::FailSystem(kLockFile);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (fcntl(lock_.get(), F_OFD_SETLK, &whole) == 0) return {};
  if (errno == EAGAIN || errno == EACCES) {
    return base::Fail(base::Code::kUnavailable, "another writer holds the log");
  }
  return base::FailSystem(kLockFile);
}

base::Result<void> Log::Recover(const std::string& cause) {
  auto tail = FindTail(directory_.get());
  if (!tail) return base::Fail(std::move(tail.error()));
  for (const std::string& name : tail->unclosed) {
    if (auto closed = Close(name); !closed) return closed;
  }
  // If the log ends before a record that was written, another program cut it. The sequence numbers
  // go on, so the gap is visible. A different last record is recorded in the same way.
  std::string why = cause;
  if (prev_.empty() || tail->seq + 1 > next_) {
    next_ = tail->seq + 1;
    prev_ = tail->digest;
  } else if (tail->seq + 1 < next_) {
    tail->torn.cut = next_ - 1 - tail->seq;
    why += fmt::format("{}records {} to {} were written, and are gone from the log's end",
                       why.empty() ? "" : "; ", tail->seq + 1, next_ - 1);
  } else if (tail->digest != prev_) {
    why += fmt::format("{}record {} is not the one that was written", why.empty() ? "" : "; ",
                       tail->seq);
  }
  key_ = std::move(tail->key);
  file_.Reset();
  name_ = std::max(name_, tail->newest);
  fault_.clear();
  if (why.empty() && tail->torn.bytes == 0 && tail->unclosed.empty()) return {};
  tail->torn.cause = why.empty() ? kCutCause : why;
  const auto event = ToJson(tail->torn);
  if (!event) return base::Fail(event.error());
  Appended appended = Write({*event}, {});
  if (!appended.failure) return {};
  return base::Fail(std::move(*appended.failure));
}

base::Result<void> Log::Close(const std::string& name) {
  const base::UniqueFd fd(openat(directory_.get(), name.c_str(),
                                 O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return base::FailSystem(name);
  const auto [done, error] = WriteWhole(*disk_, fd.get(), "\n");
  if (error != 0) return base::FailSystem(name, error);
  if (disk_->Sync(fd.get()) != 0) return base::FailSystem(name);
  return {};
}

base::Result<void> Log::OpenFileFor(base::WallTime time) {
  // Never a file before the newest, even if the clock is set back: the order of names must be the
  // order of records.
  const std::string name = std::max(FileOfDay(base::FormatUtcDay(time)), name_);
  if (file_ && name == name_) return {};
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  base::UniqueFd fd(openat(directory_.get(), name.c_str(), kFlags | O_CREAT, kFileMode));
  struct stat status {};
  if (!fd || fstat(fd.get(), &status) != 0) return base::FailSystem(name);
  if (!S_ISREG(status.st_mode))
    return base::Fail(base::Code::kDenied, name + ": not a regular file");
  // An empty file may be new, or from a writer that ended before this sync.
  if (status.st_size == 0 && fsync(directory_.get()) != 0) return base::FailSystem(name);
  file_ = std::move(fd);
  name_ = name;
  size_ = static_cast<std::uint64_t>(status.st_size);
  return {};
}

std::string Log::Disturbance() const {
  if (!file_) return {};
  struct stat ours {};
  struct stat named {};
  if (fstat(file_.get(), &ours) != 0) return name_ + " can no longer be read";
  // logrotate or an editor may have moved or replaced the file: this process would go on writing to
  // the old one.
  if (fstatat(directory_.get(), name_.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0 ||
      named.st_ino != ours.st_ino || named.st_dev != ours.st_dev) {
    return name_ + " was removed or replaced by another program";
  }
  if (static_cast<std::uint64_t>(ours.st_size) != size_) {
    return name_ + " was changed by another program";
  }
  return {};
}

Appended Log::Append(const std::vector<std::string>& events, const std::vector<Maker>& makers) {
  if (fault_.empty()) fault_ = Disturbance();
  if (!fault_.empty()) {
    const std::string cause = fault_;
    if (auto recovered = Recover(cause); !recovered) {
      fault_ = cause;
      return {next_, 0, 0, std::move(recovered.error())};
    }
  }
  return Write(events, makers);
}

Appended Log::Write(const std::vector<std::string>& events, const std::vector<Maker>& makers) {
  Appended appended;
  appended.first = next_;
  const base::WallTime now = clock_->Now();
  if (auto opened = OpenFileFor(now); !opened) {
    appended.failure = std::move(opened.error());
    return appended;
  }
  struct End {
    std::size_t offset;  // after the line's newline
    std::string digest;
  };
  std::string bytes;
  std::vector<End> ends;
  Place place{next_, prev_, base::FormatUtc(now)};
  const auto add = [&](std::string_view event) {
    const std::string line = ComposeLine(place.seq, place.time, host_, place.prev, event);
    bytes += line;
    bytes += '\n';
    ++place.seq;
    place.prev = Sha256::Of(line);
    ends.push_back({bytes.size(), place.prev});
  };
  for (const std::string& event : events) add(event);
  for (const Maker& make : makers) add(make(place));
  const auto [done, error] = WriteWhole(*disk_, file_.get(), bytes);
  size_ += done;
  while (appended.written < ends.size() && ends[appended.written].offset <= done)
    ++appended.written;
  if (appended.written > 0) {
    next_ += appended.written;
    prev_ = ends[appended.written - 1].digest;
  }
  if (error != 0) appended.failure = base::Error::System(name_, error);
  // One sync for all records of the batch.
  if (disk_->Sync(file_.get()) == 0) {
    appended.durable = appended.written;
  } else {
    appended.failure = base::Error::System(name_ + ": sync");
  }
  // After a failed write or sync it is unknown what the disk has. The next Append reads the file's
  // end again.
  if (appended.failure) fault_ = appended.failure->message();
  for (std::size_t i = 0; on_durable_ && i < appended.durable; ++i) {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1].offset;
    on_durable_(appended.first + i,
                std::string_view(bytes).substr(begin, ends[i].offset - 1 - begin));
  }
  return appended;
}

}  // namespace audit
