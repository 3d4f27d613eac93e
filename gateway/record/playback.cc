#include "gateway/record/playback.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

namespace record {
namespace {

constexpr std::size_t kMaxStart = 2048UL * 1024;  // bytes of the first line of events.jsonl
constexpr std::uint64_t kAtOnce = 64UL * 1024;    // bytes of one moment

base::Result<About> ReadAbout(int folder) {
  auto file = PlainFile::Open(folder, kEvents);
  if (!file) return base::Fail(std::move(file.error()));
  return record::ReadAbout(std::move(*file));
}

}  // namespace

base::Result<base::UniqueFd> OpenRecording(const Store& store, const std::string& id) {
  if (!IsRecordingId(id)) return base::Fail(base::Code::kNotFound, id + ": not a recording's name");
  base::UniqueFd folder(
      openat(store.fd(), id.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!folder) return base::FailSystem(id);
  return folder;
}

base::Result<About> ReadAbout(PlainFile events) {
  auto line = PlainLines(std::move(events), kMaxStart).Next();
  if (!line) return base::Fail(std::move(line.error()).Context(kEvents));
  auto about = ParseStart(line->value_or(""));
  if (!about) return base::Fail(std::move(about.error()).Context(kEvents));
  return about;
}

base::Result<About> ReadAbout(const Store& store, const std::string& id) {
  const auto folder = OpenRecording(store, id);
  if (!folder) return base::Fail(folder.error());
  return ReadAbout(folder->get());
}

base::Result<Playback> Playback::Open(const Store& store, const std::string& id) {
  auto folder = OpenRecording(store, id);
  if (!folder) return base::Fail(std::move(folder.error()));
  auto about = ReadAbout(folder->get());
  if (!about) return base::Fail(std::move(about.error()));
  auto timing = PlainFile::Open(folder->get(), kTiming);
  if (!timing) return base::Fail(std::move(timing.error()));
  return Playback(std::move(*folder), std::move(*about),
                  PlainLines(std::move(*timing), kMaxTimingLine));
}

base::Result<std::uint64_t> CountUnreadable(const Store& store, const std::string& id) {
  const auto folder = OpenRecording(store, id);
  if (!folder) return base::Fail(folder.error());
  if (const auto about = ReadAbout(folder->get()); !about) return base::Fail(about.error());
  auto timing = PlainFile::Open(folder->get(), kTiming);
  if (!timing) return base::Fail(std::move(timing.error()));
  PlainLines lines(std::move(*timing), kMaxTimingLine);
  std::uint64_t unreadable = 0;
  for (;;) {
    const auto line = lines.Next();
    if (!line) return base::Fail(base::Error(line.error()).Context(kTiming));
    if (!*line) return unreadable;
    if (!ParseTiming(**line)) ++unreadable;
  }
}

base::Result<std::optional<Moment>> Playback::Next() {
  while (chunk_.bytes == 0) {
    const auto line = timing_.Next();
    if (!line) return base::Fail(base::Error(line.error()).Context(kTiming));
    if (!*line) return std::nullopt;
    const auto entry = ParseTiming(**line);
    if (!entry) {
      ++unreadable_;
      continue;
    }
    at_ += entry->delay;
    if (const auto* const window = std::get_if<Window>(&entry->what)) return Moment{at_, *window};
    chunk_ = std::get<Chunk>(entry->what);
  }
  auto moment = Take();
  if (!moment) return base::Fail(std::move(moment.error()));
  return std::move(*moment);
}

base::Result<Moment> Playback::Take() {
  auto& file = streams_.at(static_cast<std::size_t>(chunk_.stream));
  const std::string name(FileOf(chunk_.stream));
  if (!file) {
    auto opened = PlainFile::Open(folder_.get(), name);
    if (!opened) return base::Fail(std::move(opened.error()));
    file = std::move(*opened);
  }
  Output output{chunk_.stream, std::string(std::min(chunk_.bytes, kAtOnce), '\0')};
  const auto n = file->Read(output.bytes.data(), output.bytes.size());
  if (!n) return base::Fail(n.error());
  if (*n == 0) return base::Fail(base::Code::kInvalid, name + ": ends before its time");
  output.bytes.resize(*n);
  chunk_.bytes -= *n;
  return Moment{at_, std::move(output)};
}

}  // namespace record
