// Document: a JSON file with comments (// and /* */) as a tree of values that know their position.
//
// It knows nothing of the file's meaning: config/json_reader.h interprets it.
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
inline constexpr std::size_t kMaxDepth = 32;        // of nested objects and arrays

struct Member;

// One value. A node owns its elements and members; they have the file's order.
struct Node {
  enum class Kind { kNull, kBool, kInteger, kFraction, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::size_t offset = 0;  // of its first byte in the file
  bool boolean = false;
  std::int64_t integer = 0;  // a number beyond 64 bits has kind kFraction
  std::string string;
  std::vector<Node> elements;
  std::vector<Member> members;

  // "a string", "an object", …; for messages.
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
  // nullopt, with the error added to `problems`: text over kMaxFile, nesting over kMaxDepth, text
  // that is not JSON or not UTF-8, a NUL. A duplicate key is an error, too, but the document is
  // returned so that all errors are found at once: the caller must ask HasErrors() before it uses
  // the file.
  static std::optional<Document> Parse(std::string file, std::string text, Problems& problems);

  const std::string& file() const { return file_; }
  const Node& root() const { return root_; }

  // The line of a byte, from 1.
  std::size_t LineOf(std::size_t offset) const;
  // Adds a problem at a byte of the file, with its line and a caret.
  void Report(Problems& problems, std::size_t offset, std::string message, std::string hint = {},
              Severity severity = Severity::kError) const;

 private:
  Document(std::string file, std::string text);

  std::string file_;
  std::string text_;
  std::vector<std::size_t> lines_;  // the offset of each line's first byte
  Node root_;
};

}  // namespace config

#endif  // ONEOFF_CONFIG_JSON_DOCUMENT_H_
