// The JSON of audit records: bytes as JSON values, and a bounded parser for JSON from strangers.
//
// Strangers' bytes get here through the log and its clients. The bounds are a depth of 6 and 100
// fields an object; they are checked before the parser runs, which would recurse.
#ifndef ONEOFF_GATEWAY_AUDIT_JSON_H_
#define ONEOFF_GATEWAY_AUDIT_JSON_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace audit {

using Json = nlohmann::ordered_json;

// Room to reserve in an object: an ordered object copies all its fields whenever it grows.
inline constexpr std::size_t kUsualFields = 32;

// Returns a string; or {"b64": "..."} if `bytes` is not UTF-8, or if that is shorter.
Json TextToJson(std::string_view bytes);
// Returns the bytes; nullopt if `value` has neither form.
std::optional<std::string> TextFromJson(const Json& value);

// Parses an object in linear time. nullopt for anything else, and for an object with more depth or
// more fields than a record has.
std::optional<Json> ParseObject(std::string_view text);

// Returns one line of UTF-8. All strings in `value` must be UTF-8.
// If they are not, U+FFFD replaces the faulty bytes.
std::string Dump(const Json& value);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_JSON_H_
