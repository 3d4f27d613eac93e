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
  // Begins at most `history` bytes of output before the end of what there is, in the order in which
  // they came. kNotFound if there is no such recording, kDenied if it is over and archived.
  static base::Result<Follower> Open(const Store& store, const std::string& id,
                                     std::uint64_t history);

  // As it was at the recording's beginning, but for the window: its size where the history begins.
  const About& about() const { return about_; }
  // Whether there was more output than the history.
  bool cut() const { return cut_; }
  // The next output; nullopt: there is none for now. kInvalid if the recording is damaged.
  base::Result<std::optional<Output>> Next();
  // Bytes of output that were recorded, and that Next has not come to.
  std::uint64_t behind() const;
  // Readable once the recording has grown, or its writer has closed it, until Acknowledge.
  int grown() const { return grown_.get(); }
  void Acknowledge() const;

  // What the process that follows has to keep open.
  std::vector<int> fds() const;

 private:
  struct Source {
    base::UniqueFd fd;
    std::uint64_t at = 0;  // where the next bytes are
  };

  Follower(About about, PlainLines timing, int timing_fd)
      : about_(std::move(about)), timing_(std::move(timing)), timing_fd_(timing_fd) {}

  base::Result<void> OpenSources(int folder);
  base::Result<void> WatchGrowth(int folder);
  base::Result<void> SkipTo(std::uint64_t history);
  base::Result<std::optional<Chunk>> NextChunk();

  About about_;
  PlainLines timing_;
  int timing_fd_;  // timing_'s
  std::array<Source, kStreamFiles.size()> sources_;
  base::UniqueFd grown_;
  std::deque<Chunk> history_;  // read from `timing` by SkipTo
  Chunk chunk_;                // what is left of it
  bool cut_ = false;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_FOLLOWER_H_
