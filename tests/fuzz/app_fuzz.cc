// Any bytes as a file of etc/apps/: an app, or at least one error; never neither.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "release/app.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  config::Problems problems;
  const auto app = release::ParseApp("shop", "etc/apps/shop.json", text, problems);
  if (app.has_value() == config::HasErrors(problems)) std::abort();
  for (const config::Problem& problem : problems) {
    if (problem.Render().empty()) std::abort();
  }
  if (app && !app->root.starts_with('/')) std::abort();
  return 0;
}
