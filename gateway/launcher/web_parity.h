// Compares a run with the app's own web process.
#ifndef ONEOFF_GATEWAY_LAUNCHER_WEB_PARITY_H_
#define ONEOFF_GATEWAY_LAUNCHER_WEB_PARITY_H_

#include "gateway/launcher/asked.h"
#include "gateway/launcher/understood.h"

namespace launcher {

// Sets Understood::parity, and the umask of the newest web process in the snapshot. Changes nothing
// if `oneoff exec`, as root or as this gateway's user, has recorded no live web process.
void CompareWithWeb(const Asked& asked, Understood& understood);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_WEB_PARITY_H_
