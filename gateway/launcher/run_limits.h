// The limits on runs at once: of an app, of one person in it, of one person in all apps.
#ifndef ONEOFF_GATEWAY_LAUNCHER_RUN_LIMITS_H_
#define ONEOFF_GATEWAY_LAUNCHER_RUN_LIMITS_H_

#include "gateway/launcher/asked.h"
#include "release/app.h"
#include "release/refusal.h"

namespace launcher {

// kBusy if one more run of the app would exceed a limit. Counts exactly only for a caller that
// holds the lock of run::Registry::LockAdmission.
release::Outcome<void> CheckLimits(const Asked& asked, const release::App& app);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RUN_LIMITS_H_
