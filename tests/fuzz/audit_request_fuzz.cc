// What a client sends to the audit writer, and what the writer answers.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/audit/wire.h"
#include "tests/fuzz/input.h"

namespace {

using fuzz::Require;

void CheckRequest(std::string_view text) {
  const auto request = audit::ParseRequest(text);
  if (!request) return;
  // Whatever was taken can be written, and means the same afterwards.
  const auto json = audit::ToJson(request->event);
  if (!json) {
    Require(json.error().code() == base::Code::kTooLarge);
    return;
  }
  const auto again = audit::FromJson(*json);
  Require(again.has_value());
  Require(audit::ToJson(*again).value() == *json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CheckRequest(bytes);
  if (const auto answer = audit::ParseAnswer(bytes)) {
    Require(audit::ParseAnswer(audit::PackAnswer(*answer)).has_value());
  }
  // As several packets, each of at most 64 bytes.
  audit::Assembly assembly;
  for (std::size_t at = 0; at < bytes.size(); at += 64) {
    const auto text = assembly.Add(bytes.substr(at, 64));
    if (!text) break;
    if (*text) CheckRequest(**text);
  }
  return 0;
}
