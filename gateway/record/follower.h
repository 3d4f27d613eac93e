// Follower: reads a recording while it grows: first the last part of its output, then new output.
// It skips the client's input.
//
// It only reads the recorder's files. The run neither notices a follower nor waits for it.
//
// Usage, in a watch: Open while files can be opened, Start once the process is confined, then Next
// for as long as the run's lock is held.
#ifndef ONEOFF_GATEWAY_RECORD_FOLLOWER_H_
#define ONEOFF_GATEWAY_RECORD_FOLLOWER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/record/about.h"
#include "gateway/record/plain_file.h"
#include "gateway/record/playback.h"
#include "gateway/record/store.h"
#include "gateway/record/timing.h"

namespace record {

class Follower {
 public:
  // Opens the recording's files; only Start reads them. kNotFound if there is no such recording,
  // kDenied if it is over and archived.
  // The order of `timing` and the streams' files makes sure that a chunk in `timing` is readable.
  static base::Result<Follower> Open(const Store& store, const std::string& id);
  // Reads the run's description and skips to at most `history` bytes before the end of the output.
  // Reads all of `timing`. kInvalid if the recording is damaged.
  base::Result<void> Start(std::uint64_t history);

  // Valid after Start. As at the recording's start, except for the window's size, which is the
  // newest.
  const About& about() const { return about_; }
  // Whether the stream has older output than the history.
  bool cut(Stream stream) const { return sources_.at(static_cast<std::size_t>(stream)).cut; }
  // Returns the next output; nullopt if there is none now. kInvalid if the recording is damaged.
  // At most 32 KiB at a time. Never blocks. Unreadable lines of `timing` are skipped.
  base::Result<std::optional<Output>> Next();
  // Bytes of recorded output that Next has not returned yet.
  // 0 if all is read.
  std::uint64_t behind() const;
  // Bytes of recorded output.
  std::uint64_t recorded() const;

  // The descriptors that the following process must keep open.
  std::vector<int> fds() const;

 private:
  struct Source {
    base::UniqueFd fd;
    std::uint64_t at = 0;  // offset of the next bytes
    bool cut = false;
  };

  Follower(PlainFile events, PlainFile timing)
      : fds_({events.fd(), timing.fd()}),
        events_(std::move(events)),
        timing_(std::move(timing), kMaxTimingLine) {}

  base::Result<void> OpenSources(int folder);
  base::Result<void> SkipTo(std::uint64_t history);
  base::Result<std::optional<Chunk>> NextChunk();

  std::vector<int> fds_;  // of events_ and timing_
  PlainFile events_;
  PlainLines timing_;
  About about_;
  std::array<Source, kStreamFiles.size()> sources_;
  std::deque<Chunk> history_;  // read from `timing` by SkipTo
  Chunk chunk_;                // the part that Next has not returned yet
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_FOLLOWER_H_
