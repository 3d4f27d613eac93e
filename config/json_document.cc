#include "config/json_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"

namespace config {
namespace {

// Limits the memory that a file such as "[],[],[]" can take.
constexpr std::size_t kMaxNodes = 200'000;

// Follows nlohmann's parser, which reports no positions: finds the byte at which the next reported
// token begins. The parser has accepted the text up to there, so only the tokens' shapes matter.
class Follower {
 public:
  explicit Follower(std::string_view text) : text_(text) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;  // a byte order mark
  }

  // The next token's first byte. Skips space, comments, commas and colons.
  std::size_t Next() {
    while (at_ < text_.size()) {
      const char byte = text_[at_];
      if (byte == '/') {
        SkipComment();
      } else if (std::string_view(" \t\r\n,:").find(byte) != std::string_view::npos) {
        ++at_;
      } else {
        break;
      }
    }
    const std::size_t token = at_;
    SkipToken();
    return token;
  }

 private:
  void SkipComment() {
    const bool block = text_.substr(at_, 2) == "/*";
    const std::size_t end = block ? text_.find("*/", at_ + 2) : text_.find_first_of("\r\n", at_);
    at_ = end == std::string_view::npos ? text_.size() : end + (block ? 2 : 1);
  }

  void SkipToken() {
    if (at_ >= text_.size()) return;
    const char first = text_[at_++];
    if (std::string_view("{}[]").find(first) != std::string_view::npos) return;
    if (first == '"') {
      while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
      ++at_;
      return;
    }
    const std::size_t end = text_.find_first_of(" \t\r\n,:{}[]/\"", at_);
    at_ = end == std::string_view::npos ? text_.size() : end;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Builds the tree from the parser's events. nlohmann's interface defines the method names.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  using Exception = nlohmann::json::exception;

  explicit Builder(std::string_view text) : follower_(text) {}

  bool null() override { return Place(Node::Kind::kNull) != nullptr; }
  bool boolean(bool value) override {
    Node* const node = Place(Node::Kind::kBool);
    if (node != nullptr) node->boolean = value;
    return node != nullptr;
  }
  bool number_integer(number_integer_t value) override {
    Node* const node = Place(Node::Kind::kInteger);
    if (node != nullptr) node->integer = value;
    return node != nullptr;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(INT64_MAX)) {
      return Place(Node::Kind::kFraction) != nullptr;
    }
    return number_integer(static_cast<number_integer_t>(value));
  }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return Place(Node::Kind::kFraction) != nullptr;
  }
  bool string(string_t& value) override {
    Node* const node = Place(Node::Kind::kString);
    if (node != nullptr) node->string = std::move(value);
    return node != nullptr;
  }
  bool binary(binary_t& /*value*/) override { return false; }  // not in a JSON text
  bool start_object(std::size_t /*elements*/) override { return Open(Node::Kind::kObject); }
  bool key(string_t& name) override {
    Member member;
    member.name = std::move(name);
    member.offset = follower_.Next();
    open_.back()->members.push_back(std::move(member));
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t /*elements*/) override { return Open(Node::Kind::kArray); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const Exception& error) override {
    fault_at_ = position == 0 ? 0 : position - 1;
    fault_ = Sentence(error.what());
    return false;
  }

  Node& root() { return root_; }
  std::size_t fault_at() const { return fault_at_; }
  const std::string& fault() const { return fault_; }

 private:
  // The parser's message without the text that it read last: that may be a secret value.
  static std::string Sentence(std::string_view what) {
    const std::size_t dash = what.find(" - ");
    std::string_view sentence = dash == std::string_view::npos ? what : what.substr(dash + 3);
    std::string after;
    if (const std::size_t last = sentence.find("; last read: "); last != std::string_view::npos) {
      // An expected token, if the message names one, comes after the text that was read.
      const std::size_t expected = sentence.rfind("'; expected ");
      if (expected != std::string_view::npos && expected > last) {
        after = sentence.substr(expected + 1);
      }
      sentence = sentence.substr(0, last);
    }
    const std::string fault = fmt::format("{}{}", sentence, after);
    return fmt::format("not JSON: {}{}", fault, AboutAComma(fault));
  }

  // A hint about commas, the most likely mistake: the parser's messages never mention them.
  static std::string_view AboutAComma(std::string_view fault) {
    const bool closes = fault.starts_with("unexpected '}'") || fault.starts_with("unexpected ']'");
    const bool wants_end = fault.ends_with("; expected '}'") || fault.ends_with("; expected ']'");
    if (closes && (fault.ends_with("string literal") || fault.ends_with("or a literal"))) {
      return "; is there a comma too many before it?";
    }
    if (!closes && wants_end && !fault.starts_with("unexpected end of input")) {
      return "; is a comma missing before it?";
    }
    return "";
  }

  // The node for the next value; nullptr if there are too many.
  Node* Place(Node::Kind kind) {
    const std::size_t offset = follower_.Next();
    if (++nodes_ > kMaxNodes) return Fault(offset, fmt::format("more than {} values", kMaxNodes));
    Node* node = &root_;
    if (!open_.empty()) {
      Node& parent = *open_.back();
      node = parent.kind == Node::Kind::kArray ? &parent.elements.emplace_back()
                                               : &parent.members.back().value;
    }
    node->kind = kind;
    node->offset = offset;
    return node;
  }

  bool Open(Node::Kind kind) {
    Node* const node = Place(kind);
    if (node == nullptr) return false;
    // Later readers of the tree recurse.
    if (open_.size() >= kMaxDepth) {
      Fault(node->offset, fmt::format("nested more than {} deep", kMaxDepth));
      return false;
    }
    // The parents of an open node do not grow while it is open, so the pointers stay valid.
    open_.push_back(node);
    return true;
  }

  bool Close() {
    follower_.Next();
    open_.pop_back();
    return true;
  }

  Node* Fault(std::size_t offset, std::string message) {
    fault_at_ = offset;
    fault_ = std::move(message);
    return nullptr;
  }

  Follower follower_;
  Node root_;
  std::vector<Node*> open_;
  std::size_t nodes_ = 0;
  std::size_t fault_at_ = 0;
  std::string fault_;
};

// nlohmann's parser keeps the last of two equal keys and says nothing: a rule could hide another
// one.
void ReportDuplicates(const Document& document, const Node& node, Problems& problems) {
  std::vector<const Member*> members;
  members.reserve(node.members.size());
  for (const Member& member : node.members) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const Member* a, const Member* b) { return a->name < b->name; });
  for (std::size_t i = 1; i < members.size(); ++i) {
    if (members[i]->name != members[i - 1]->name) continue;
    document.Report(
        problems, members[i]->offset,
        fmt::format("duplicate key \"{}\"; it stands in line {} already",
                    base::Escape(members[i]->name, 64), document.LineOf(members[i - 1]->offset)));
  }
  for (const Member& member : node.members) ReportDuplicates(document, member.value, problems);
  for (const Node& element : node.elements) ReportDuplicates(document, element, problems);
}

}  // namespace

std::string_view Node::KindName() const {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return boolean ? "true" : "false";
    case Kind::kInteger:
      return "a number";
    case Kind::kFraction:
      return "a fraction or a huge number";
    case Kind::kString:
      return "a string";
    case Kind::kArray:
      return "a list";
    case Kind::kObject:
      return "an object";
  }
  return "nothing";
}

const Node* Node::Find(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [name](const Member& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

Document::Document(std::string file, std::string text)
    : file_(std::move(file)), text_(std::move(text)), lines_{0} {
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    lines_.push_back(at + 1);
  }
}

std::optional<Document> Document::Parse(std::string file, std::string text, Problems& problems) {
  if (text.size() > kMaxFile) {
    Add(problems, ProblemOf(file, 0, fmt::format("is larger than {} bytes", kMaxFile)));
    return std::nullopt;
  }
  Document document(std::move(file), std::move(text));
  // The parser ends a comment at a NUL; a person who reads the file does not see that.
  if (const std::size_t nul = document.text_.find('\0'); nul != std::string::npos) {
    document.Report(problems, nul, "not JSON: a NUL byte");
    return std::nullopt;
  }
  Builder builder(document.text_);
  try {
    const bool sound =
        nlohmann::json::sax_parse(document.text_, &builder, nlohmann::json::input_format_t::json,
                                  /*strict=*/true, /*ignore_comments=*/true);
    if (!sound) {
      document.Report(problems, builder.fault_at(), builder.fault());
      return std::nullopt;
    }
  } catch (const std::exception& error) {
    Add(problems, ProblemOf(document.file_, 0, fmt::format("cannot be read: {}", error.what())));
    return std::nullopt;
  }
  document.root_ = std::move(builder.root());
  ReportDuplicates(document, document.root_, problems);
  return document;
}

std::size_t Document::LineOf(std::size_t offset) const {
  return static_cast<std::size_t>(std::upper_bound(lines_.begin(), lines_.end(), offset) -
                                  lines_.begin());
}

void Document::Report(Problems& problems, std::size_t offset, std::string message, std::string hint,
                      Severity severity) const {
  offset = std::min(offset, text_.size());
  Problem problem = ProblemOf(file_, LineOf(offset), std::move(message), std::move(hint));
  problem.severity = severity;
  const std::size_t begin = lines_[problem.line - 1];
  problem.column = offset - begin + 1;
  const std::string_view rest = std::string_view(text_).substr(begin);
  ShowLine(problem, rest.substr(0, rest.find_first_of("\r\n")));
  Add(problems, std::move(problem));
}

}  // namespace config
