#include "release/env/value_sink.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

namespace release {

Outcome<void> ValueSink::Count(std::string_view name, std::size_t value, std::string_view source) {
  const Variable* const before = variables_.FindEntry(name);
  if (before != nullptr) bytes_ -= before->name.size() + before->value.size();
  bytes_ += name.size() + value;
  const bool many = before == nullptr && variables_.all().size() == kMaxConfigVariables;
  if (bytes_ <= kMaxConfig && !many) return {};
  return Refuse(kConfiguration,
                fmt::format("{}: {}: more than {} variables, or {} bytes, of config", app_.name,
                            source, kMaxConfigVariables, kMaxConfig));
}

Outcome<void> ValueSink::Set(std::string name, std::string value, std::string source) {
  if (!FitsEnvironment(name, value)) {
    return Refuse(kConfiguration, fmt::format("{}: {}: {}: {}", app_.name, source,
                                              base::Escape(name, 100), WhyNotInEnvironment()));
  }
  if (auto counted = Count(name, value.size(), source); !counted) return counted;
  variables_.Set(std::move(name), std::move(value), std::move(source));
  return {};
}

Outcome<void> ValueSink::Unset(std::string name, std::string source) {
  if (auto counted = Count(name, 0, source); !counted) return counted;
  variables_.Bury(std::move(name), std::move(source));
  return {};
}

void ValueSink::Warn(std::string warning) {
  constexpr std::size_t kMost = 200;
  if (warnings_.size() < kMost) warnings_.push_back(std::move(warning));
}

}  // namespace release
