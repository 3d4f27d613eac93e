// Every message that one process sends another, in both directions, and the records of a run's
// folder: as any text, and as any values. What can be read can be written, and means the same.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "gateway/run/run_record.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/release_snapshot.h"
#include "tests/fuzz/input.h"

namespace {

using fuzz::Require;

// An Io (gateway/wire/codec.h) that gives every field a value off the input.
class Filler {
 public:
  explicit Filler(fuzz::Input& input) : input_(input) {}

  template <class T>
  void operator()(const char*, T& value) {
    Fill(value);
  }

 private:
  static constexpr std::size_t kMostItems = 8;

  void Fill(std::string& bytes) { bytes = input_.String(); }
  void Fill(bool& value) { value = input_.Bool(); }
  template <class T>
  requires std::is_arithmetic_v<T>
  void Fill(T& number) { number = static_cast<T>(input_.Number(sizeof number)); }
  template <class T>
  requires std::is_enum_v<T>
  void Fill(T& value) { value = static_cast<T>(input_.Byte() % (static_cast<int>(T::kLast) + 1)); }
  template <class T>
  void Fill(std::optional<T>& value) {
    if (input_.Bool()) Fill(value.emplace());
  }
  template <class T>
  void Fill(std::vector<T>& list) {
    list.resize(input_.Byte() % kMostItems);
    for (T& item : list) Fill(item);
  }
  template <class T>
  requires wire::HasFields<T, Filler>
  void Fill(T& message) { wire::FieldsOf<T>::Visit(message, *this); }

  fuzz::Input& input_;
};

template <class Variant>
void CheckText(std::string_view text) {
  const auto message = wire::Decode<Variant>(text);
  if (!message) {
    // Goes to the log: a stranger's bytes are in it, so it is printable.
    for (const char c : message.error().message()) Require(static_cast<unsigned char>(c) >= 0x20);
    return;
  }
  const std::string once = std::visit([](const auto& m) { return wire::Encode(m); }, *message);
  const auto again = wire::Decode<Variant>(once);
  Require(again.has_value() && again->index() == message->index());
  Require(std::visit([](const auto& m) { return wire::Encode(m); }, *again) == once);
}

template <class Message>
void CheckValue(fuzz::Input input) {
  Message message;
  Filler filler(input);
  wire::FieldsOf<Message>::Visit(message, filler);
  CheckText<std::variant<Message>>(wire::Encode(message));
  Require(wire::Decode<std::variant<Message>>(wire::Encode(message)).has_value());
}

template <class Variant, std::size_t... kIndex>
void CheckValues(const fuzz::Input& input, std::size_t which, std::index_sequence<kIndex...>) {
  ((which == kIndex ? CheckValue<std::variant_alternative_t<kIndex, Variant>>(input) : void()),
   ...);
}

// The alternatives of several variants as those of one.
template <class... Variant>
struct Joined;
template <class... A>
struct Joined<std::variant<A...>> {
  using Type = std::variant<A...>;
};
template <class... A, class... B, class... More>
struct Joined<std::variant<A...>, std::variant<B...>, More...>
    : Joined<std::variant<A..., B...>, More...> {};

using Records = std::variant<run::RunRecord, run::Leader, run::Attachment, run::Ending>;
using Messages = Joined<wire::FromGateway, wire::ToGateway, wire::FromMonitor, wire::FromSession,
                        wire::ToSession, wire::ToSupervisor, wire::FromSupervisor,
                        wire::FromResolver, wire::FromLocalCaller, wire::FromLocalMonitor,
                        wire::ToRun, wire::FromRun, Records>::Type;

}  // namespace

// An input that begins with '{' is a text; else its first byte chooses a message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  if (input.rest().starts_with('{')) {
    CheckText<wire::FromGateway>(input.rest());
    CheckText<wire::ToGateway>(input.rest());
    CheckText<wire::FromMonitor>(input.rest());
    CheckText<wire::FromSession>(input.rest());
    CheckText<wire::ToSession>(input.rest());
    CheckText<wire::ToSupervisor>(input.rest());
    CheckText<wire::FromSupervisor>(input.rest());
    CheckText<wire::FromResolver>(input.rest());
    CheckText<wire::FromLocalCaller>(input.rest());
    CheckText<wire::FromLocalMonitor>(input.rest());
    CheckText<wire::ToRun>(input.rest());
    CheckText<wire::FromRun>(input.rest());
    CheckText<Records>(input.rest());
    return 0;
  }
  constexpr std::size_t kCount = std::variant_size_v<Messages>;
  const std::size_t which = input.Byte() % kCount;
  CheckValues<Messages>(input, which, std::make_index_sequence<kCount>());
  return 0;
}
