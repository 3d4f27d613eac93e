#include "gateway/record/writer.h"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "gateway/record/timing.h"

namespace record {
namespace {

// The free space is checked after this many bytes or this much time.
constexpr std::uint64_t kLookAfter = 256UL * 1024;
constexpr std::chrono::milliseconds kLookEvery{1000};
constexpr std::chrono::milliseconds kHalveEvery{10'000};
// A recording that lately wrote this fraction of half the reserve must leave the whole reserve
// free.
constexpr std::uint64_t kSteep = 16;

constexpr bool IsTerminal(Stream stream) {
  return stream == Stream::kTerminal || stream == Stream::kTerminalIn;
}

}  // namespace

std::uint64_t RoomFor(std::uint64_t reserve, std::uint64_t recent) {
  const std::uint64_t half = reserve / 2;
  return half + (recent >= half / kSteep ? reserve - half : recent * kSteep);
}

Writer::Writer(Files files, Written written, const Terms& terms, const base::Clock& clock)
    : clock_(clock),
      terms_(terms),
      state_(std::move(files.state)),
      whole_(std::move(written.whole)),
      started_(clock.Monotonic()),
      last_(started_),
      looked_(started_),
      halved_(started_) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    streams_.at(i).name = kStreamFiles.at(i);
    streams_.at(i).fd = std::move(files.streams.at(i));
    if (terms.digest_all && streams_.at(i).fd) all_.at(i).emplace();
  }
  // A program on stdin is identified by its whole digest; other data only if `digest_all` asks for
  // it.
  const bool piped = records(Stream::kStdout);
  if (piped && (terms.digest_all || terms.input)) {
    all_.at(static_cast<std::size_t>(Stream::kStdin)).emplace();
  }
  timing_.name = kTiming;
  timing_.fd = std::move(files.timing);
  events_.name = kEvents;
  events_.fd = std::move(files.events);
  events_.bytes = written.events.size();
  events_.digest.Add(written.events);
}

std::vector<int> Writer::fds() const {
  std::vector<int> fds = {timing_.fd.get(), events_.fd.get(), state_.get()};
  for (const File& stream : streams_) {
    if (stream.fd) fds.push_back(stream.fd.get());
  }
  return fds;
}

std::uint64_t Writer::Elapsed() const {
  return static_cast<std::uint64_t>((clock_.Monotonic() - started_).count());
}

// Returns the seconds since the last line.
std::string Writer::Delay() {
  const base::MonotonicTime now = clock_.Monotonic();
  const auto ms = std::max<std::int64_t>((now - std::exchange(last_, now)).count(), 0);
  return fmt::format("{}.{:03}000000", ms / 1000, ms % 1000);
}

std::uint64_t Writer::Wants(Stream stream) const {
  const File& f = file(stream);
  if (given_up_ || (IsTerminal(stream) && full())) return 0;
  const bool all = (f.fd && IsTerminal(stream)) || all_.at(static_cast<std::size_t>(stream));
  if (all) return std::numeric_limits<std::uint64_t>::max();
  if (!f.fd) return 0;
  return terms_.keep - std::min(terms_.keep, f.bytes + f.held.size());
}

void Writer::Append(Stream stream, std::string_view bytes) {
  const auto i = static_cast<std::size_t>(stream);
  passed_.at(i) += bytes.size();
  File& f = streams_.at(i);
  if (given_up_ || bytes.empty()) return;
  if (all_.at(i)) all_.at(i)->Add(bytes);
  if (!f.fd) return;
  if (IsTerminal(stream)) {
    if (full()) return;
  } else {
    const std::uint64_t have = f.bytes + f.held.size();
    bytes = bytes.substr(0, terms_.keep - std::min(terms_.keep, have));
    if (bytes.empty()) return;
  }
  // In this order, `timing` never names bytes that are missing.
  Put(f, bytes);
  Put(timing_, fmt::format("{} {} {}\n", i, Delay(), bytes.size()));
  since_looked_ += bytes.size();
  CountRecent(bytes.size());
  CheckRoom();
}

void Writer::Hide(std::uint64_t bytes) {
  counted(Stream::kTerminalIn) += bytes;
  hidden_ += bytes;
}

void Writer::Resize(std::uint32_t columns, std::uint32_t rows) {
  if (given_up_ || full()) return;
  const auto bounded = [](std::uint32_t size) {
    return std::clamp<std::uint32_t>(size, 1, kMaxWindow);
  };
  Put(timing_, fmt::format("5 {} {} {}\n", Delay(), bounded(rows), bounded(columns)));
}

void Writer::Note(std::string_view event, std::string_view fields) {
  if (given_up_) return;
  Put(events_, fmt::format("{{\"ms\":{},\"event\":\"{}\"{}}}\n", Elapsed(), event, fields));
}

void Writer::Put(File& f, std::string_view bytes) {
  grown_ = true;
  total_ += bytes.size();
  // Held bytes come first. They may be of another file that these bytes refer to.
  if (blocked()) {
    f.held += bytes;
  } else {
    Write(f, bytes);
  }
}

void Writer::Write(File& f, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(f.fd.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    // A full disk is not the end: what is not written is held, and the run waits until there is
    // room.
    if (n <= 0) {
      const char* const why = n < 0 ? strerrordesc_np(errno) : "nothing was written";
      cause_ = fmt::format("{}: {}", f.name, why);
      f.held = bytes;
      return;
    }
    const std::string_view written = bytes.substr(0, static_cast<std::size_t>(n));
    f.bytes += written.size();
    f.digest.Add(written);
    bytes.remove_prefix(written.size());
  }
}

void Writer::CountRecent(std::uint64_t bytes) {
  const base::MonotonicTime now = clock_.Monotonic();
  // A decaying sum: a burst counts for some tens of seconds.
  const auto halvings = (now - halved_) / kHalveEvery;
  if (halvings > 0) {
    recent_ = halvings < 64 ? recent_ >> static_cast<unsigned>(halvings) : 0;
    halved_ = now;
  }
  recent_ += bytes;
}

void Writer::CheckRoom() {
  if (terms_.reserve == 0 || blocked()) return;
  const base::MonotonicTime now = clock_.Monotonic();
  if (since_looked_ < kLookAfter && now < looked_ + kLookEvery) return;
  since_looked_ = 0;
  looked_ = now;
  struct statvfs disk {};
  if (fstatvfs(timing_.fd.get(), &disk) != 0) return;
  const std::uint64_t wanted = std::max(RoomFor(terms_.reserve, recent_), wanted_room_);
  if (disk.f_bavail * disk.f_frsize >= wanted) {
    wanted_room_ = 0;
    return;
  }
  // While blocked, recent_ shrinks. Keep the old demand, so that waiting alone does not unblock.
  wanted_room_ = wanted;
  cause_ = fmt::format("less than {} bytes are free", wanted);
}

bool Writer::Flush() {
  if (given_up_) return true;
  if (!blocked()) return true;
  cause_.clear();
  for (File& stream : streams_) {
    if (!blocked()) Write(stream, std::exchange(stream.held, {}));
  }
  for (File* const f : {&timing_, &events_}) {
    if (!blocked()) Write(*f, std::exchange(f->held, {}));
  }
  // The next line must look at the disk now, however short ago the last look was.
  looked_ = {};
  CheckRoom();
  return !blocked();
}

void Writer::GiveUp() {
  given_up_ = true;
  cause_.clear();
  for (File& stream : streams_) stream.held.clear();
  timing_.held.clear();
  events_.held.clear();
}

std::vector<Extent> Writer::Extents() const {
  std::vector<Extent> extents = whole_;
  for (const File* const f : {&timing_, &events_}) {
    extents.push_back({std::string(f->name), f->bytes, f->digest.Hex()});
  }
  for (const File& f : streams_) {
    if (f.fd) extents.push_back({std::string(f.name), f.bytes, f.digest.Hex()});
  }
  return extents;
}

void Writer::WriteState(State::Phase phase) {
  grown_ = false;
  const std::string text = FormatState({phase, blocked() ? cause_ : remark_, Extents()});
  // The room is reserved. If the write fails anyway, the last state stays.
  (void)!pwrite(state_.get(), text.data(), std::min(text.size(), kStateRoom), 0);
}

std::string Writer::End() {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const File& f = streams_.at(i);
    const std::uint64_t hidden = i == static_cast<std::size_t>(Stream::kTerminalIn) ? hidden_ : 0;
    if (!f.fd || passed_.at(i) == f.bytes + hidden) continue;
    Note("dropped",
         fmt::format(",\"stream\":\"{}\",\"bytes\":{}", f.name, passed_.at(i) - f.bytes - hidden));
  }
  if (hidden_ > 0) Note("hidden", fmt::format(",\"bytes\":{}", hidden_));
  Note("end");
  // The run has ended, and no process waits for room any more. The state says how far the files go.
  if (blocked()) GiveUp();
  std::vector<Extent> extents = Extents();
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (!all_.at(i)) continue;
    extents.push_back(
        {std::string(kStreamFiles.at(i)) + ".passed", passed_.at(i), all_.at(i)->Hex()});
  }
  const std::string text = FormatState({State::Phase::kEnded, "", extents});
  (void)!pwrite(state_.get(), text.data(), std::min(text.size(), kStateRoom), 0);
  return DigestOf(extents);
}

}  // namespace record
