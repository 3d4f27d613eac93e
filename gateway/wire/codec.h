// How a message becomes a packet: one JSON object, whose member "type" is the message's kName.
//
// A message is a struct with `static constexpr std::string_view kName` and
//   template <class Self, class Io> static void Fields(Self& self, Io& io) { io("key", self.key);
//   ... }
// Byte strings that are not UTF-8 travel as {"b64": "..."}. Unknown members are passed over (a
// newer peer may add some); a missing or mistyped one is an error, but for std::optional, whose
// absence is its null. FORMAT.md in this folder lists the messages.
#ifndef ONEOFF_GATEWAY_WIRE_CODEC_H_
#define ONEOFF_GATEWAY_WIRE_CODEC_H_

#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/packet.h"
#include "base/result.h"
#include "base/text.h"

namespace wire {

using Json = nlohmann::json;

// Where a type's Fields are found: its own, or, for another folder's value types, those of a
// specialisation.
template <class T>
struct FieldsOf {
  template <class Self, class Io>
  requires requires(Self& self, Io& io) { T::Fields(self, io); }
  static void Visit(Self& self, Io& io) { T::Fields(self, io); }
};

template <class T, class Io>
concept HasFields = requires(T& value, Io& io) {
  FieldsOf<std::remove_const_t<T>>::Visit(value, io);
};

class Encoder {
 public:
  explicit Encoder(Json& object) : object_(object) {}

  template <class T>
  void operator()(const char* key, const T& value) {
    object_[key] = Value(value);
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& value) {
    if (value) object_[key] = Value(*value);
  }

 private:
  static Json Value(const std::string& bytes) {
    if (base::IsUtf8(bytes)) return bytes;
    return {{"b64", base::Base64Encode(bytes)}};
  }
  template <class T>
  requires std::integral<T> || std::same_as<T, bool>
  static Json Value(T number) { return number; }
  template <class T>
  requires std::is_enum_v<T>
  static Json Value(T value) { return static_cast<std::underlying_type_t<T>>(value); }
  template <class T>
  static Json Value(const std::vector<T>& list) {
    Json array = Json::array();
    for (const T& item : list) array.push_back(Value(item));
    return array;
  }
  template <class T>
  requires HasFields<const T, Encoder>
  static Json Value(const T& message) {
    Json object = Json::object();
    Encoder io(object);
    FieldsOf<T>::Visit(message, io);
    return object;
  }

  Json& object_;
};

class Decoder {
 public:
  explicit Decoder(const Json& object) : object_(object) {}

  template <class T>
  void operator()(const char* key, T& value) {
    const auto found = object_.find(key);
    if (found == object_.end() || !Value(*found, value)) Fault(key);
  }
  template <class T>
  void operator()(const char* key, std::optional<T>& value) {
    const auto found = object_.find(key);
    if (found == object_.end()) return;
    if (!Value(*found, value.emplace())) Fault(key);
  }

  // The first member that was missing or of another type; empty if all were there.
  const std::string& fault() const { return fault_; }

 private:
  void Fault(const char* key) {
    if (fault_.empty()) fault_ = key;
  }
  static bool Value(const Json& json, std::string& bytes) {
    if (const auto* text = json.get_ptr<const std::string*>()) {
      bytes = *text;
      return true;
    }
    if (!json.is_object() || json.size() != 1) return false;
    const auto found = json.find("b64");
    if (found == json.end() || !found->is_string()) return false;
    auto decoded = base::Base64Decode(found->get_ref<const std::string&>());
    if (!decoded) return false;
    bytes = std::move(*decoded);
    return true;
  }
  static bool Value(const Json& json, bool& value) {
    if (!json.is_boolean()) return false;
    value = json.get<bool>();
    return true;
  }
  template <std::integral T>
  requires(!std::same_as<T, bool>) static bool Value(const Json& json, T& value) {
    if (json.is_number_unsigned()) {
      const auto number = json.get<std::uint64_t>();
      value = static_cast<T>(number);
      return std::in_range<T>(number);
    }
    if (!json.is_number_integer()) return false;
    const auto number = json.get<std::int64_t>();
    value = static_cast<T>(number);
    return std::in_range<T>(number);
  }
  template <class T>
  requires std::is_enum_v<T>
  static bool Value(const Json& json, T& value) {
    std::underlying_type_t<T> number{};
    if (!Value(json, number) || number < 0 || number > static_cast<int>(T::kLast)) return false;
    value = static_cast<T>(number);
    return true;
  }
  template <class T>
  static bool Value(const Json& json, std::vector<T>& list) {
    if (!json.is_array()) return false;
    list.clear();
    for (const Json& item : json) {
      if (!Value(item, list.emplace_back())) return false;
    }
    return true;
  }
  template <class T>
  requires HasFields<T, Decoder>
  static bool Value(const Json& json, T& message) {
    if (!json.is_object()) return false;
    Decoder io(json);
    FieldsOf<T>::Visit(message, io);
    return io.fault().empty();
  }

  const Json& object_;
  std::string fault_;
};

// The message as the text of one packet.
template <class M>
std::string Encode(const M& message) {
  Json object = Json::object();
  object["type"] = M::kName;
  Encoder io(object);
  M::Fields(message, io);
  return object.dump();
}

namespace internal {

base::Result<Json> ParseObject(std::string_view text);

template <class M>
base::Result<M> FromObject(const Json& object) {
  M message;
  Decoder io(object);
  M::Fields(message, io);
  if (!io.fault().empty()) {
    return base::Fail(base::Code::kInvalid,
                      "message '" + std::string(M::kName) + "': bad member '" + io.fault() + "'");
  }
  return message;
}

// Tries each alternative's name in turn.
template <class Variant, std::size_t kIndex = 0>
base::Result<Variant> VariantFrom(const std::string& type, const Json& object) {
  if constexpr (kIndex == std::variant_size_v<Variant>) {
    return base::Fail(base::Code::kInvalid, "unknown message " + base::Quote(type, 40));
  } else {
    using M = std::variant_alternative_t<kIndex, Variant>;
    if (type != M::kName) return VariantFrom<Variant, kIndex + 1>(type, object);
    auto message = FromObject<M>(object);
    if (!message) return base::Fail(std::move(message.error()));
    return Variant(std::move(*message));
  }
}

}  // namespace internal

// One of the messages of `Variant`; kInvalid for anything else.
template <class Variant>
base::Result<Variant> Decode(std::string_view text) {
  const auto object = internal::ParseObject(text);
  if (!object) return base::Fail(object.error());
  return internal::VariantFrom<Variant>(object->at("type").get_ref<const std::string&>(), *object);
}

template <class M>
base::Result<void> Send(int socket, const M& message, const std::vector<int>& fds = {},
                        base::Wait wait = base::Wait::kYes) {
  return base::SendPacket(socket, Encode(message), fds, wait);
}

template <class Variant>
struct Received {
  Variant message;
  std::vector<base::UniqueFd> fds;
};

// As base::ReceivePacket, decoded.
template <class Variant>
base::Result<Received<Variant>> Receive(int socket, base::Wait wait) {
  auto packet = base::ReceivePacket(socket, wait);
  if (!packet) return base::Fail(std::move(packet.error()));
  auto message = Decode<Variant>(packet->bytes);
  if (!message) return base::Fail(std::move(message.error()));
  return Received<Variant>{std::move(*message), std::move(packet->fds)};
}

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_CODEC_H_
