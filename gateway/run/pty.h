// Pty: a pseudo-terminal as an SSH client asks for one (RFC 4254 6.2, 6.7 and 8).
#ifndef ONEOFF_GATEWAY_RUN_PTY_H_
#define ONEOFF_GATEWAY_RUN_PTY_H_

#include <sys/types.h>
#include <termios.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/wire/messages.h"

namespace run {

struct Pty {
  base::UniqueFd master;  // non-blocking
  base::UniqueFd slave;
};

// A pty of the size and with the modes that were asked for. Its device belongs to `owner`; unless
// this process is root, that must be its own user.
base::Result<Pty> OpenPty(const wire::PtyRequest& request, uid_t owner);

void SetWindowSize(int master, const wire::WindowSize& size);

// Sets in `modes` what the encoded terminal modes say (RFC 4254 8). Unknown opcodes below 160 are
// passed over; the first at or above it, or a cut argument, ends the reading.
void ApplyModes(std::string_view encoded, termios& modes);

// The same modes as they are encoded, for a pty elsewhere that is to be like this terminal.
std::string EncodeModes(const termios& modes);

// The process group in the terminal's foreground, or 0.
pid_t ForegroundGroup(int master);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PTY_H_
