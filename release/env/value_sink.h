// ValueSink: the variables that all config sources of an app set together, within bounds.
#ifndef ONEOFF_RELEASE_ENV_VALUE_SINK_H_
#define ONEOFF_RELEASE_ENV_VALUE_SINK_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "release/app.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

inline constexpr std::size_t kMaxConfig = 256UL * 1024UL;  // bytes of all names and values together
inline constexpr std::size_t kMaxConfigVariables = 1024;

class ValueSink {
 public:
  explicit ValueSink(const App& app) : app_(app) {}

  // kConfiguration over the bounds, also of FitsEnvironment. `source` is for people:
  // "shared/.env:3". A name that is set again counts once, with its last value. The caller checks
  // the bytes of both.
  Outcome<void> Set(std::string name, std::string value, std::string source);
  // Removes the variable that an earlier source or the base set.
  Outcome<void> Unset(std::string name, std::string source);
  // Keeps the first 200 only.
  void Warn(std::string warning);

  const Variables& variables() const { return variables_; }
  Variables TakeVariables() { return std::move(variables_); }
  std::vector<std::string> TakeWarnings() { return std::move(warnings_); }

 private:
  Outcome<void> Count(std::string_view name, std::size_t value, std::string_view source);

  const App& app_;
  Variables variables_;
  std::vector<std::string> warnings_;
  std::size_t bytes_ = 0;
};

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_VALUE_SINK_H_
