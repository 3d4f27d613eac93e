// What happens to a run when its client has gone. The first of the rule, the command, the app and
// gateway.json that sets a value decides, and then the default for this kind of run.
#ifndef ONEOFF_GATEWAY_LAUNCHER_DISCONNECT_TERMS_H_
#define ONEOFF_GATEWAY_LAUNCHER_DISCONNECT_TERMS_H_

#include <string>

#include "config/gateway_settings.h"
#include "config/on_disconnect.h"
#include "release/process_spec.h"

namespace launcher {

struct DisconnectTerms {
  config::Disconnect left;
  config::Disconnect lost;
};

// `detached`: the run starts without a client; then both are kContinue.
DisconnectTerms DisconnectTermsOf(const release::ProcessParts& parts,
                                  const config::GatewaySettings& settings, bool detached);

// The line of run:explain about it, with a newline.
std::string ExplainDisconnect(const DisconnectTerms& terms);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_DISCONNECT_TERMS_H_
