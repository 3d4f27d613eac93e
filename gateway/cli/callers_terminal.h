// CallersTerminal: the terminal that `oneoff` was typed at, while a run elsewhere has it.
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

  // What stdin and stdout are: a run gets a terminal where both are one, unless it is told.
  static bool IsThere();
  // The size of the terminal on stdout, else on stdin; without one 80 by 24.
  static wire::WindowSize Size();
  // A pty like the terminal on stdin; without one, with the system's own modes.
  static wire::PtyRequest Request();

  // From here on every key goes to whoever reads stdin, until Restore. Nothing, without a terminal.
  void BecomeRaw();
  void Restore();

 private:
  std::optional<termios> before_;
};

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_CALLERS_TERMINAL_H_
