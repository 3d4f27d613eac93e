#include "gateway/audit/wire.h"

#include <algorithm>
#include <utility>

#include "base/packet.h"
#include "gateway/audit/json.h"

namespace audit {
namespace {

// The first byte of a packet. A complete object begins with its brace.
constexpr char kWhole = '{';
constexpr char kMore = '+';
constexpr char kLast = '.';

std::uint64_t Number(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}

base::Result<Request> ParseDropped(const Json& object) {
  Request request;
  request.dropped = Number(object, "dropped");
  const auto cause = object.find("cause");
  auto text = cause == object.end() ? std::nullopt : TextFromJson(*cause);
  if (request.dropped == 0 || object.size() != 2 || !text || text->size() > kMaxShort) {
    return base::Fail(base::Code::kInvalid, "not a request");
  }
  request.cause = std::move(*text);
  return request;
}

}  // namespace

base::Result<std::vector<std::string>> PackRequest(const Event& event, std::uint64_t id) {
  auto json = ToJson(event);
  if (!json) return base::Fail(std::move(json.error()));
  const std::string text =
      (id == 0 ? "{\"event\":" : "{\"id\":" + std::to_string(id) + ",\"event\":") + *json + "}";
  if (text.size() <= kMaxRequestPacket) return std::vector<std::string>{text};
  std::vector<std::string> packets;
  constexpr std::size_t kPiece = kMaxRequestPacket - 1;
  for (std::size_t at = 0; at < text.size(); at += kPiece) {
    const bool last = at + kPiece >= text.size();
    packets.push_back((last ? kLast : kMore) + text.substr(at, kPiece));
  }
  return packets;
}

std::string PackDropped(std::uint64_t count, std::string_view cause) {
  return Dump(Json{{"dropped", count}, {"cause", TextToJson(cause.substr(0, kMaxShort))}});
}

base::Result<Request> ParseRequest(std::string_view text) {
  if (text.size() > kMaxRequest) return base::Fail(base::Code::kTooLarge, "request over its bound");
  const auto object = ParseObject(text);
  if (object && object->contains("dropped")) return ParseDropped(*object);
  if (!object || !object->contains("event")) {
    return base::Fail(base::Code::kInvalid, "not a request");
  }
  Request request;
  request.id = Number(*object, "id");
  if (object->size() != (request.id == 0 ? 1U : 2U)) {
    return base::Fail(base::Code::kInvalid, "not a request");
  }
  auto event = FromJson(Dump((*object)["event"]));
  if (!event) return base::Fail(std::move(event.error()));
  request.event = std::move(*event);
  return request;
}

std::string PackAnswer(const Answer& answer) {
  Json object{{"id", answer.id}};
  if (answer.durable != 0) {
    object["durable"] = answer.durable;
  } else {
    object[answer.share ? "refused" : "failed"] = answer.failure;
  }
  return Dump(object);
}

base::Result<Answer> ParseAnswer(std::string_view text) {
  const auto object = ParseObject(text);
  if (!object || Number(*object, "id") == 0)
    return base::Fail(base::Code::kInvalid, "not an answer");
  Answer answer{Number(*object, "id"), Number(*object, "durable"), {}};
  if (answer.durable != 0) return answer;
  answer.share = object->contains("refused");
  const auto failed = object->find(answer.share ? "refused" : "failed");
  if (failed == object->end() || !failed->is_string()) {
    return base::Fail(base::Code::kInvalid, "not an answer");
  }
  answer.failure = failed->get<std::string>();
  return answer;
}

base::Result<std::optional<std::string>> Assembly::Add(std::string_view packet) {
  const char kind = packet.empty() ? '\0' : packet.front();
  if (kind == kWhole && text_.empty()) return std::string(packet);
  if (kind != kMore && kind != kLast) {
    return base::Fail(base::Code::kInvalid, "not a piece of a request");
  }
  text_ += packet.substr(1);
  if (text_.size() > kMaxRequest)
    return base::Fail(base::Code::kTooLarge, "request over its bound");
  if (kind == kMore) return std::nullopt;
  return std::exchange(text_, std::string());
}

}  // namespace audit
