// What gateway.json says, as the parts of the gateway take it.
#ifndef ONEOFF_GATEWAY_CLI_GATEWAY_OPTIONS_H_
#define ONEOFF_GATEWAY_CLI_GATEWAY_OPTIONS_H_

#include <string>
#include <vector>

#include "config/gateway_settings.h"
#include "gateway/front/front_bounds.h"
#include "gateway/ssh/server_options.h"

namespace cli {

ssh::ServerOptions OptionsFrom(const config::GatewaySettings& settings);
front::FrontBounds BoundsFrom(const config::GatewaySettings& settings);

// The keys whose change a gateway that runs does not follow: they count from its next start.
std::vector<std::string> ChangedForNextStart(const config::GatewaySettings& now,
                                             const config::GatewaySettings& next);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_GATEWAY_OPTIONS_H_
