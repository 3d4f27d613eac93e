// The form of a message in a packet: one JSON object, whose member "type" is the message's kName.
//
// A message is a struct with `static constexpr std::string_view kName` and
//   template <class Self, class Io> static void Fields(Self& self, Io& io) { io("key", self.key);
//   ... }
// Byte strings that are not UTF-8 travel as {"b64": "..."}. A reader ignores unknown members,
// because a newer peer may add some. A missing or mistyped member is an error; only a std::optional
// may be missing. FORMAT.md in this folder lists the messages.
//
// Limits: integers must fit the member's type; an enumeration of a message needs the value kLast
// and counts from 0; a packet has at most base::kMaxPacket bytes. Example of a message and its use:
//    struct Resize {
//      static constexpr std::string_view kName = "resize";
//      WindowSize size;  // a struct with Fields of its own: an object in JSON
//      template <class Self, class Io>
//      static void Fields(Self& self, Io& io) { io("size", self.size); }
//    };
//    const std::string packet = wire::Encode(Resize{{80, 24, 0, 0}});
//    const auto message = wire::Decode<std::variant<Resize>>(packet);
#ifndef ONEOFF_GATEWAY_WIRE_CODEC_H_
#define ONEOFF_GATEWAY_WIRE_CODEC_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "gateway/wire/json_value.h"

namespace wire {

// Finds a type's Fields: its own, or those of a specialisation for a value type of another folder.
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

// Writes a message's members into a JSON object. An absent std::optional leaves no member.
class Encoder {
 public:
  explicit Encoder(Json& object) : object_(object) {}

  template <class T>
  void operator()(const char* key, const T& value) {
    Put(internal::Member(object_, key), value);
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& value) {
    if (value) Put(internal::Member(object_, key), *value);
  }

 private:
  // Bytes that are not UTF-8, or much longer with JSON's escapes than in base64, become {"b64":
  // "..."}.
  static void Put(Json& into, const std::string& bytes) { internal::Set(into, bytes); }
  template <std::integral T>
  static void Put(Json& into, T number) {
    if constexpr (std::same_as<T, bool>) {
      internal::Set(into, number);
    } else if constexpr (std::is_signed_v<T>) {
      internal::Set(into, std::int64_t{number});
    } else {
      internal::Set(into, std::uint64_t{number});
    }
  }
  // An enumeration travels as its number.
  template <class T>
  requires std::is_enum_v<T>
  static void Put(Json& into, T value) { Put(into, static_cast<std::underlying_type_t<T>>(value)); }
  template <class T>
  static void Put(Json& into, const std::vector<T>& list) {
    internal::SetArray(into);
    for (const T& item : list) Put(internal::Append(into), item);
  }
  template <class T>
  requires HasFields<const T, Encoder>
  static void Put(Json& into, const T& message) {
    internal::SetObject(into);
    Encoder io(into);
    FieldsOf<T>::Visit(message, io);
  }

  Json& object_;
};

// Reads a message's members. It goes on after a fault, so the caller looks at fault() at the end;
// the message is then not to be used.
class Decoder {
 public:
  explicit Decoder(const Json& object) : object_(object) {}

  template <class T>
  void operator()(const char* key, T& value) {
    const Json* const found = internal::Find(object_, key);
    if (found == nullptr || !Value(*found, value)) Fault(key);
  }
  // A member that is there must be well-formed, also for a std::optional.
  template <class T>
  void operator()(const char* key, std::optional<T>& value) {
    const Json* const found = internal::Find(object_, key);
    if (found == nullptr) return;
    if (!Value(*found, value.emplace())) Fault(key);
  }

  // The first member that was missing or of another type; empty if there is none.
  const std::string& fault() const { return fault_; }

 private:
  void Fault(const char* key) {
    if (fault_.empty()) fault_ = key;
  }
  static bool Value(const Json& json, std::string& bytes) { return internal::Get(json, bytes); }
  static bool Value(const Json& json, bool& value) { return internal::Get(json, value); }
  // Negative and unsigned numbers alike; false if the number does not fit T.
  template <std::integral T>
  requires(!std::same_as<T, bool>) static bool Value(const Json& json, T& value) {
    std::uint64_t number = 0;
    if (internal::Get(json, number)) {
      value = static_cast<T>(number);
      return std::in_range<T>(number);
    }
    std::int64_t negative = 0;
    if (!internal::Get(json, negative)) return false;
    value = static_cast<T>(negative);
    return std::in_range<T>(negative);
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
    const auto size = internal::SizeOfArray(json);
    if (!size) return false;
    list.clear();
    for (std::size_t i = 0; i < *size; ++i) {
      if (!Value(internal::Element(json, i), list.emplace_back())) return false;
    }
    return true;
  }
  // A member that is an object: its own members are checked in the same way.
  template <class T>
  requires HasFields<T, Decoder>
  static bool Value(const Json& json, T& message) {
    if (!internal::IsObject(json)) return false;
    Decoder io(json);
    FieldsOf<T>::Visit(message, io);
    return io.fault().empty();
  }

  const Json& object_;
  std::string fault_;
};

// Returns the message as the text of one packet.
// Cannot fail but for memory. Whether the text fits a packet is the sender's question.
template <class M>
std::string Encode(const M& message) {
  const internal::OwnedJson object = internal::NewObject();
  internal::Set(internal::Member(*object, "type"), M::kName);
  Encoder io(*object);
  M::Fields(message, io);
  return internal::Dump(*object);
}

namespace internal {

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
    return base::Result<Variant>(tl::in_place, std::in_place_type<M>, std::move(*message));
  }
}

}  // namespace internal

// Returns one of the messages of `Variant`. kInvalid for any other text.
// The text comes from an untrusted process and may be anything: invalid JSON, deep nesting, another
// message's name. It must be bounded before, since the whole text is parsed first. Of a member that
// occurs twice, the last one counts.
template <class Variant>
base::Result<Variant> Decode(std::string_view text) {
  const auto object = internal::ParseObject(text);
  if (!object) return base::Fail(object.error());
  return internal::VariantFrom<Variant>(internal::TypeOf(**object), **object);
}

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_CODEC_H_
