// LauncherReport: one byte on a pipe. A launcher sends it to the broker when the session has its
// answer.
#ifndef ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_REPORT_H_
#define ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_REPORT_H_

namespace launcher {

// The low bit of the byte is `refused`, the others are `dropped`. End of file without a byte means
// that the launcher died before it answered.
struct LauncherReport {
  bool refused = false;  // the request was refused
  int dropped = 0;       // events that the audit writer did not take; at most kMostDropped

  static constexpr int kMostDropped = 100;
  char Byte() const { return static_cast<char>(dropped * 2 + (refused ? 1 : 0)); }
  static LauncherReport Of(char byte) {
    const int value = static_cast<unsigned char>(byte);
    return {.refused = value % 2 == 1, .dropped = value / 2};
  }
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_LAUNCHER_REPORT_H_
