#include "gateway/record/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "gateway/record/digest.h"

namespace record {
namespace {

constexpr std::size_t kHexDigits = 64;
constexpr std::size_t kMaxName = 32;
constexpr std::string_view kRecording = "recording";
constexpr std::string_view kRemark = "recording ";
constexpr std::string_view kPaused = "paused ";
constexpr std::string_view kEnded = "ended";
constexpr std::string_view kEnd = "end ";

bool IsDigest(std::string_view text) {
  return text.size() == kHexDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && text.front() != '.' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '.' || c == '-'; });
}

tl::unexpected<base::Error> NotWhole() {
  return base::Fail(base::Code::kInvalid, "the recording's state is not whole");
}

}  // namespace

std::string Extent::Text() const { return fmt::format("{} {} {}", file, bytes, sha256); }

std::optional<Extent> Extent::Parse(std::string_view text) {
  const auto words = base::Split(text, ' ');
  if (words.size() != 3 || !IsName(words[0]) || !IsDigest(words[2])) return std::nullopt;
  Extent extent{std::string(words[0]), 0, std::string(words[2])};
  const char* const end = words[1].data() + words[1].size();
  const auto [rest, error] = std::from_chars(words[1].data(), end, extent.bytes);
  // A number has only one valid form, so the text that is read is the text that was written.
  if (error != std::errc() || rest != end || extent.Text() != text) return std::nullopt;
  return extent;
}

std::string DigestOf(const std::vector<Extent>& extents) {
  Digest digest;
  for (const Extent& extent : extents) digest.Add(extent.Text() + "\n");
  return digest.Hex();
}

std::string FormatState(const State& state) {
  std::string text(state.phase == State::Phase::kEnded ? kEnded : kRecording);
  if (state.phase == State::Phase::kPaused) {
    text = std::string(kPaused) + base::Escape(state.cause, kMaxCause);
  } else if (state.phase == State::Phase::kRecording && !state.cause.empty()) {
    text += " " + base::Escape(state.cause, kMaxCause);
  }
  text += '\n';
  for (const Extent& extent : state.extents) text += extent.Text() + "\n";
  return text + std::string(kEnd) + Digest::Of(text) + "\n";
}

base::Result<State> ParseState(std::string_view bytes) {
  State state;
  bytes = bytes.substr(0, kStateRoom);
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string_view::npos) return NotWhole();
    const std::string_view line = bytes.substr(at, end - at);
    if (at == 0) {
      if (line.starts_with(kPaused)) {
        state.phase = State::Phase::kPaused;
        state.cause = base::Escape(line.substr(kPaused.size()), kMaxCause);
      } else if (line == kEnded) {
        state.phase = State::Phase::kEnded;
      } else if (line.starts_with(kRemark)) {
        state.cause = base::Escape(line.substr(kRemark.size()), kMaxCause);
      } else if (line != kRecording) {
        return NotWhole();
      }
    } else if (line.starts_with(kEnd)) {
      if (line.substr(kEnd.size()) != Digest::Of(bytes.substr(0, at))) return NotWhole();
      return state;
    } else {
      auto extent = Extent::Parse(line);
      if (!extent || state.extents.size() == kMaxExtents) return NotWhole();
      state.extents.push_back(std::move(*extent));
    }
    at = end + 1;
  }
  return NotWhole();
}

}  // namespace record
