#include "gateway/audit/json.h"

#include "base/text.h"

namespace audit {
namespace {

constexpr int kMaxDepth = 6;

}  // namespace

Json TextToJson(std::string_view bytes) {
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
  // Printing and comparing recurse, so depth is bounded before anybody does.
  bool deep = false;
  const auto watch = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kMaxDepth;
    return !deep;
  };
  Json value = Json::parse(text, watch, /*allow_exceptions=*/false);
  if (deep || !value.is_object()) return std::nullopt;
  return value;
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace audit
