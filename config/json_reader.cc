#include "config/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "config/quantity.h"

namespace config {
namespace {

constexpr std::size_t kMaxGuess = 64;  // bytes; a longer word is not compared with the known keys

std::string_view Name(Node::Kind kind) {
  Node node;
  node.kind = kind;
  return kind == Node::Kind::kBool ? "true or false" : node.KindName();
}

}  // namespace

ObjectReader::ObjectReader(const Document& document, const Node& node, Problems& problems)
    : document_(document), node_(node), problems_(problems) {
  if (node.kind != Node::Kind::kObject) {
    ReportAt(node, fmt::format("is {}, not an object {{...}}", node.KindName()));
  }
}

const Node* ObjectReader::Take(std::string_view key, Need need) {
  known_.emplace_back(key);
  const Node* const node = node_.Find(key);
  if (node == nullptr && need == Need::kRequired && node_.kind == Node::Kind::kObject) {
    ReportAt(node_, fmt::format("\"{}\" is missing", key));
  }
  return node;
}

const Node* ObjectReader::TakeKind(std::string_view key, Node::Kind kind, Need need) {
  const Node* const node = Take(key, need);
  if (node == nullptr || node->kind == kind) return node;
  ReportAt(*node, fmt::format("\"{}\" is {}, not {}", key, node->KindName(), Name(kind)));
  return nullptr;
}

bool ObjectReader::GoodString(std::string_view key, const Node& node) {
  // The strings become paths, arguments and lines of messages, which end at a NUL or a newline.
  std::string fault;
  if (node.kind != Node::Kind::kString) {
    fault = fmt::format("is {}, not a string", node.KindName());
  } else if (node.string.empty()) {
    fault = "is empty";
  } else if (node.string.size() > kMaxString) {
    fault = fmt::format("is longer than {} bytes", kMaxString);
  } else if (node.string.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
    fault = "holds a NUL or a newline";
  }
  if (fault.empty()) return true;
  ReportAt(node, fmt::format("\"{}\" {}", key, fault));
  return false;
}

bool ObjectReader::String(std::string_view key, std::string& into, Need need) {
  const Node* const node = Take(key, need);
  if (node == nullptr || !GoodString(key, *node)) return false;
  into = node->string;
  return true;
}

bool ObjectReader::Choice(std::string_view key, const std::vector<std::string>& choices,
                          std::string& into, Need need) {
  const Node* const node = Take(key, need);
  if (node == nullptr || !GoodString(key, *node)) return false;
  if (std::find(choices.begin(), choices.end(), node->string) == choices.end()) {
    ReportAt(*node, fmt::format("\"{}\" is {}, not one of: {}", key, base::Quote(node->string, 64),
                                base::Join(choices, ", ")));
    return false;
  }
  into = node->string;
  return true;
}

bool ObjectReader::Strings(std::string_view key, std::vector<std::string>& into, Need need) {
  const Node* const node = Array(key, need);
  if (node == nullptr) return false;
  std::vector<std::string> strings;
  strings.reserve(node->elements.size());
  for (const Node& element : node->elements) {
    if (GoodString(key, element)) strings.push_back(element.string);
  }
  if (strings.size() != node->elements.size()) return false;
  into = std::move(strings);
  return true;
}

bool ObjectReader::Bool(std::string_view key, bool& into) {
  const Node* const node = TakeKind(key, Node::Kind::kBool, Need::kOptional);
  if (node == nullptr) return false;
  into = node->boolean;
  return true;
}

bool ObjectReader::ReadInteger(std::string_view key, Range<std::int64_t> range,
                               std::int64_t& into) {
  const Node* const node = TakeKind(key, Node::Kind::kInteger, Need::kOptional);
  if (node == nullptr) return false;
  if (node->integer < range.least || node->integer > range.most) {
    ReportAt(*node, fmt::format("\"{}\" is {}, not between {} and {}", key, node->integer,
                                range.least, range.most));
    return false;
  }
  into = node->integer;
  return true;
}

bool ObjectReader::Duration(std::string_view key, Range<std::chrono::milliseconds> range,
                            std::chrono::milliseconds& into) {
  const Node* const node = Take(key, Need::kOptional);
  if (node == nullptr) return false;
  const auto value = node->kind == Node::Kind::kString ? ParseDuration(node->string) : std::nullopt;
  if (!value) {
    ReportAt(*node, fmt::format("\"{}\" is not a duration such as \"90s\", \"15m\" or \"8h\"", key),
             "the units are ms, s, m, h, d");
    return false;
  }
  if (*value < range.least || *value > range.most) {
    ReportAt(*node, fmt::format("\"{}\" is {}, not between {} and {}", key, FormatDuration(*value),
                                FormatDuration(range.least), FormatDuration(range.most)));
    return false;
  }
  into = *value;
  return true;
}

bool ObjectReader::Size(std::string_view key, Range<std::uint64_t> range, std::uint64_t& into) {
  const Node* const node = Take(key, Need::kOptional);
  if (node == nullptr) return false;
  std::optional<std::uint64_t> value;
  if (node->kind == Node::Kind::kString) value = ParseSize(node->string);
  if (node->kind == Node::Kind::kInteger && node->integer >= 0) {
    value = static_cast<std::uint64_t>(node->integer);
  }
  if (!value) {
    ReportAt(*node, fmt::format("\"{}\" is not a size in bytes such as \"64K\" or \"2G\"", key),
             "the units are K, M, G, T");
    return false;
  }
  if (*value < range.least || *value > range.most) {
    ReportAt(*node, fmt::format("\"{}\" is {}, not between {} and {}", key, FormatSize(*value),
                                FormatSize(range.least), FormatSize(range.most)));
    return false;
  }
  into = *value;
  return true;
}

const Node* ObjectReader::Object(std::string_view key, Need need) {
  return TakeKind(key, Node::Kind::kObject, need);
}

const Node* ObjectReader::Array(std::string_view key, Need need) {
  const Node* const node = TakeKind(key, Node::Kind::kArray, need);
  if (node == nullptr || node->elements.size() <= kMaxItems) return node;
  ReportAt(*node, fmt::format("\"{}\" has more than {} elements", key, kMaxItems));
  return nullptr;
}

const Node* ObjectReader::Any(std::string_view key, Need need) { return Take(key, need); }

void ObjectReader::Refused(std::string_view key, std::string_view why) {
  const Node* const node = Take(key, Need::kOptional);
  if (node != nullptr) ReportAt(*node, fmt::format("\"{}\" {}", key, why));
}

void ObjectReader::Report(std::string_view key, std::string_view message, std::string hint) {
  const Node* const node = node_.Find(key);
  ReportAt(node != nullptr ? *node : node_, fmt::format("\"{}\" {}", key, message),
           std::move(hint));
}

void ObjectReader::ReportAt(const Node& node, std::string message, std::string hint) {
  document_.Report(problems_, node.offset, std::move(message), std::move(hint));
}

void ObjectReader::Finish() {
  for (const Member& member : node_.members) {
    if (std::find(known_.begin(), known_.end(), member.name) != known_.end()) continue;
    std::string hint;
    if (member.name.size() <= kMaxGuess && problems_.size() < kMaxProblems) {
      const auto nearest = base::Nearest(member.name, known_);
      if (nearest) hint = fmt::format("did you mean \"{}\"?", *nearest);
    }
    document_.Report(problems_, member.offset,
                     fmt::format("unknown key \"{}\"", base::Escape(member.name, kMaxGuess)),
                     std::move(hint));
  }
}

}  // namespace config
