// The packets between a client and the writer: what both sides must agree on. SOCKETS.md describes
// them.
#ifndef ONEOFF_GATEWAY_AUDIT_WIRE_H_
#define ONEOFF_GATEWAY_AUDIT_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/audit/event.h"

namespace audit {

// What introduces a client over the control socket, beside its descriptor.
inline constexpr std::string_view kIntroduction = "client";

inline constexpr std::size_t kMaxRequestPacket = 65536;     // bytes; a longer one is several
inline constexpr std::size_t kMaxRequest = kMaxEvent + 64;  // bytes

struct Request {
  std::uint64_t id = 0;  // 0: nobody waits for an answer
  Event event;
  // Not 0: there is no event; the client had so many that it could not hand over, and why.
  std::uint64_t dropped = 0;
  std::string cause;
};

struct Answer {
  std::uint64_t id = 0;
  std::uint64_t durable = 0;  // the record's sequence number; 0: it failed
  std::string failure;        // if it failed
};

// As packets, to be sent in order: one JSON object, or several pieces if it is too large for one
// packet.
base::Result<std::vector<std::string>> PackRequest(const Event& event, std::uint64_t id);
// What tells the writer that `count` events were not handed over.
std::string PackDropped(std::uint64_t count, std::string_view cause);
// kInvalid, kTooLarge: whatever sent that is no client.
base::Result<Request> ParseRequest(std::string_view text);

std::string PackAnswer(const Answer& answer);
base::Result<Answer> ParseAnswer(std::string_view text);

// Puts the pieces of one client's requests together.
class Assembly {
 public:
  // The request's text if `packet` completes one; nullopt if more pieces follow. kInvalid,
  // kTooLarge: the packet is none of a client's.
  base::Result<std::optional<std::string>> Add(std::string_view packet);
  std::size_t size() const { return text_.size(); }  // bytes that wait for more

 private:
  std::string text_;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_WIRE_H_
