// The packets between a client and the writer. SOCKETS.md describes them.
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

// The packet that introduces a client on the control socket; the client's descriptor comes with it.
inline constexpr std::string_view kIntroduction = "client";

inline constexpr std::size_t kMaxRequestPacket = 65536;     // bytes; a longer request takes several
inline constexpr std::size_t kMaxRequest = kMaxEvent + 64;  // bytes

struct Request {
  std::uint64_t id = 0;  // 0: the client waits for no answer
  Event event;
  // Not 0: there is no event, and the client could not hand over that many events; `cause` says
  // why.
  std::uint64_t dropped = 0;
  std::string cause;
};

struct Answer {
  std::uint64_t id = 0;
  std::uint64_t durable = 0;  // the record's sequence number; 0: failed
  std::string failure;        // why it failed
  bool share = false;         // because the person's share of the log is used up
};

// Returns the packets of a request, to be sent in order: one JSON object, or its pieces if it is
// too large for one packet.
// The first byte of a packet tells: '{' a whole request, '+' a piece, '.' the last piece. Errors
// are ToJson's.
base::Result<std::vector<std::string>> PackRequest(const Event& event, std::uint64_t id);
// Returns the packet that tells the writer of `count` events that were not handed over.
// The cause is cut to kMaxShort bytes.
std::string PackDropped(std::uint64_t count, std::string_view cause);
// kInvalid, kTooLarge: the sender is not a client.
base::Result<Request> ParseRequest(std::string_view text);

std::string PackAnswer(const Answer& answer);
// kInvalid for anything that PackAnswer does not write.
base::Result<Answer> ParseAnswer(std::string_view text);

// Joins the pieces of one client's requests.
class Assembly {
 public:
  // Returns the request's text if `packet` completes it; nullopt if more pieces follow. kInvalid,
  // kTooLarge: the sender is not a client.
  base::Result<std::optional<std::string>> Add(std::string_view packet);
  std::size_t size() const { return text_.size(); }  // bytes of an incomplete request

 private:
  std::string text_;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_WIRE_H_
