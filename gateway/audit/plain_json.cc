#include "gateway/audit/plain_json.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace audit {
namespace {

constexpr std::size_t kMaxDigits = 19;  // of a number that fits into 64 bits

// Parses values from the front of `rest_`. After a failure `rest_` is undefined.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool Value(Json& value) {
    if (rest_.empty()) return false;
    switch (rest_.front()) {
      case '{':
        return Object(value);
      case '[':
        return List(value);
      case '"': {
        std::string_view text;
        if (!String(text)) return false;
        value = text;
        return true;
      }
      case 't':
        value = true;
        return Take("true");
      case 'f':
        value = false;
        return Take("false");
      default:
        return Number(value);
    }
  }
  bool done() const { return rest_.empty(); }

 private:
  bool Take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  bool String(std::string_view& text) {
    if (!Take("\"")) return false;
    const auto* const end = std::find_if(rest_.begin(), rest_.end(), [](char c) {
      return c == '"' || c == '\\' || c < ' ' || c > '~';
    });
    text = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(text.size());
    return Take("\"");
  }
  bool Number(Json& value) {
    std::uint64_t number = 0;
    const char* const begin = rest_.data();
    const auto [end, error] = std::from_chars(begin, begin + rest_.size(), number);
    const auto digits = static_cast<std::size_t>(end - begin);
    if (error != std::errc() || digits > kMaxDigits || (digits > 1 && *begin == '0')) return false;
    rest_.remove_prefix(digits);
    value = number;
    return true;
  }
  bool List(Json& value) {
    value = Json::array();
    if (!Take("[")) return false;
    if (Take("]")) return true;
    do {
      if (!Value(value.emplace_back())) return false;
    } while (Take(","));
    return Take("]");
  }
  bool Object(Json& value) {
    value = Json::object();
    if (!Take("{")) return false;
    if (Take("}")) return true;
    value.get_ref<Json::object_t&>().reserve(kUsualFields);
    do {
      std::string_view name;
      if (!String(name) || !Take(":")) return false;
      Json& field = value[std::string(name)];
      if (!Value(field)) return false;
    } while (Take(","));
    return Take("}");
  }

  std::string_view rest_;
};

}  // namespace

std::optional<Json> ReadPlainJson(std::string_view text) {
  Reader reader(text);
  Json value;
  if (!reader.Value(value) || !reader.done()) return std::nullopt;
  return value;
}

}  // namespace audit
