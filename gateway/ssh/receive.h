// Receive: the next message of a peer of ours, to the last one.
#ifndef ONEOFF_GATEWAY_SSH_RECEIVE_H_
#define ONEOFF_GATEWAY_SSH_RECEIVE_H_

#include "gateway/wire/codec.h"

namespace ssh {

// As wire::Receive without waiting. A peer that ends with words of ours unread resets the socket,
// and that is told once, ahead of what it has sent; so only the second "closed" is the end.
template <class Variant>
base::Result<wire::Received<Variant>> Receive(int socket) {
  auto received = wire::Receive<Variant>(socket, base::Wait::kNo);
  if (received || received.error().code() != base::Code::kNotFound) return received;
  return wire::Receive<Variant>(socket, base::Wait::kNo);
}

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_RECEIVE_H_
