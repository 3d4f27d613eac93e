#include "gateway/record/timing.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace record {
namespace {

constexpr std::size_t kFraction = 9;                   // digits
constexpr std::uint64_t kMaxSeconds = 10'000'000'000;  // more than three centuries
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 50U;
constexpr std::uint64_t kMaxSent = 0xFFFFFFFF;  // rows or columns (RFC 4254 6.2)
constexpr std::string_view kWindow = "5";

std::optional<std::uint64_t> Number(std::string_view text, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || rest != end || value > most) return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> Delay(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || text.size() - dot - 1 != kFraction) return std::nullopt;
  const auto seconds = Number(text.substr(0, dot), kMaxSeconds);
  const auto nanoseconds = Number(text.substr(dot + 1), 999'999'999);
  if (!seconds || !nanoseconds) return std::nullopt;
  return std::chrono::milliseconds(*seconds * 1000 + *nanoseconds / 1'000'000);
}

}  // namespace

std::optional<TimingEntry> ParseTiming(std::string_view line) {
  if (line.size() > kMaxTimingLine) return std::nullopt;
  const auto words = base::Split(line, ' ');
  if (words.size() < 3) return std::nullopt;
  const auto delay = Delay(words[1]);
  if (!delay) return std::nullopt;
  TimingEntry entry{*delay, Chunk{}};
  if (words[0] == kWindow) {
    if (words.size() != 4) return std::nullopt;
    const auto rows = Number(words[2], kMaxSent);
    const auto columns = Number(words[3], kMaxSent);
    if (!rows || !columns) return std::nullopt;
    // An older writer recorded any size that a client claimed.
    const auto bounded = [](std::uint64_t size) {
      return std::min(static_cast<std::uint32_t>(size), kMaxWindow);
    };
    entry.what = Window{bounded(*rows), bounded(*columns)};
    return entry;
  }
  const auto stream = Number(words[0], kStreamFiles.size() - 1);
  const auto bytes = Number(words[2], kMaxBytes);
  if (words.size() != 3 || words[0].size() != 1 || !stream || !bytes) return std::nullopt;
  entry.what = Chunk{static_cast<Stream>(*stream), *bytes};
  return entry;
}

}  // namespace record
