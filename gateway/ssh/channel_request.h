// Parses requests on a session channel (RFC 4254 6) from the bytes of the packet. libssh's
// accessors lack terminal modes, commands that contain NUL, and eow@openssh.com.
#ifndef ONEOFF_GATEWAY_SSH_CHANNEL_REQUEST_H_
#define ONEOFF_GATEWAY_SSH_CHANNEL_REQUEST_H_

#include <string>
#include <string_view>
#include <variant>

#include "gateway/wire/messages.h"

namespace ssh {

// RFC 4254 6.5: the user's default command, without a command line.
struct ShellRequest {};
// RFC 4254 6.5.
struct ExecRequest {
  std::string command;  // any bytes, of any length that a packet holds
};
// RFC 4254 6.5. The channel knows only "sftp", and only to refuse it with a text.
struct SubsystemRequest {
  std::string name;
};
// eow@openssh.com: the client no longer reads the channel's data (OpenSSH PROTOCOL 2.1).
struct EndOfWriteRequest {};
// A request that is unknown, malformed or over a bound. The channel refuses it.
struct OtherRequest {};

using ChannelRequest =
    std::variant<OtherRequest, wire::PtyRequest, wire::EnvironmentVariable, ShellRequest,
                 ExecRequest, SubsystemRequest, wire::WindowSize, EndOfWriteRequest>;

inline constexpr std::size_t kMaxTerm = 256;    // bytes of TERM
inline constexpr std::size_t kMaxModes = 4096;  // bytes of encoded terminal modes

// `name` is the request's type, `fields` the bytes after want_reply. A wire::WindowSize is a
// window-change (RFC 4254 6.7). Trailing bytes make a request malformed.
//
// Sizes of a window above 65,535 become 65,535, because struct winsize has 16-bit fields
// (ioctl_tty(2)). The function checks no names and no values of variables, and decodes no terminal
// modes: the processes that use them do. It copies what it returns.
ChannelRequest ParseChannelRequest(std::string_view name, std::string_view fields);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_CHANNEL_REQUEST_H_
