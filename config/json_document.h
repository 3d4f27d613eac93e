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

// A text over one of these bounds is an error. So are more than 200,000 values: they bound the
// memory that a file such as [[],[],[]] takes.
inline constexpr std::size_t kMaxFile = 1U << 20U;  // bytes
inline constexpr std::size_t kMaxDepth = 32;        // of nested objects and arrays

struct Member;

// One value. A node owns its elements and members; they have the file's order.
struct Node {
  enum class Kind { kNull, kBool, kInteger, kFraction, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::size_t offset = 0;  // of its first byte in the file
  // Only the member that belongs to the kind has a meaning.
  bool boolean = false;
  std::int64_t integer = 0;  // a number beyond 64 bits has kind kFraction
  std::string string;
  std::vector<Node> elements;
  std::vector<Member> members;

  // "a string", "an object", …; for messages.
  std::string_view KindName() const;
  // The member's value, or nullptr, also if this is no object. Of duplicate keys the first counts.
  // Takes time for each member.
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
  // the file. `file` is a name for messages. An error's message shows no string value of the
  // file, which may be a secret; a Problem's source_line does.
  static std::optional<Document> Parse(std::string file, std::string text, Problems& problems);

  const std::string& file() const { return file_; }
  const Node& root() const { return root_; }

  // The line of a byte, from 1.
  std::size_t LineOf(std::size_t offset) const;
  // Adds a problem at a byte of the file, with its line and a caret. An offset behind the end
  // counts as the end.
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
