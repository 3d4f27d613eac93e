// Document: a JSON file with comments (// and /* */), as a tree whose every value knows its place.
//
// Nothing here knows what the file is about: config/json_reader.h reads meaning out of it.
#ifndef ONEOFF_CONFIG_JSON_DOCUMENT_H_
#define ONEOFF_CONFIG_JSON_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace config {

inline constexpr std::size_t kMaxFile = 1U << 20U;  // bytes
inline constexpr std::size_t kMaxDepth = 32;        // objects and arrays inside each other

struct Member;

// One value. A plain tree: an array's elements and an object's members are owned by it, in the
// file's order.
struct Node {
  enum class Kind { kNull, kBool, kInteger, kFraction, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::size_t offset = 0;  // where it begins in the file, in bytes
  bool boolean = false;
  std::int64_t integer = 0;  // of a number beyond 64 bits: kind is kFraction
  std::string string;
  std::vector<Node> elements;
  std::vector<Member> members;

  // "a string", "an object", …: for messages.
  std::string_view KindName() const;
  // The member's value, or nullptr.
  const Node* Find(std::string_view name) const;
};

struct Member {
  std::string name;
  std::size_t offset = 0;  // of the name
  Node value;
};

class Document {
 public:
  // nullopt, with what is wrong added to `problems`: text over kMaxFile, nesting over kMaxDepth, no
  // JSON, bytes that are not UTF-8, a NUL. A duplicate key is a problem too, but the document is
  // returned, so that its other problems are found in the same go: whoever uses the file asks
  // HasErrors().
  static std::optional<Document> Parse(std::string file, std::string text, Problems& problems);

  const std::string& file() const { return file_; }
  const Node& root() const { return root_; }

  // The line (from 1) of a byte.
  std::size_t LineOf(std::size_t offset) const;
  // A problem at a byte of the file, with its line and a caret.
  void Report(Problems& problems, std::size_t offset, std::string message, std::string hint = {},
              Severity severity = Severity::kError) const;

 private:
  Document(std::string file, std::string text);

  std::string file_;
  std::string text_;
  std::vector<std::size_t> lines_;  // where each line begins
  Node root_;
};

}  // namespace config

#endif  // ONEOFF_CONFIG_JSON_DOCUMENT_H_
