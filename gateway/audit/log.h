// Log: the only writer of the log's files: chains, appends, syncs and recovers. FORMAT.md describes
// the format.
//
// It writes what it gets. The writer process decides who may write what (writer.h).
//
// It lives in the writer's process, and only one Log is open for a folder (a lock on .lock, OFD
// lock, fcntl(2)). Files are named by the day, 2026-03-01.jsonl, and only appended to. Usage:
//    auto log = audit::Log::Open(std::move(directory), host, clock, disk);
//    const audit::Appended appended = log->Append(events);
//    // appended.durable of them are on the disk; appended.failure says why not all
#ifndef ONEOFF_GATEWAY_AUDIT_LOG_H_
#define ONEOFF_GATEWAY_AUDIT_LOG_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace audit {

// The system calls whose result depends on the disk. A test replaces them.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual ssize_t Write(int fd, const char* bytes, std::size_t size) const;  // write(2)
  virtual int Sync(int fd) const;                                            // fdatasync(2)

  // Sizes in bytes of the volume of `directory`; both 0 if unknown.
  struct Room {
    std::uint64_t free = 0;
    std::uint64_t all = 0;
  };
  virtual Room RoomOf(const std::string& directory) const;  // statvfs(3)
};

// The result of a batch. Each count is of events at the batch's front.
struct Appended {
  std::uint64_t first = 0;             // sequence number of the batch's first event
  std::size_t written = 0;             // how many are in the file
  std::size_t durable = 0;             // how many are durable: `written`, or 0 if the sync failed
  std::optional<base::Error> failure;  // why not all are durable
};

class Log {
 public:
  // The place of a line in the chain.
  struct Place {
    std::uint64_t seq = 0;
    std::string prev;
    std::string time;
  };
  // Makes an event that depends on its place. Returns JSON from ToJson.
  using Maker = std::function<std::string(const Place&)>;
  // Called with each line, without its newline, once it is durable.
  using OnDurable = std::function<void(std::uint64_t seq, std::string_view line)>;
  // The last record that was surely written (head.h). A log that ends before it was cut.
  struct Known {
    std::uint64_t seq = 0;
    std::string digest;
  };

  // Opens the log in `directory`, finds its end and records what an interrupted write left.
  // kUnavailable ("another writer holds the log") if another process has it open. Any other error
  // is about the folder or its files. `clock` and `disk` must outlive the log.
  // kTooLarge: the end holds more bytes without a record than an interrupted write leaves; a person
  // has to look (tail.h).
  static base::Result<Log> Open(base::UniqueFd directory, std::string host,
                                const base::Clock& clock, const Disk& disk,
                                OnDurable on_durable = {},
                                const std::optional<Known>& known = std::nullopt);
  static base::Result<Log> Open(base::UniqueFd directory, std::string host,
                                const base::Clock& clock);

  // Whether any process has the log in `directory` open for writing. False if that cannot be
  // checked.
  static bool IsHeld(const std::string& directory);

  // Writes `events` (from ToJson) and then the events of `makers` in one write, and syncs once. A
  // failure may leave an incomplete last line; the next Append recovers first, as Open does. Blocks
  // as long as the disk does.
  // If another program changed, replaced or removed the newest file, this is recorded first
  // (Recovered). A clock that was set back does not open an older file.
  Appended Append(const std::vector<std::string>& events, const std::vector<Maker>& makers = {});

  // The sequence number of the next event.
  std::uint64_t next() const { return next_; }
  // The digest of the last record's line.
  const std::string& head() const { return prev_; }
  // The public key that signed last before the log was opened; empty if the last records have no
  // signature.
  const std::string& key() const { return key_; }
  // Whether the next Append must recover first.
  bool faulty() const { return !fault_.empty(); }

 private:
  Log(base::UniqueFd directory, std::string host, const base::Clock& clock, const Disk& disk)
      : directory_(std::move(directory)), host_(std::move(host)), clock_(&clock), disk_(&disk) {}

  // kUnavailable if another process, or another Log of this one, holds the lock.
  base::Result<void> Lock();
  // Finds the log's end again. Records `cause` if it is not empty, or if lines must be accounted
  // for.
  base::Result<void> Recover(const std::string& cause);
  // Adds the newline that the last line of that file lacks, and syncs it.
  base::Result<void> Close(const std::string& name);
  // Opens the file for `time`. A new file's directory entry is durable then.
  base::Result<void> OpenFileFor(base::WallTime time);
  // What another program did to the open file; empty if nothing.
  std::string Disturbance() const;
  Appended Write(const std::vector<std::string>& events, const std::vector<Maker>& makers);

  base::UniqueFd directory_;
  std::string host_;
  const base::Clock* clock_;
  const Disk* disk_;
  base::UniqueFd lock_;
  base::UniqueFd file_;
  std::string name_;        // name of file_; if no file is open, of the newest file
  std::uint64_t size_ = 0;  // the size that file_ must have
  std::uint64_t next_ = 1;
  std::string prev_;
  std::string key_;
  OnDurable on_durable_;
  std::string fault_;  // why Append must recover first; or empty
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_LOG_H_
