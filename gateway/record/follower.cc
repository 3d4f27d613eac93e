#include "gateway/record/follower.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace record {
namespace {

constexpr std::uint64_t kAtOnce = 32UL * 1024;  // bytes of one output

bool IsInput(Stream stream) { return stream == Stream::kStdin || stream == Stream::kTerminalIn; }

}  // namespace

base::Result<Follower> Follower::Open(const Store& store, const std::string& id) {
  const auto folder = OpenRecording(store, id);
  if (!folder) return base::Fail(folder.error());
  auto events = PlainFile::Open(folder->get(), kEvents);
  auto timing = PlainFile::Open(folder->get(), kTiming);
  for (auto* const file : {&events, &timing}) {
    if (!*file) return base::Fail(std::move(file->error()));
    // The archivist replaces a file by its compressed form, which does not grow.
    if ((*file)->archived()) return base::Fail(base::Code::kDenied, id + ": over, and archived");
  }
  Follower follower(std::move(*events), std::move(*timing));
  if (auto opened = follower.OpenSources(folder->get()); !opened) {
    return base::Fail(std::move(opened.error()));
  }
  return follower;
}

base::Result<void> Follower::Start(std::uint64_t history) {
  auto about = ReadAbout(std::move(events_));
  if (!about) return base::Fail(std::move(about.error()));
  about_ = std::move(*about);
  return SkipTo(history);
}

base::Result<void> Follower::OpenSources(int folder) {
  for (std::size_t i = 0; i < kStreamFiles.size(); ++i) {
    if (IsInput(static_cast<Stream>(i))) continue;
    const std::string name(kStreamFiles.at(i));
    base::UniqueFd fd(openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd && errno != ENOENT) return base::FailSystem(name);
    sources_.at(i).fd = std::move(fd);
  }
  return {};
}

base::Result<void> Follower::SkipTo(std::uint64_t history) {
  std::uint64_t bytes = 0;
  for (;;) {
    auto chunk = NextChunk();
    if (!chunk) return base::Fail(std::move(chunk.error()));
    if (!*chunk) return {};
    bytes += (*chunk)->bytes;
    if (!history_.empty() && history_.back().stream == (*chunk)->stream) {
      history_.back().bytes += (*chunk)->bytes;
    } else {
      history_.push_back(**chunk);
    }
    // A watcher gets the last bytes only: a run may have printed megabytes.
    while (bytes > history) {
      Chunk& first = history_.front();
      const std::uint64_t skipped = std::min(first.bytes, bytes - history);
      Source& source = sources_.at(static_cast<std::size_t>(first.stream));
      source.cut = true;
      source.at += skipped;
      bytes -= skipped;
      first.bytes -= skipped;
      if (first.bytes == 0) history_.pop_front();
    }
  }
}

// Returns the next output chunk in `timing`.
base::Result<std::optional<Chunk>> Follower::NextChunk() {
  for (;;) {
    const auto line = timing_.Next();
    if (!line) return base::Fail(base::Error(line.error()).Context(kTiming));
    if (!*line) return std::nullopt;
    const auto entry = ParseTiming(**line);
    if (!entry) continue;  // `oneoff audit verify` and a replay report it
    if (const auto* const window = std::get_if<Window>(&entry->what)) {
      about_.columns = window->columns;
      about_.rows = window->rows;
      continue;
    }
    const Chunk chunk = std::get<Chunk>(entry->what);
    if (!IsInput(chunk.stream) && chunk.bytes > 0) return chunk;
  }
}

base::Result<std::optional<Output>> Follower::Next() {
  if (chunk_.bytes == 0 && !history_.empty()) {
    chunk_ = history_.front();
    history_.pop_front();
  } else if (chunk_.bytes == 0) {
    auto chunk = NextChunk();
    if (!chunk) return base::Fail(std::move(chunk.error()));
    if (!*chunk) return std::nullopt;
    chunk_ = **chunk;
  }
  Source& source = sources_.at(static_cast<std::size_t>(chunk_.stream));
  Output output{chunk_.stream, std::string(std::min(chunk_.bytes, kAtOnce), '\0')};
  const ssize_t n = pread(source.fd.get(), output.bytes.data(), output.bytes.size(),
                          static_cast<off_t>(source.at));
  if (n < 0) return base::FailSystem(std::string(FileOf(chunk_.stream)));
  // The writer writes the bytes before the line of `timing` that names them, so they should be
  // there.
  if (n == 0) {
    return base::Fail(base::Code::kInvalid,
                      std::string(FileOf(chunk_.stream)) + ": ends before its time");
  }
  output.bytes.resize(static_cast<std::size_t>(n));
  source.at += output.bytes.size();
  chunk_.bytes -= output.bytes.size();
  return output;
}

std::uint64_t Follower::recorded() const {
  std::uint64_t bytes = 0;
  for (const Source& source : sources_) {
    struct stat info {};
    if (source.fd && fstat(source.fd.get(), &info) == 0) {
      bytes += static_cast<std::uint64_t>(info.st_size);
    }
  }
  return bytes;
}

std::uint64_t Follower::behind() const {
  std::uint64_t read = 0;
  for (const Source& source : sources_) read += source.at;
  return recorded() - std::min(recorded(), read);
}

std::vector<int> Follower::fds() const {
  std::vector<int> fds = fds_;
  for (const Source& source : sources_) {
    if (source.fd) fds.push_back(source.fd.get());
  }
  return fds;
}

}  // namespace record
