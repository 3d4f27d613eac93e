#include "gateway/cli/callers_terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "gateway/run/pty.h"

namespace cli {

bool CallersTerminal::IsThere() { return isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0; }

wire::WindowSize CallersTerminal::Size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0) {
    return {.columns = 80, .rows = 24, .x_pixels = 0, .y_pixels = 0};
  }
  return {.columns = size.ws_col,
          .rows = size.ws_row,
          .x_pixels = size.ws_xpixel,
          .y_pixels = size.ws_ypixel};
}

wire::PtyRequest CallersTerminal::Request() {
  const char* const term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): one thread
  termios modes{};
  const bool known = tcgetattr(STDIN_FILENO, &modes) == 0;
  return {.term = term != nullptr && *term != '\0' ? term : "dumb",
          .size = Size(),
          .modes = known ? run::EncodeModes(modes) : std::string()};
}

// As OpenSSH's client: each key goes to the run, and its terminal gives Ctrl-C its meaning.
void CallersTerminal::BecomeRaw() {
  termios modes{};
  if (before_ || tcgetattr(STDIN_FILENO, &modes) != 0) return;
  before_ = modes;
  cfmakeraw(&modes);
  (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
}

void CallersTerminal::Restore() {
  if (before_) (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &*before_);
  before_.reset();
}

}  // namespace cli
