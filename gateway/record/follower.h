// Follower: a recording that is being made, read as it grows: the last of the output there is, and
// then what comes. What a client sent is passed over.
//
// It reads the recorder's files and nothing of the run: whoever follows is neither seen by the run
// nor waited for.
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
  // Opens its files, and reads nothing of them but by Start. kNotFound if there is no such
  // recording, kDenied if it is over and archived.
  static base::Result<Follower> Open(const Store& store, const std::string& id);
  // Reads what the recording says of its run, and goes to at most `history` bytes of output before
  // the end of what there is. Takes as long as it takes to read `timing`. kInvalid if the recording
  // is damaged.
  base::Result<void> Start(std::uint64_t history);

  // From Start on: as it was at the recording's beginning, but for the window's size, which is the
  // newest.
  const About& about() const { return about_; }
  // Whether there was more output of the stream than the history shows.
  bool cut(Stream stream) const { return sources_.at(static_cast<std::size_t>(stream)).cut; }
  // The next output; nullopt: there is none for now. kInvalid if the recording is damaged.
  base::Result<std::optional<Output>> Next();
  // Bytes of output that were recorded, and that Next has not come to.
  std::uint64_t behind() const;
  // Bytes of output that were recorded.
  std::uint64_t recorded() const;

  // What the process that follows has to keep open.
  std::vector<int> fds() const;

 private:
  struct Source {
    base::UniqueFd fd;
    std::uint64_t at = 0;  // where the next bytes are
    bool cut = false;
  };

  Follower(PlainFile events, PlainFile timing)
      : fds_({events.fd(), timing.fd()}),
        events_(std::move(events)),
        timing_(std::move(timing), kMaxTimingLine) {}

  base::Result<void> OpenSources(int folder);
  base::Result<void> SkipTo(std::uint64_t history);
  base::Result<std::optional<Chunk>> NextChunk();

  std::vector<int> fds_;  // of the next two
  PlainFile events_;
  PlainLines timing_;
  About about_;
  std::array<Source, kStreamFiles.size()> sources_;
  std::deque<Chunk> history_;  // read from `timing` by SkipTo
  Chunk chunk_;                // what is left of it
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_FOLLOWER_H_
