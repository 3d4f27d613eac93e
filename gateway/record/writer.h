// Writer: the recording of one live run, in the format of sudo's I/O log (FORMAT.md).
//
// It lives in the supervisor and opens nothing: the store opens all descriptors for it (store.h).
// Bytes that cannot be written now are held, and the caller stops feeding it until they are
// written. So nothing is lost.
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

// What is recorded of a run.
struct Terms {
  // Bytes of each stream without a terminal; a terminal is recorded in full.
  std::uint64_t keep = 1UL << 20;
  bool digest_all = false;  // also makes a digest of all that passes, kept or not
  bool input = false;       // also records what the client sends
  bool unechoed = false;    // with `input`: also what is typed while the terminal does not echo
  // Bytes on the disk that are left to other programs (store.h: RoomFor).
  std::uint64_t reserve = 0;
  // Limit in bytes for all files of a terminal's recording; 0: none. `keep` limits pipes.
  std::uint64_t most = 0;
};

// Returns how many bytes must be free on the disk for a recording that wrote `recent` bytes lately:
// half of the reserve if it writes little, up to all of it. So the run that fills the disk is
// stopped first.
std::uint64_t RoomFor(std::uint64_t reserve, std::uint64_t recent);

class Writer {
 public:
  // All but `state` are opened for appending. The descriptor of a stream that is not recorded is
  // invalid.
  struct Files {
    std::array<base::UniqueFd, kStreamFiles.size()> streams;
    base::UniqueFd timing;
    base::UniqueFd events;
    base::UniqueFd state;
  };
  // What the store has written already: log, log.json and the start of events.jsonl.
  struct Written {
    std::vector<Extent> whole;
    std::string events;
  };
  Writer(Files files, Written written, const Terms& terms, const base::Clock& clock);

  // The descriptors that the recording process must keep open.
  std::vector<int> fds() const;
  bool records(Stream stream) const { return file(stream).fd.valid(); }
  bool records_unechoed() const { return terms_.unechoed; }

  // How many of the stream's next bytes must go to Append. Further bytes may go to Pass.
  std::uint64_t Wants(Stream stream) const;
  // Records bytes that pass: writes or holds what is kept of them.
  // Writes with write(2) to files opened for appending; it blocks as long as the disk does. Above
  // the stream's limit bytes are only counted. Each call adds a line to `timing`.
  void Append(Stream stream, std::string_view bytes);
  // Counts bytes that pass unrecorded.
  void Pass(Stream stream, std::uint64_t bytes) { counted(stream) += bytes; }
  // Counts input bytes that are not recorded, because the terminal does not echo.
  void Hide(std::uint64_t bytes);
  // 0 becomes 1, and values above kMaxWindow become kMaxWindow.
  void Resize(std::uint32_t columns, std::uint32_t rows);
  // Adds a line to events.jsonl. `fields` is JSON, such as `,"how":"left"`. The caller must not
  // pass a stranger's bytes: nothing is escaped.
  void Note(std::string_view event, std::string_view fields = "");

  // The caller must feed nothing more: bytes are held, or the disk has less room than the reserve.
  bool blocked() const { return !cause_.empty(); }
  // "ttyout: No space left on device", or which reserve is missing. Empty if not blocked.
  const std::string& cause() const { return cause_; }
  // Tries again. Returns whether the writer is no longer blocked.
  // After a lack of room, as much must be free as was missing before, so that it does not flutter.
  bool Flush();
  // Drops all held bytes and all bytes to come.
  void GiveUp();

  // The recording has reached its limit: from now on bytes are counted and not kept.
  bool full() const { return terms_.most > 0 && total_ >= terms_.most; }
  // The recording has reached three quarters of its limit.
  bool nearly_full() const { return terms_.most > 0 && total_ >= terms_.most - terms_.most / 4; }
  std::uint64_t most() const { return terms_.most; }
  // Sets what the state says beside the phase, until the next call: one line for operators.
  void SetRemark(std::string remark) { remark_ = std::move(remark); }

  // Bytes of the stream that passed, kept or not.
  std::uint64_t passed(Stream stream) const { return passed_.at(static_cast<std::size_t>(stream)); }
  // Whether something was written since the last state.
  bool has_grown() const { return grown_; }
  // Writes the recording's state.
  // One pwrite(2) into reserved room. A failure is ignored: the older state stays.
  void WriteState(State::Phase phase);
  // Notes how much was not kept and writes the last state. Returns the digest of the recording's
  // list of files.
  // To be called once, last. What is still held is dropped. The descriptors stay open until
  // destruction.
  std::string End();

 private:
  struct File {
    std::string_view name;
    base::UniqueFd fd;
    std::uint64_t bytes = 0;  // written
    std::string held;         // not written yet
    Digest digest;            // of the written bytes
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
  base::MonotonicTime last_;    // when `timing` got its last line
  base::MonotonicTime looked_;  // when the free space was last checked
  std::uint64_t since_looked_ = 0;
  std::uint64_t total_ = 0;        // bytes of all files, written or held
  std::uint64_t recent_ = 0;       // bytes written lately: halved every ten seconds
  base::MonotonicTime halved_;     // when recent_ was last halved
  std::uint64_t wanted_room_ = 0;  // free bytes that were missing when the writer was blocked
  std::string remark_;
  std::uint64_t hidden_ = 0;
  std::string cause_;  // why the writer is blocked
  bool grown_ = true;
  bool given_up_ = false;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_WRITER_H_
