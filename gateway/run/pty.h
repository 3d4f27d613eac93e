// Pty: a pseudo-terminal as an SSH client requests it (RFC 4254 6.2, 6.7 and 8).
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

// Opens a pty with the requested size and modes. `owner` owns its device; without root this must be
// the process's own user. `devpts`: the root of the devpts that holds it; -1: the devpts of this
// process's /dev/ptmx.
base::Result<Pty> OpenPty(const wire::PtyRequest& request, uid_t owner, int devpts = -1);

void SetWindowSize(int master, const wire::WindowSize& size);

// Applies the encoded terminal modes (RFC 4254 8) to `modes`. Ignores unknown opcodes below 160;
// stops at an opcode of 160 or more, or at a cut argument.
void ApplyModes(std::string_view encoded, termios& modes);

// Encodes the modes, so that a pty elsewhere can be set up like this terminal.
std::string EncodeModes(const termios& modes);

// Returns the foreground process group of the terminal, or 0.
pid_t ForegroundGroup(int master);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PTY_H_
