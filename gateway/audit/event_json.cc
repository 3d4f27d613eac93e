#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "gateway/audit/event.h"
#include "gateway/audit/event_fields.h"
#include "gateway/audit/json.h"

namespace audit {
namespace {

// The limit when reading.
std::size_t Limit(Bound bound) {
  switch (bound) {
    case Bound::kShort:
    case Bound::kCommand:
      return kMaxCommand;
    case Bound::kArgv:
      return kMaxArgv;
    case Bound::kCut:
      break;
  }
  return kMaxText;
}

bool IsCut(Bound bound) { return bound == Bound::kCut || bound == Bound::kShort; }

std::string Cut(std::string_view text, Bound bound) {
  return CutText(text, bound == Bound::kShort ? kMaxShort : kMaxText);
}

// Writes the fields of an event into an object. Stops at the first field with an error.
class FieldWriter {
 public:
  explicit FieldWriter(Json& object) : object_(object) {}

  void operator()(const char* name, const std::string& text, Bound bound = Bound::kCut) {
    if (!IsCut(bound) && text.size() > Limit(bound)) return TooLong(name, Limit(bound));
    object_[name] = TextToJson(IsCut(bound) ? Cut(text, bound) : text);
  }
  void operator()(const char* name, const std::vector<std::string>& texts, Bound bound) {
    Json list = Json::array();
    std::size_t size = 0;
    for (const std::string& text : texts) {
      size += text.size();
      // Names are only a sample, so further ones are left out. A command's words are evidence.
      const bool over = size > Limit(bound) || list.size() == kMaxWords;
      if (over && bound == Bound::kCut) break;
      if (over) return TooLong(name, Limit(bound));
      list.push_back(TextToJson(text));
    }
    object_[name] = std::move(list);
  }
  void operator()(const char* name, bool value) { object_[name] = value; }
  void operator()(const char* name, How how) { object_[name] = Name(how); }
  void operator()(const char* name, std::uint64_t value) { object_[name] = value; }
  void operator()(const char* name, int value, int most) {
    object_[name] = value;
    if (value < 0 || value > most) {
      error_ = base::Error(base::Code::kInvalid,
                           fmt::format("{}: {} is not 0 to {}", name, value, most));
    }
  }

  const std::optional<base::Error>& error() const { return error_; }

 private:
  void TooLong(const char* name, std::size_t limit) {
    error_ = base::Error(base::Code::kTooLarge, fmt::format("{}: more than {} bytes", name, limit));
  }

  Json& object_;
  std::optional<base::Error> error_;
};

// Reads the fields of an event from an object. Keeps the first error.
class FieldReader {
 public:
  explicit FieldReader(const Json& object) : object_(object) {}

  void operator()(const char* name, std::string& text, Bound bound = Bound::kCut) {
    if (const Json* value = Find(name)) ReadText(name, *value, Limit(bound), text);
  }
  void operator()(const char* name, std::vector<std::string>& texts, Bound bound) {
    const Json* value = Find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return Fault(name, "not a list");
    std::size_t left = Limit(bound);
    if (value->size() > kMaxWords) return Fault(name, "too many words", base::Code::kTooLarge);
    for (const Json& word : *value) {
      if (!ReadText(name, word, left, texts.emplace_back())) return;
      left -= texts.back().size();
    }
  }
  void operator()(const char* name, bool& flag) {
    const Json* value = Find(name);
    if (value == nullptr) return;
    if (!value->is_boolean()) return Fault(name, "not true or false");
    flag = value->get<bool>();
  }
  void operator()(const char* name, How& how) {
    std::string word;
    (*this)(name, word);
    for (int i = 0; i <= static_cast<int>(How::kLast); ++i) {
      how = static_cast<How>(i);
      if (Name(how) == word) return;
    }
    Fault(name, "not a known ending");
  }
  void operator()(const char* name, std::uint64_t& number) {
    const Json* value = Find(name);
    if (value == nullptr) return;
    if (!value->is_number_unsigned()) return Fault(name, "not a number from 0");
    number = value->get<std::uint64_t>();
  }
  void operator()(const char* name, int& number, int most) {
    std::uint64_t read = 0;
    (*this)(name, read);
    if (read > static_cast<std::uint64_t>(most)) return Fault(name, "out of range");
    number = static_cast<int>(read);
  }

  // Returns the first error; also if the object has an unknown field.
  std::optional<base::Error> Finish() {
    // "event" is a field too.
    if (!error_ && object_.size() != found_ + 1) {
      error_ = base::Error(base::Code::kInvalid, "a field that is not known");
    }
    return error_;
  }

 private:
  const Json* Find(const char* name) {
    const auto at = object_.find(name);
    if (at == object_.end()) {
      Fault(name, "missing");
      return nullptr;
    }
    ++found_;
    return &*at;
  }
  bool ReadText(const char* name, const Json& value, std::size_t limit, std::string& text) {
    auto read = TextFromJson(value);
    if (!read) {
      Fault(name, "not a text");
    } else if (read->size() > limit) {
      Fault(name, fmt::format("more than {} bytes", limit), base::Code::kTooLarge);
    } else {
      text = std::move(*read);
      return true;
    }
    return false;
  }
  void Fault(const char* name, std::string_view what, base::Code code = base::Code::kInvalid) {
    if (!error_) error_ = base::Error(code, fmt::format("{}: {}", name, what));
  }

  const Json& object_;
  std::size_t found_ = 0;
  std::optional<base::Error> error_;
};

// Returns an empty event of that name.
template <std::size_t I = 0>
std::optional<Event> Named(std::string_view name) {
  if constexpr (I < std::variant_size_v<Event>) {
    Event event(std::in_place_index<I>);
    if (Name(event) == name) return event;
    return Named<I + 1>(name);
  } else {
    return std::nullopt;
  }
}

}  // namespace

std::string CutText(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const std::string note = fmt::format("... ({} bytes, cut)", text.size());
  std::size_t end = most - note.size();
  // Not inside a character, so that the text stays UTF-8.
  for (int i = 0; i < 3 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80; ++i) --end;
  return std::string(text.substr(0, end)) + note;
}

base::Result<std::string> ToJson(const Event& event) {
  Json object = Json::object();
  object.get_ref<Json::object_t&>().reserve(kUsualFields);
  object["event"] = Name(event);
  FieldWriter writer(object);
  std::visit([&](const auto& e) { Fields(writer, e); }, event);
  if (writer.error()) return base::Fail(base::Error(*writer.error()).Context(Name(event)));
  std::string text = Dump(object);
  if (text.size() > kMaxEvent) {
    return base::Fail(base::Code::kTooLarge,
                      fmt::format("{}: more than {} bytes", Name(event), kMaxEvent));
  }
  return text;
}

base::Result<Event> FromJson(std::string_view json) {
  if (json.size() > kMaxEvent) {
    return base::Fail(base::Code::kTooLarge, fmt::format("event: more than {} bytes", kMaxEvent));
  }
  const auto object = ParseObject(json);
  if (!object) return base::Fail(base::Code::kInvalid, "event: not a JSON object");
  const auto name = object->find("event");
  auto event = name != object->end() && name->is_string()
                   ? Named(name->get_ref<const std::string&>())
                   : std::nullopt;
  if (!event) return base::Fail(base::Code::kInvalid, "event: not a known one");
  FieldReader reader(*object);
  std::visit([&](auto& e) { Fields(reader, e); }, *event);
  if (auto error = reader.Finish()) return base::Fail(std::move(*error).Context(Name(*event)));
  return std::move(*event);
}

}  // namespace audit
