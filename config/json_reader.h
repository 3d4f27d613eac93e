// ObjectReader: reads one JSON object key by key, and collects every error in it.
//
//   config::Problems problems;
//   const auto document = config::Document::Parse("etc/apps/shop.json", text, problems);
//   if (!document) return std::nullopt;
//   config::ObjectReader reader(*document, document->root(), problems);
//   reader.String("root", app.root, Need::kRequired);
//   reader.Duration("time", {1s, 24h}, app.time);       // "8h"; absent: app.time stays as it is
//   reader.Refused("exclusive");                        // known, but not acted on by this version
//   if (const Node* limits = reader.Object("limits")) {
//     ObjectReader inner(*document, *limits, problems);
//     inner.Integer("runs", {1, 1000}, app.runs);
//     inner.Finish();
//   }
//   if (app.root.front() != '/') reader.Report("root", "is not an absolute path");
//   reader.Finish();                                    // keys that no call read are errors
//   if (config::HasErrors(problems)) return std::nullopt;
//
// Every read returns whether the key exists with a valid value. If not, the target stays unchanged.
#ifndef ONEOFF_CONFIG_JSON_READER_H_
#define ONEOFF_CONFIG_JSON_READER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/json_document.h"
#include "config/problem.h"

namespace config {

enum class Need { kOptional, kRequired };

// Both ends are valid values. A value outside of them is an error; it is not clamped.
template <typename T>
struct Range {
  T least;
  T most;
};

inline constexpr std::size_t kMaxString = 4096;    // bytes of one string value
inline constexpr std::size_t kMaxItems = 100'000;  // elements per list

class ObjectReader {
 public:
  // `document`, `node` (a part of it) and `problems` must outlive the reader. A node that is not an
  // object is one error; all reads then find nothing.
  ObjectReader(const Document& document, const Node& node, Problems& problems);

  // 1 to kMaxString bytes, without NUL, CR and LF. The text is UTF-8: Document::Parse ensures it.
  bool String(std::string_view key, std::string& into, Need need = Need::kOptional);
  // One of `choices`.
  bool Choice(std::string_view key, const std::vector<std::string>& choices, std::string& into,
              Need need = Need::kOptional);
  // A list of strings, each as in String; it may be empty.
  bool Strings(std::string_view key, std::vector<std::string>& into, Need need = Need::kOptional);
  bool Bool(std::string_view key, bool& into);
  // `range` must be within the range of T.
  template <typename T>
  bool Integer(std::string_view key, Range<std::int64_t> range, T& into) {
    std::int64_t value = 0;
    if (!ReadInteger(key, range, value)) return false;
    into = static_cast<T>(value);
    return true;
  }
  // A string such as "90s": see ParseDuration. A plain number is an error: it has no unit.
  bool Duration(std::string_view key, Range<std::chrono::milliseconds> range,
                std::chrono::milliseconds& into);
  // Bytes: "64K" or a plain number.
  bool Size(std::string_view key, Range<std::uint64_t> range, std::uint64_t& into);
  // The node if it is an object or a list. nullptr if it is absent, or, with an error, if it has
  // another type.
  const Node* Object(std::string_view key, Need need = Need::kOptional);
  const Node* Array(std::string_view key, Need need = Need::kOptional);
  // The node, of any type.
  const Node* Any(std::string_view key, Need need = Need::kOptional);

  // A key of the format that this version does not support: an error if it is present.
  void Refused(std::string_view key, std::string_view why = "is not acted on by this version");

  // Adds "KEY MESSAGE" as an error at the key's value, or at the object's start if the key is
  // absent. Does not count as a read of the key.
  void Report(std::string_view key, std::string_view message, std::string hint = {});
  // Adds `message` at `node`, which is part of the same document.
  void ReportAt(const Node& node, std::string message, std::string hint = {});

  // Reports each key that no call has read, with the most similar known key. Must be the last call.
  void Finish();

 private:
  bool ReadInteger(std::string_view key, Range<std::int64_t> range, std::int64_t& into);
  const Node* Take(std::string_view key, Need need);
  const Node* TakeKind(std::string_view key, Node::Kind kind, Need need);
  bool GoodString(std::string_view key, const Node& node);

  const Document& document_;
  const Node& node_;
  Problems& problems_;
  std::vector<std::string> known_;
};

}  // namespace config

#endif  // ONEOFF_CONFIG_JSON_READER_H_
