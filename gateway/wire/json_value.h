// The JSON values that codec.h reads and writes, without the JSON library's own header: that takes
// seconds to compile, and only codec.cc includes it. Not for other folders.
#ifndef ONEOFF_GATEWAY_WIRE_JSON_VALUE_H_
#define ONEOFF_GATEWAY_WIRE_JSON_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wire {

using Json = nlohmann::json;

namespace internal {

struct FreeJson {
  void operator()(Json* json) const;
};
using OwnedJson = std::unique_ptr<Json, FreeJson>;

OwnedJson NewObject();
Json& Member(Json& object, const char* key);  // creates a missing member
Json& Append(Json& array);
void SetArray(Json& into);
void SetObject(Json& into);
void Set(Json& into, std::string_view bytes);
void Set(Json& into, bool value);
void Set(Json& into, std::int64_t number);
void Set(Json& into, std::uint64_t number);
// One line. The strings are UTF-8, because Set encodes others as base64.
std::string Dump(const Json& object);

// Parses an object that has a string member "type". kInvalid otherwise.
base::Result<OwnedJson> ParseObject(std::string_view text);
// Only for an object that ParseObject returned.
const std::string& TypeOf(const Json& object);
const Json* Find(const Json& object, const char* key);  // nullptr if it is missing
bool IsObject(const Json& json);
std::optional<std::size_t> SizeOfArray(const Json& json);  // nullopt if it is no array
// `index` is below SizeOfArray.
const Json& Element(const Json& array, std::size_t index);
// True if `json` has that type; only then `into` is set.
// Also takes {"b64": "..."} and nothing else beside it. Invalid base64 is no string.
bool Get(const Json& json, std::string& into);
bool Get(const Json& json, bool& into);
bool Get(const Json& json, std::int64_t& into);
bool Get(const Json& json, std::uint64_t& into);

}  // namespace internal
}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_JSON_VALUE_H_
