// Converts the settings of gateway.json to the options of the gateway's parts.
#ifndef ONEOFF_GATEWAY_CLI_GATEWAY_OPTIONS_H_
#define ONEOFF_GATEWAY_CLI_GATEWAY_OPTIONS_H_

#include "config/gateway_settings.h"
#include "gateway/front/front_bounds.h"
#include "gateway/ssh/server_options.h"

namespace cli {

// Pure functions on checked settings. Where the limits on held bytes are lower than what honest
// clients may fill (1.3 MB a channel), they are raised to that.
ssh::ServerOptions OptionsFrom(const config::GatewaySettings& settings);
front::FrontBounds BoundsFrom(const config::GatewaySettings& settings);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_GATEWAY_OPTIONS_H_
