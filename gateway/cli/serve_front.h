// ServeFront: runs the front with what its start has gathered, or with what the process had before
// it executed itself anew.
#ifndef ONEOFF_GATEWAY_CLI_SERVE_FRONT_H_
#define ONEOFF_GATEWAY_CLI_SERVE_FRONT_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "config/gateway_settings.h"
#include "gateway/front/broker_client.h"
#include "gateway/front/handover.h"

namespace cli {

struct Front {
  std::vector<std::string> arguments;   // of its command line, for front::ExecuteAnew
  config::GatewaySettings settings;     // of its start
  std::vector<std::string> host_keys;   // front::BrokerClient::host_keys
  std::vector<base::UniqueFd> sockets;  // that listen
  std::optional<front::Handover> resumed = {};
  // Called once, after everything else that needs privileges or may fail.
  std::function<base::Result<void>(const std::vector<base::UniqueFd>& sockets)> drop_privileges;
};

// Serves until a signal ends it. `broker` is connected, and runs in `loop`.
// It makes the warm-up, drops the privileges, then runs front::Listener. Later settings come from
// the broker; an error in them leaves the present ones.
base::Result<void> ServeFront(Front front, front::BrokerClient& broker, base::Loop& loop,
                              const base::Clock& clock, const base::Log& log);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_SERVE_FRONT_H_
