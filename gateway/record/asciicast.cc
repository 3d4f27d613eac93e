#include "gateway/record/asciicast.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"

namespace record {
namespace {

using Json = nlohmann::ordered_json;

std::string Line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

double Seconds(std::chrono::milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

std::size_t CutCharacter(std::string_view bytes) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(bytes.size(), 3); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;       // a continuation byte
    if (byte < 0xC0U || byte > 0xF7U) return 0;  // ASCII, or invalid
    const std::size_t size = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : 2;
    return size > back ? back : 0;
  }
  return 0;
}

std::string Asciicast::Header() const {
  return Line({{"version", 2},
               {"width", about_.columns},
               {"height", about_.rows},
               {"timestamp", about_.started.time_since_epoch().count() / 1000},
               {"title", fmt::format("{}+{} run {} as {}: {}", about_.app, about_.release,
                                     about_.run, about_.person, base::Escape(about_.command))}});
}

std::string Asciicast::Event(const Moment& moment) {
  if (const auto* const window = std::get_if<Window>(&moment.what)) {
    return Line({Seconds(moment.at), "r", fmt::format("{}x{}", window->columns, window->rows)});
  }
  const auto& output = std::get<Output>(moment.what);
  if (output.stream == Stream::kStdin || output.stream == Stream::kTerminalIn) return {};
  const std::string shown = Shown(output);
  return shown.empty() ? "" : Line({Seconds(moment.at), "o", shown});
}

std::string Asciicast::Shown(const Output& output) {
  std::string& rest = rest_.at(static_cast<std::size_t>(output.stream));
  std::string bytes = std::exchange(rest, {}) + output.bytes;
  // A character may be cut by the end of a read. JSON has no half characters, so its start waits
  // for the rest.
  const std::size_t cut = CutCharacter(bytes);
  rest = bytes.substr(bytes.size() - cut);
  bytes.resize(bytes.size() - cut);
  // A player emulates a terminal, on which LF alone does not go back to the first column.
  return about_.terminal ? bytes : base::WithCarriageReturns(bytes);
}

}  // namespace record
