// Playback: a recording from its beginning to its end, a moment at a time.
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
  std::string bytes;  // at most 64 KiB; a larger chunk comes in several moments
};

struct Moment {
  std::chrono::milliseconds at{0};  // since the recording's beginning
  std::variant<Output, Window> what;
};

class Playback {
 public:
  // kNotFound if there is no such recording.
  static base::Result<Playback> Open(const Store& store, const std::string& id);

  const About& about() const { return about_; }
  // nullopt at the end, which for a recording that is still being made is where it stands. kInvalid
  // if it is damaged: what came before is sound as far as can be seen.
  base::Result<std::optional<Moment>> Next();
  // Lines of `timing` that could not be read, and were passed over so far: what they told of is
  // missing, or comes too soon.
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
  Chunk chunk_;  // what is left of it
  std::uint64_t unreadable_ = 0;
};

// How many lines of its `timing` a Playback passes over; reads no output. An error: it cannot be
// played at all.
base::Result<std::uint64_t> CountUnreadable(const Store& store, const std::string& id);

// What the recording says of its run.
base::Result<About> ReadAbout(const Store& store, const std::string& id);
// The same of its events.jsonl.
base::Result<About> ReadAbout(PlainFile events);

// A recording's folder. kNotFound if there is none.
base::Result<base::UniqueFd> OpenRecording(const Store& store, const std::string& id);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_PLAYBACK_H_
