// Lines of authorized_keys files, and whom they let in.
#include <cstddef>
#include <cstdint>
#include <string>

#include "authz/people.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::Problems problems;
  const auto people = authz::People::Load({{"alice", "alice.pub", text}}, problems);
  for (const config::Problem& problem : problems) problem.Render();
  const auto line = authz::ParseKeyLine(text);
  if (people && line && line->has_value()) {
    people->Probe((*line)->key.blob(), "192.0.2.1", base::WallTime());
  }
  return 0;
}
