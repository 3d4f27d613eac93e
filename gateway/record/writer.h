// Writer: one recording that is being made: sudo's I/O log of one run (FORMAT.md).
//
// It lives in the supervisor: all descriptors were opened for it (store.h), it opens nothing. What
// cannot be written now is held, and whoever feeds it stops until it is written: nothing is
// dropped.
#ifndef ONEOFF_GATEWAY_RECORD_WRITER_H_
#define ONEOFF_GATEWAY_RECORD_WRITER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "gateway/record/digest.h"
#include "gateway/record/state.h"
#include "gateway/record/stream.h"

namespace record {

// What is kept of a run.
struct Terms {
  // Bytes of each stream without a terminal; a terminal is kept in full.
  std::uint64_t keep = 1UL << 20;
  bool digest_all = false;  // also a digest over what passes and is not kept
  bool input = false;       // also what the client sends
  bool unechoed = false;    // and of that also what is typed while the terminal does not echo
  // The room on the disk that is left to others (store.h: RoomFor).
  std::uint64_t reserve = 0;
  // Bytes of all files of a terminal's recording; 0: any number. Pipes are bounded by `keep`.
  std::uint64_t most = 0;
};

// How many bytes have to be free on the disk for a recording that took `recent` bytes lately: from
// half of the reserve, for one that takes little, to all of it. So the run that fills the disk
// stops first.
std::uint64_t RoomFor(std::uint64_t reserve, std::uint64_t recent);

class Writer {
 public:
  // Each opened for appending, but for the state; a stream that is not recorded is not valid.
  struct Files {
    std::array<base::UniqueFd, kStreamFiles.size()> streams;
    base::UniqueFd timing;
    base::UniqueFd events;
    base::UniqueFd state;
  };
  // `written`: of log, log.json and the beginning of events.jsonl, which are there already.
  struct Written {
    std::vector<Extent> whole;
    std::string events;
  };
  Writer(Files files, Written written, const Terms& terms, const base::Clock& clock);

  // What the process that makes the recording has to keep open.
  std::vector<int> fds() const;
  bool records(Stream stream) const { return file(stream).fd.valid(); }
  bool records_unechoed() const { return terms_.unechoed; }

  // How many of the next bytes of the stream Append has to see; the others may be told to Pass.
  std::uint64_t Wants(Stream stream) const;
  // Bytes that pass: what is kept of them is written, or held.
  void Append(Stream stream, std::string_view bytes);
  // So many bytes passed unseen.
  void Pass(Stream stream, std::uint64_t bytes) { counted(stream) += bytes; }
  // So many bytes of input passed that are not to be kept: the terminal did not echo.
  void Hide(std::uint64_t bytes);
  void Resize(std::uint32_t columns, std::uint32_t rows);
  // A line of events.jsonl: `fields` is JSON, such as `,"how":"left"`; names and values are the
  // program's own.
  void Note(std::string_view event, std::string_view fields = "");

  // Nothing more may be fed: something is held, or the disk has less room than its reserve.
  bool blocked() const { return !cause_.empty(); }
  const std::string& cause() const { return cause_; }
  // Tries again; whether it is no longer blocked.
  bool Flush();
  // Drops what is held, and from now on everything.
  void GiveUp();

  // The recording has reached its bound: from here on what passes is counted and not kept.
  bool full() const { return terms_.most > 0 && total_ >= terms_.most; }
  // It has reached three quarters of it.
  bool nearly_full() const { return terms_.most > 0 && total_ >= terms_.most - terms_.most / 4; }
  std::uint64_t most() const { return terms_.most; }
  // What the state says beside the phase, until the next such call: one line for operators.
  void SetRemark(std::string remark) { remark_ = std::move(remark); }

  // What passed of the stream, kept or not.
  std::uint64_t passed(Stream stream) const { return passed_.at(static_cast<std::size_t>(stream)); }
  // Whether something was written since the state was last.
  bool has_grown() const { return grown_; }
  // Writes where the recording stands.
  void WriteState(State::Phase phase);
  // Says how much was not kept, and writes the state for the last time. The digest of the
  // recording's list of files.
  std::string End();

 private:
  struct File {
    std::string_view name;
    base::UniqueFd fd;
    std::uint64_t bytes = 0;  // written
    std::string held;         // to be written
    Digest digest;            // of what is written
  };

  const File& file(Stream stream) const { return streams_.at(static_cast<std::size_t>(stream)); }
  std::uint64_t& counted(Stream stream) { return passed_.at(static_cast<std::size_t>(stream)); }
  void Put(File& file, std::string_view bytes);
  void Write(File& file, std::string_view bytes);
  void CheckRoom();
  void CountRecent(std::uint64_t bytes);
  std::string Delay();
  std::uint64_t Elapsed() const;
  std::vector<Extent> Extents() const;

  const base::Clock& clock_;
  Terms terms_;
  std::array<File, kStreamFiles.size()> streams_;
  File timing_;
  File events_;
  base::UniqueFd state_;
  std::vector<Extent> whole_;
  std::array<std::uint64_t, kStreamFiles.size()> passed_{};
  std::array<std::optional<Digest>, kStreamFiles.size()> all_;
  base::MonotonicTime started_;
  base::MonotonicTime last_;    // of the last line of `timing`
  base::MonotonicTime looked_;  // for room
  std::uint64_t since_looked_ = 0;
  std::uint64_t total_ = 0;        // written or held, of all files
  std::uint64_t recent_ = 0;       // of these, lately: halved every ten seconds
  base::MonotonicTime halved_;     // when recent_ was last
  std::uint64_t wanted_room_ = 0;  // that was missing when it was blocked
  std::string remark_;
  std::uint64_t hidden_ = 0;
  std::string cause_;  // why it is blocked
  bool grown_ = true;
  bool given_up_ = false;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_WRITER_H_
