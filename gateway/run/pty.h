// Pty: a pseudo-terminal as an SSH client requests it (RFC 4254 6.2, 6.7 and 8).
//
// The launcher opens it before the command exists; the supervisor keeps the master, and only the
// command has the slave. Terminal modes come from the client and are only ever settings of its own
// terminal.
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
// The slave is opened with TIOCGPTPEER (ioctl_tty(2)), not by its path, and becomes no process's
// controlling terminal here. Errors are those of the system calls. Unknown modes are ignored.
base::Result<Pty> OpenPty(const wire::PtyRequest& request, uid_t owner, int devpts = -1);

// The kernel sends SIGWINCH to the foreground group. Sizes above 65,535 become 65,535.
void SetWindowSize(int master, const wire::WindowSize& size);

// Applies the encoded terminal modes (RFC 4254 8) to `modes`. Ignores unknown opcodes below 160;
// stops at an opcode of 160 or more, or at a cut argument.
// Knows the modes that Linux has, IUTF8 (RFC 8160) and the usual speeds. 255 turns a character off.
void ApplyModes(std::string_view encoded, termios& modes);

// Encodes the modes, so that a pty elsewhere can be set up like this terminal.
// Ends with TTY_OP_END. ApplyModes of the result sets the same modes, as far as RFC 4254 names
// them.
std::string EncodeModes(const termios& modes);

// Returns the foreground process group of the terminal, or 0.
pid_t ForegroundGroup(int master);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PTY_H_
