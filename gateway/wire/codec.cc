#include "gateway/wire/codec.h"

namespace wire::internal {

base::Result<Json> ParseObject(std::string_view text) {
  Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return base::Fail(base::Code::kInvalid, "message is no JSON object");
  const auto type = object.find("type");
  if (type == object.end() || !type->is_string()) {
    return base::Fail(base::Code::kInvalid, "message has no type");
  }
  return object;
}

}  // namespace wire::internal
