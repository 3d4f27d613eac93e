#include "gateway/record/omissions.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/record/plain_file.h"
#include "gateway/record/playback.h"

namespace record {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxLine = 2048UL * 1024;  // bytes; the first line holds the command

std::string TextOf(const Json& event, const char* name) {
  const auto at = event.find(name);
  return at != event.end() && at->is_string() ? at->get<std::string>() : "";
}

// Returns false if the line is not an event.
bool Add(std::string_view line, Omissions& to) {
  const Json event = Json::parse(line, nullptr, false);
  if (!event.is_object()) return false;
  const std::string name = TextOf(event, "event");
  if (name != "dropped" && name != "hidden") return !name.empty();
  const auto bytes = event.find("bytes");
  if (bytes == event.end() || !bytes->is_number_unsigned()) return false;
  if (name == "hidden") {
    to.hidden = bytes->get<std::uint64_t>();
    return true;
  }
  const std::string stream = TextOf(event, "stream");
  const auto* const at = std::find(kStreamFiles.begin(), kStreamFiles.end(), stream);
  if (at == kStreamFiles.end()) return false;
  to.dropped.at(static_cast<std::size_t>(at - kStreamFiles.begin())) = bytes->get<std::uint64_t>();
  return true;
}

}  // namespace

std::string Omissions::Text() const {
  std::string text;
  for (std::size_t i = 0; i < dropped.size(); ++i) {
    if (dropped.at(i) == 0) continue;
    text += fmt::format("{}{} bytes of {}", text.empty() ? "" : ", ", dropped.at(i),
                        kStreamFiles.at(i));
  }
  if (hidden > 0) {
    text += fmt::format("{}{} bytes typed without echo", text.empty() ? "" : ", ", hidden);
  }
  return text;
}

base::Result<Omissions> ReadOmissions(const Store& store, const std::string& id) {
  const auto folder = OpenRecording(store, id);
  if (!folder) return base::Fail(folder.error());
  auto file = PlainFile::Open(folder->get(), kEvents);
  if (!file) return base::Fail(std::move(file.error()));
  PlainLines lines(std::move(*file), kMaxLine);
  Omissions omissions;
  for (;;) {
    const auto line = lines.Next();
    if (!line) return base::Fail(base::Error(line.error()).Context(kEvents));
    if (!*line) return omissions;
    if (!Add(**line, omissions)) {
      return base::Fail(base::Code::kInvalid, std::string(kEvents) + ": a line that is no event");
    }
  }
}

}  // namespace record
