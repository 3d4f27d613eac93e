#include "config/on_disconnect.h"

#include <fmt/format.h>

#include "base/text.h"
#include "config/quantity.h"

namespace config {
namespace {

constexpr std::string_view kKeepWord = "keep ";
constexpr std::chrono::milliseconds kShortest{1'000};
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 30);

void ReadOne(ObjectReader& reader, std::string_view key, std::optional<Disconnect>& into) {
  std::string text;
  if (!reader.String(key, text)) return;
  if (auto disconnect = ParseDisconnect(text)) {
    into = *disconnect;
    return;
  }
  reader.Report(key, fmt::format("is {}", base::Quote(text, 64)), std::string(kDisconnectHint));
}

}  // namespace

std::optional<Disconnect> ParseDisconnect(std::string_view text) {
  if (text == "hangup") return Disconnect{};
  if (text == "continue") return Disconnect{.action = Disconnect::Action::kContinue};
  if (!text.starts_with(kKeepWord)) return std::nullopt;
  const auto keep = ParseDuration(text.substr(kKeepWord.size()));
  if (!keep || *keep < kShortest || *keep > kLongest) return std::nullopt;
  return Disconnect{.action = Disconnect::Action::kKeep, .keep = *keep};
}

void ReadOnDisconnect(const Document& document, ObjectReader& reader, Problems& problems,
                      OnDisconnect& terms) {
  const Node* const node = reader.Object("on_disconnect");
  if (node == nullptr) return;
  ObjectReader inner(document, *node, problems);
  ReadOne(inner, "left", terms.left);
  ReadOne(inner, "lost", terms.lost);
  inner.Finish();
}

OnDisconnect Together(const OnDisconnect& first, const OnDisconnect& second) {
  return {.left = first.left ? first.left : second.left,
          .lost = first.lost ? first.lost : second.lost};
}

}  // namespace config
