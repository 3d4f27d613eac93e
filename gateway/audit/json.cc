#include "gateway/audit/json.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"
#include "gateway/audit/plain_json.h"

namespace audit {
namespace {

constexpr std::size_t kMaxDepth = 6;
constexpr int kMaxFields = 100;  // of one object

// Whether `text`, if it is JSON, is within the depth and number of fields of a record. Checked
// before parsing, because the costs of later steps grow with these: printing recurses, lookups in
// an ordered object are linear, and the parser's callback rescans a list for each element.
bool IsModest(std::string_view text) {
  std::array<int, kMaxDepth> fields{};
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (depth == kMaxDepth) return false;
      fields.at(depth++) = 0;
    } else if (c == '}' || c == ']') {
      if (depth > 0) --depth;
    } else if (c == ':' && depth > 0 && ++fields.at(depth - 1) > kMaxFields) {
      return false;
    }
  }
  return true;
}

// Whether `text` needs no escape in JSON.
bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

}  // namespace

Json TextToJson(std::string_view bytes) {
  if (IsPlain(bytes)) return bytes;
  if (base::IsUtf8(bytes)) {
    Json plain = bytes;
    if (Dump(plain).size() <= (bytes.size() + 2) / 3 * 4 + 32) return plain;
  }
  return Json{{"b64", base::Base64Encode(bytes)}};
}

std::optional<std::string> TextFromJson(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object() || value.size() != 1 || !value.contains("b64")) return std::nullopt;
  const Json& encoded = value["b64"];
  if (!encoded.is_string()) return std::nullopt;
  return base::Base64Decode(encoded.get_ref<const std::string&>());
}

std::optional<Json> ParseObject(std::string_view text) {
  if (!IsModest(text)) return std::nullopt;
  auto plain = ReadPlainJson(text);
  Json value = plain ? std::move(*plain) : Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object()) return std::nullopt;
  return value;
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace audit
