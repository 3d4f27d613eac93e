// Log: the audit log's one writer of files: chains, appends, syncs, recovers. FORMAT.md is its
// contract.
//
// It writes what it is given; who may say what is the writer process's business (writer.h).
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

// The calls whose answer is the disk's: a test passes another.
class Disk {
 public:
  virtual ~Disk() = default;
  virtual ssize_t Write(int fd, const char* bytes, std::size_t size) const;  // write(2)
  virtual int Sync(int fd) const;                                            // fdatasync(2)

  // Bytes of the volume that `directory` is on; 0 of 0 if that cannot be told.
  struct Room {
    std::uint64_t free = 0;
    std::uint64_t all = 0;
  };
  virtual Room RoomOf(const std::string& directory) const;  // statvfs(3)
};

// What became of a batch: events in order, so that each count is of those at its front.
struct Appended {
  std::uint64_t first = 0;  // the sequence number of the batch's first event
  std::size_t written = 0;  // how many are in the file
  std::size_t durable = 0;  // how many are sure to stay there: written, or 0 if the sync failed
  std::optional<base::Error> failure;  // why that is not all of them
};

class Log {
 public:
  // Where in the chain a line is to stand.
  struct Place {
    std::uint64_t seq = 0;
    std::string prev;
    std::string time;
  };
  // Makes an event of its place: its JSON, from ToJson.
  using Maker = std::function<std::string(const Place&)>;
  // Is called with each line, without its newline, when it has become durable.
  using OnDurable = std::function<void(std::uint64_t seq, std::string_view line)>;
  // The last record that is known to have been written (head.h): a log that ends before it was cut.
  struct Known {
    std::uint64_t seq = 0;
    std::string digest;
  };

  // Opens the log in `directory`, finds its head, and closes and records what a cut write has left.
  // kUnavailable "another writer holds the log" if there is one; any other error says what is wrong
  // with the directory or its files. `clock` and `disk` outlive the log.
  static base::Result<Log> Open(base::UniqueFd directory, std::string host,
                                const base::Clock& clock, const Disk& disk,
                                OnDurable on_durable = {},
                                const std::optional<Known>& known = std::nullopt);
  static base::Result<Log> Open(base::UniqueFd directory, std::string host,
                                const base::Clock& clock);

  // Whether a writer, in whatever process, has the log in `directory` open. False if that cannot be
  // seen.
  static bool IsHeld(const std::string& directory);

  // One write and one sync for all of `events`, each from ToJson, and for what `makers` make behind
  // them, which counts as they do. After a failure the file may end in a cut line: the next Append
  // first does what Open would do. Blocks for as long as the disk does.
  Appended Append(const std::vector<std::string>& events, const std::vector<Maker>& makers = {});

  // The sequence number that the next event would get.
  std::uint64_t next() const { return next_; }
  // The digest of the last record's line.
  const std::string& head() const { return prev_; }
  // The public key that signed last when the log was opened; empty: nobody has lately.
  const std::string& key() const { return key_; }
  // Whether the last Append failed, or there is something else to recover from.
  bool faulty() const { return !fault_.empty(); }

 private:
  Log(base::UniqueFd directory, std::string host, const base::Clock& clock, const Disk& disk)
      : directory_(std::move(directory)), host_(std::move(host)), clock_(&clock), disk_(&disk) {}

  base::Result<void> Lock();
  // Finds the head again, and records `cause` if there is one or if lines have to be accounted for.
  base::Result<void> Recover(const std::string& cause);
  base::Result<void> Close(const std::string& name);
  // The file for `time`, open; a new one is in its directory durably.
  base::Result<void> OpenFileFor(base::WallTime time);
  // What happened to the open file behind the log's back; empty if nothing did.
  std::string Disturbance() const;
  Appended Write(const std::vector<std::string>& events, const std::vector<Maker>& makers);

  base::UniqueFd directory_;
  std::string host_;
  const base::Clock* clock_;
  const Disk* disk_;
  base::UniqueFd lock_;
  base::UniqueFd file_;
  std::string name_;        // of file_; of the newest file, if none is open
  std::uint64_t size_ = 0;  // what file_ holds, as far as this log knows
  std::uint64_t next_ = 1;
  std::string prev_;
  std::string key_;
  OnDurable on_durable_;
  std::string fault_;  // why the head has to be found again before anything is written; or empty
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_LOG_H_
