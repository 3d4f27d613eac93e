// The JSON of audit records: bytes as JSON values, and JSON that came from anybody, bounded.
#ifndef ONEOFF_GATEWAY_AUDIT_JSON_H_
#define ONEOFF_GATEWAY_AUDIT_JSON_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace audit {

using Json = nlohmann::ordered_json;

// What an object has room for from the start: an ordered one copies all that it holds whenever it
// has to grow.
inline constexpr std::size_t kUsualFields = 32;

// A string; or {"b64": "..."} if `bytes` is not UTF-8, or if that is shorter (control characters).
Json TextToJson(std::string_view bytes);
// The bytes; nullopt if `value` is neither form.
std::optional<std::string> TextFromJson(const Json& value);

// `text` as an object, in time that grows with its length: nullopt if it is anything else, or nests
// deeper or has more fields than a record ever does.
std::optional<Json> ParseObject(std::string_view text);

// On one line, UTF-8. `value` holds no string that is not UTF-8.
std::string Dump(const Json& value);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_JSON_H_
