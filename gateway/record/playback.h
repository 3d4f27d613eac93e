// Playback: reads a recording from start to end, one moment at a time.
//
// It is for `oneoff replay` and reads sequentially, with one chunk in memory. It trusts neither
// sizes nor times of `timing`: a chunk beyond its stream's end is damage. Usage:
//    auto playback = record::Playback::Open(store, id);
//    auto moment = playback->Next();
//    for (; moment && *moment; moment = playback->Next()) Show(**moment);
#ifndef ONEOFF_GATEWAY_RECORD_PLAYBACK_H_
#define ONEOFF_GATEWAY_RECORD_PLAYBACK_H_

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/record/about.h"
#include "gateway/record/plain_file.h"
#include "gateway/record/store.h"
#include "gateway/record/timing.h"

namespace record {

struct Output {
  Stream stream = Stream::kTerminal;
  std::string bytes;  // at most 64 KiB; a larger chunk becomes several moments
};

struct Moment {
  std::chrono::milliseconds at{0};  // since the recording's start
  std::variant<Output, Window> what;
};

class Playback {
 public:
  // kNotFound if there is no such recording.
  // kInvalid also if the description cannot be parsed. A name that is no id is kNotFound.
  static base::Result<Playback> Open(const Store& store, const std::string& id);

  const About& about() const { return about_; }
  // nullopt at the end. For a recording that is still being made, this is its end so far. kInvalid
  // if it is damaged; as far as the reader can tell, earlier moments are sound.
  base::Result<std::optional<Moment>> Next();
  // How many unreadable lines of `timing` were skipped so far. Their bytes are missing, or come too
  // soon.
  std::uint64_t unreadable() const { return unreadable_; }

 private:
  Playback(base::UniqueFd folder, About about, PlainLines timing)
      : folder_(std::move(folder)), about_(std::move(about)), timing_(std::move(timing)) {}

  base::Result<Moment> Take();

  base::UniqueFd folder_;
  About about_;
  PlainLines timing_;
  std::array<std::optional<PlainFile>, kStreamFiles.size()> streams_;
  std::chrono::milliseconds at_{0};
  Chunk chunk_;  // the part that Next has not returned yet
  std::uint64_t unreadable_ = 0;
};

// Counts the lines of `timing` that a Playback skips. Reads no output. An error means that the
// recording cannot be played.
base::Result<std::uint64_t> CountUnreadable(const Store& store, const std::string& id);

// Returns what the recording says of its run.
// kInvalid if events.jsonl does not begin with a description; kTooLarge if that has over 2 MiB.
base::Result<About> ReadAbout(const Store& store, const std::string& id);
// The same, from an open events.jsonl.
base::Result<About> ReadAbout(PlainFile events);

// Opens a recording's folder. kNotFound if there is none.
base::Result<base::UniqueFd> OpenRecording(const Store& store, const std::string& id);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_PLAYBACK_H_
