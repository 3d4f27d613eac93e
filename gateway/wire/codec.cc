#include "gateway/wire/codec.h"

#include <nlohmann/json.hpp>

namespace wire::internal {
namespace {

// The size of `text` in JSON, in bytes, without its quotes.
std::size_t EscapedSize(std::string_view text) {
  std::size_t size = text.size();
  for (const char c : text) {
    if (std::string_view("\"\\\b\f\n\r\t").find(c) != std::string_view::npos) {
      size += 1;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      size += 5;  // \u0001
    }
  }
  return size;
}

}  // namespace

void FreeJson::operator()(Json* json) const { delete json; }

OwnedJson NewObject() { return OwnedJson(new Json(Json::object())); }

Json& Member(Json& object, const char* key) { return object[key]; }

Json& Append(Json& array) { return array.emplace_back(); }

void SetArray(Json& into) { into = Json::array(); }

void SetObject(Json& into) { into = Json::object(); }

void Set(Json& into, std::string_view bytes) {
  // Base64 turns three bytes into four. Text that JSON's escapes make longer than that travels as
  // base64.
  if (base::IsUtf8(bytes) && EscapedSize(bytes) <= bytes.size() / 3 * 4 + 32) {
    into = bytes;
  } else {
    into = {{"b64", base::Base64Encode(bytes)}};
  }
}

void Set(Json& into, bool value) { into = value; }

void Set(Json& into, std::int64_t number) { into = number; }

void Set(Json& into, std::uint64_t number) { into = number; }

std::string Dump(const Json& object) { return object.dump(); }

base::Result<OwnedJson> ParseObject(std::string_view text) {
  // The text may come from a process that an attacker controls, so a syntax error is an ordinary
  // result.
  OwnedJson object(new Json(Json::parse(text, nullptr, /*allow_exceptions=*/false)));
  if (!object->is_object()) return base::Fail(base::Code::kInvalid, "message is no JSON object");
  const auto type = object->find("type");
  if (type == object->end() || !type->is_string()) {
    return base::Fail(base::Code::kInvalid, "message has no type");
  }
  return object;
}

const std::string& TypeOf(const Json& object) {
  return object.at("type").get_ref<const std::string&>();
}

const Json* Find(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

bool IsObject(const Json& json) { return json.is_object(); }

std::optional<std::size_t> SizeOfArray(const Json& json) {
  if (!json.is_array()) return std::nullopt;
  return json.size();
}

const Json& Element(const Json& array, std::size_t index) { return array[index]; }

bool Get(const Json& json, std::string& into) {
  if (const auto* text = json.get_ptr<const std::string*>()) {
    into = *text;
    return true;
  }
  // One form for each value: {"b64": ...} with a further member is no string.
  if (!json.is_object() || json.size() != 1) return false;
  const auto found = json.find("b64");
  if (found == json.end() || !found->is_string()) return false;
  auto decoded = base::Base64Decode(found->get_ref<const std::string&>());
  if (!decoded) return false;
  into = std::move(*decoded);
  return true;
}

bool Get(const Json& json, bool& into) {
  if (!json.is_boolean()) return false;
  into = json.get<bool>();
  return true;
}

bool Get(const Json& json, std::int64_t& into) {
  if (!json.is_number_integer()) return false;
  into = json.get<std::int64_t>();
  return true;
}

bool Get(const Json& json, std::uint64_t& into) {
  if (!json.is_number_unsigned()) return false;
  into = json.get<std::uint64_t>();
  return true;
}

}  // namespace wire::internal
