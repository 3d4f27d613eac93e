// CallersTerminal: the terminal in which the caller typed `oneoff`, while a gateway's run uses it.
//
// It changes settings of a terminal that other processes share, so Restore must run on every way
// out; the destructor does. A process that SIGKILL ends leaves the terminal raw.
#ifndef ONEOFF_GATEWAY_CLI_CALLERS_TERMINAL_H_
#define ONEOFF_GATEWAY_CLI_CALLERS_TERMINAL_H_

#include <termios.h>

#include <optional>

#include "gateway/wire/messages.h"

namespace cli {

class CallersTerminal {
 public:
  CallersTerminal() = default;
  CallersTerminal(const CallersTerminal&) = delete;
  CallersTerminal& operator=(const CallersTerminal&) = delete;
  ~CallersTerminal() { Restore(); }

  // Whether both stdin and stdout are a terminal. Then a run gets a terminal, unless the caller
  // says otherwise.
  static bool IsThere();
  // The size of the terminal on stdout, or else on stdin; 80 by 24 without a terminal.
  static wire::WindowSize Size();
  // A request for a pty like the terminal on stdin; with the kernel's default modes without a
  // terminal.
  // TERM is the caller's, or "dumb".
  static wire::PtyRequest Request();

  // From here on the terminal passes every key on unchanged, until Restore. Without a terminal it
  // does nothing.
  // A second call does nothing. As cfmakeraw(3): Ctrl-C is a byte for the run, not a signal here.
  void BecomeRaw();
  void Restore();

 private:
  std::optional<termios> before_;
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_CALLERS_TERMINAL_H_
