#include "release/layout/target.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace release {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) { return IsLower(c) || IsDigit(c) || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool IsAppName(std::string_view name) {
  if (name.empty() || name.size() > 32 || !IsLower(name[0]) || name == kServiceName) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

bool IsReleaseName(std::string_view name) {
  if (name.empty() || name.size() > 64 || !IsAlnum(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return IsAlnum(c) || c == '.' || c == '_' || c == '-'; });
}

bool IsReleaseId(std::string_view name) {
  return IsReleaseName(name) && name != "current" && name != "previous" && name != "latest";
}

base::Result<Target> ParseTarget(std::string_view user_name) {
  const std::size_t plus = user_name.find('+');
  const std::string_view app = user_name.substr(0, plus);
  if (app == kServiceName) {
    if (plus == std::string_view::npos) return Target{std::string(app), {}};
    return base::Fail(base::Code::kInvalid, "oneoff is the gateway itself and has no releases");
  }
  if (!IsAppName(app)) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("{} is no app's name: a small letter, then at most 31 small "
                                  "letters, digits and '-'",
                                  base::Quote(app, 64)));
  }
  if (plus == std::string_view::npos) return Target{std::string(app), "current"};
  const std::string_view release = user_name.substr(plus + 1);
  if (!IsReleaseName(release)) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("{} is no release's name: a letter or digit, then at most 63 "
                                  "letters, digits, '.', '_' and '-'",
                                  base::Quote(release, 64)));
  }
  return Target{std::string(app), std::string(release)};
}

}  // namespace release
