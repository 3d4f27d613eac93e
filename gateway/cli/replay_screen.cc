#include "gateway/cli/replay_screen.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "config/quantity.h"

namespace cli {
namespace {

screen::Size SizeOf(std::uint32_t rows, std::uint32_t columns) {
  return {static_cast<int>(std::min(rows, record::kMaxWindow)),
          static_cast<int>(std::min(columns, record::kMaxWindow))};
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseAt(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  std::chrono::milliseconds sum{0};
  do {
    const std::size_t unit = std::min(text.find_first_not_of(kDigits), text.size());
    const std::size_t end = std::min(text.find_first_of(kDigits, unit), text.size());
    const auto part = config::ParseDuration(text.substr(0, end));
    // Each part is bounded, and so is their number by the command line's length.
    if (!part || text.size() > 64) return std::nullopt;
    sum += *part;
    text.remove_prefix(end);
  } while (!text.empty());
  return sum;
}

base::Result<Reached> Reach(record::Playback& playback,
                            std::optional<std::chrono::milliseconds> at) {
  const record::About& about = playback.about();
  Reached reached{screen::Screen(SizeOf(about.rows, about.columns)), std::nullopt};
  for (;;) {
    auto moment = playback.Next();
    if (!moment) return base::Fail(std::move(moment.error()));
    if (!*moment) return reached;
    if (at && (*moment)->at > *at) {
      reached.next = std::move(**moment);
      return reached;
    }
    reached.last = (*moment)->at;
    if (const auto* const window = std::get_if<record::Window>(&(*moment)->what)) {
      reached.screen.Resize(SizeOf(window->rows, window->columns));
      continue;
    }
    const auto& output = std::get<record::Output>((*moment)->what);
    if (output.stream == record::Stream::kTerminal) reached.screen.Feed(output.bytes);
  }
}

}  // namespace cli
