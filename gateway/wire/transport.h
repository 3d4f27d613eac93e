// Send and Receive: messages over SOCK_SEQPACKET sockets, one a packet, with descriptors beside it.
//
// They add nothing to base/packet.h but the codec. A message that is received is either well-formed
// in all its members or an error; its meaning is the caller's to check.
#ifndef ONEOFF_GATEWAY_WIRE_TRANSPORT_H_
#define ONEOFF_GATEWAY_WIRE_TRANSPORT_H_

#include <utility>
#include <vector>

#include "base/packet.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/wire/codec.h"

namespace wire {

// As base::SendPacket.
// A blocking socket makes it block, for SO_SNDTIMEO at most, where that is set.
template <class M>
base::Result<void> Send(int socket, const M& message, const std::vector<int>& fds = {},
                        base::Wait wait = base::Wait::kYes) {
  return base::SendPacket(socket, Encode(message), fds, wait);
}

// The descriptors are CLOEXEC and owned. How many there are is not checked here.
template <class Variant>
struct Received {
  Variant message;
  std::vector<base::UniqueFd> fds;
};

// As base::ReceivePacket, decoded. kInvalid if the packet is none of the messages; its descriptors
// are closed then.
// `Variant` names the messages that this end accepts; a message of any other type is kInvalid, too.
template <class Variant>
base::Result<Received<Variant>> Receive(int socket, base::Wait wait) {
  auto packet = base::ReceivePacket(socket, wait);
  if (!packet) return base::Fail(std::move(packet.error()));
  auto message = Decode<Variant>(packet->bytes);
  if (!message) return base::Fail(std::move(message.error()));
  return Received<Variant>{std::move(*message), std::move(packet->fds)};
}

}  // namespace wire

#endif  // ONEOFF_GATEWAY_WIRE_TRANSPORT_H_
