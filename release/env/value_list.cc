#include "release/env/value_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "release/env/value_scan.h"

namespace release {
namespace {

constexpr std::size_t kMaxFileWarnings = 20;
constexpr std::size_t kMaxShownName = 100;  // bytes

bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxShownName &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return c == '_' || c == '.' || c == '-' || (c >= 'a' && c <= 'z') ||
                  (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

}  // namespace

tl::unexpected<base::Error> FailAtLine(std::size_t line, std::string_view name,
                                       std::string_view why) {
  return base::Fail(base::Code::kInvalid, IsPlainName(name)
                                              ? fmt::format("{}: {}: {}", line, name, why)
                                              : fmt::format("{}: {}", line, why));
}

base::Result<void> RequireUtf8(std::string_view text) {
  if (base::IsUtf8(text)) return {};
  Lines lines(text);
  while (const auto line = lines.Next()) {
    if (!base::IsUtf8(*line)) return FailAtLine(lines.number(), "", "not UTF-8");
  }
  return {};  // not reached: no UTF-8 sequence holds a newline
}

base::Result<void> ValueList::Set(std::string_view name, std::string value, std::size_t line) {
  if (name.empty()) return FailAtLine(line, name, "there is no name before the '='");
  if (name.find_first_of(std::string_view("=\0", 2)) != std::string_view::npos) {
    return FailAtLine(line, name, "the name holds a '=' or a zero byte");
  }
  // execve(2) takes C strings: the value would end at the zero byte.
  if (value.find('\0') != std::string::npos) {
    return FailAtLine(line, name, "the value holds a zero byte");
  }
  if (!FitsEnvironment(name, value)) return FailAtLine(line, name, WhyNotInEnvironment());
  bytes_ += name.size() + value.size();
  if (bytes_ > kMaxFileValues) {
    return FailAtLine(line, name, "the file's values are too large together");
  }
  newest_.insert_or_assign(std::string(name), file_.entries.size());
  file_.entries.push_back({std::string(name), std::move(value), line});
  return {};
}

void ValueList::Forget(std::string_view name) {
  const auto found = newest_.find(name);
  if (found == newest_.end()) return;
  forgotten_.insert_or_assign(found->first, file_.entries.size());
  newest_.erase(found);
}

ParsedFile ValueList::Take() && {
  std::vector<ParsedFile::Entry> kept;
  for (std::size_t i = 0; i < file_.entries.size(); ++i) {
    const auto found = forgotten_.find(file_.entries[i].name);
    if (found == forgotten_.end() || i >= found->second)
      kept.push_back(std::move(file_.entries[i]));
  }
  file_.entries = std::move(kept);
  return std::move(file_);
}

const std::string* ValueList::Find(std::string_view name) const {
  const auto found = newest_.find(name);
  return found == newest_.end() ? nullptr : &file_.entries[found->second].value;
}

void ValueList::Warn(std::size_t line, std::string message) {
  if (file_.warnings.size() < kMaxFileWarnings) {
    file_.warnings.push_back({line, std::move(message)});
  }
}

}  // namespace release
