#include "gateway/record/usage.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "base/text.h"

namespace record {
namespace {

constexpr std::size_t kMaxUsage = 8UL << 20;  // bytes of the file
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxFiles = 64;
constexpr std::uint64_t kBlock = 512;  // st_blocks is in this unit (stat(2))
constexpr std::string_view kFirstLine = "oneoff usage 1";
constexpr const char* kNewUsage = ".usage.new";

std::string Key(std::string_view name) { return base::Escape(name, kMaxName); }

void Reduce(std::uint64_t& sum, std::uint64_t bytes) { sum -= std::min(sum, bytes); }

tl::unexpected<base::Error> NotWhole() {
  return base::Fail(base::Code::kInvalid, "the recordings' usage is not whole");
}

base::Result<void> WriteWhole(const Store& store, const char* name, std::string_view text) {
  const base::UniqueFd file(openat(
      store.fd(), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!file) return base::FailSystem(name);
  return base::WriteAll(file.get(), text);
}

}  // namespace

std::uint64_t Usage::Of(const Sums& sums, std::string_view name) {
  const auto found = sums.find(Key(name));
  return found == sums.end() ? 0 : found->second;
}

void Usage::Add(std::string_view person, std::string_view app, std::uint64_t bytes) {
  people_[Key(person)] += bytes;
  apps_[Key(app)] += bytes;
  all_ += bytes;
}

void Usage::Subtract(std::string_view person, std::string_view app, std::uint64_t bytes) {
  Reduce(people_[Key(person)], bytes);
  Reduce(apps_[Key(app)], bytes);
  Reduce(all_, bytes);
}

std::string Usage::Format() const {
  std::string text = std::string(kFirstLine) + "\n";
  for (const auto& [name, bytes] : people_) text += fmt::format("person {} {}\n", bytes, name);
  for (const auto& [name, bytes] : apps_) text += fmt::format("app {} {}\n", bytes, name);
  return text + fmt::format("all {}\n", all_);
}

base::Result<Usage> Usage::Parse(std::string_view text) {
  Usage usage;
  const auto lines = base::Split(text, '\n');
  if (lines.size() < 3 || lines.front() != kFirstLine || !lines.back().empty()) return NotWhole();
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return NotWhole();
    const std::string_view kind = line.substr(0, blank);
    std::uint64_t bytes = 0;
    const char* const end = line.data() + line.size();
    const auto [rest, error] = std::from_chars(line.data() + blank + 1, end, bytes);
    if (error != std::errc()) return NotWhole();
    if (kind == "all") {
      if (rest != end || i + 2 != lines.size()) return NotWhole();
      usage.all_ = bytes;
      return usage;
    }
    if ((kind != "person" && kind != "app") || rest == end || *rest != ' ') return NotWhole();
    (kind == "app" ? usage.apps_ : usage.people_)[std::string(rest + 1, end)] = bytes;
  }
  return NotWhole();
}

base::Result<Usage> ReadUsage(const Store& store) {
  const auto text = base::ReadFile(store.fd(), kUsage, kMaxUsage);
  if (!text) return base::Fail(text.error());
  return Usage::Parse(*text);
}

base::Result<void> WriteUsage(const Store& store, const Usage& usage) {
  if (auto written = WriteWhole(store, kNewUsage, usage.Format()); !written) return written;
  // A reader sees the old or the new sums, never half of them. No fsync(2): the next pruning counts
  // anew.
  if (renameat(store.fd(), kNewUsage, store.fd(), kUsage) != 0) return base::FailSystem(kUsage);
  return {};
}

std::uint64_t BytesOnDisk(const Store& store, const std::string& id) {
  const auto names = base::ListDirectory(store.fd(), id, kMaxFiles);
  std::uint64_t bytes = 0;
  if (!names) return bytes;
  for (const std::string& name : *names) {
    struct stat info {};
    if (fstatat(store.fd(), (id + "/" + name).c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
      bytes += static_cast<std::uint64_t>(info.st_blocks) * kBlock;
    }
  }
  return bytes;
}

std::optional<base::WallTime> ClockBelievedAt(const Store& store) {
  struct stat info {};
  if (fstatat(store.fd(), kClock, &info, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return base::WallTime(std::chrono::seconds(info.st_mtim.tv_sec));
}

base::Result<void> BelieveClock(const Store& store) {
  return WriteWhole(store, kClock, "the time of this file: when the clock was last believed\n");
}

}  // namespace record
