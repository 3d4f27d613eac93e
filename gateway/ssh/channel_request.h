// What a client asks of a session channel (RFC 4254 6), read from the packet's own bytes: libssh's
// accessors know neither terminal modes, nor NULs, nor eow@openssh.com.
#ifndef ONEOFF_GATEWAY_SSH_CHANNEL_REQUEST_H_
#define ONEOFF_GATEWAY_SSH_CHANNEL_REQUEST_H_

#include <string>
#include <string_view>
#include <variant>

#include "gateway/wire/messages.h"

namespace ssh {

struct ShellRequest {};
struct ExecRequest {
  std::string command;  // any bytes, of any length that a packet holds
};
struct SubsystemRequest {
  std::string name;
};
// eow@openssh.com: nobody reads the channel's data any more (OpenSSH PROTOCOL 2.1).
struct EndOfWriteRequest {};
// Whatever is not known here, or is malformed, or over its bound: to be refused.
struct OtherRequest {};

using ChannelRequest =
    std::variant<OtherRequest, wire::PtyRequest, wire::EnvironmentVariable, ShellRequest,
                 ExecRequest, SubsystemRequest, wire::WindowSize, EndOfWriteRequest>;

inline constexpr std::size_t kMaxTerm = 256;    // bytes of TERM
inline constexpr std::size_t kMaxModes = 4096;  // bytes of encoded terminal modes

// `name` is the request's type, `fields` what follows want_reply. A wire::WindowSize is a
// window-change (RFC 4254 6.7). Trailing bytes make a request malformed.
ChannelRequest ParseChannelRequest(std::string_view name, std::string_view fields);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_CHANNEL_REQUEST_H_
