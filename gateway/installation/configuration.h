// Configuration: everything under etc/, read at once: what `oneoff config check` judges and the
// broker works by.
#ifndef ONEOFF_GATEWAY_INSTALLATION_CONFIGURATION_H_
#define ONEOFF_GATEWAY_INSTALLATION_CONFIGURATION_H_

#include <map>
#include <optional>
#include <string>

#include "authz/people.h"
#include "authz/policy.h"
#include "config/gateway_settings.h"
#include "config/paths.h"
#include "config/problem.h"
#include "release/app.h"

namespace installation {

struct Configuration {
  config::GatewaySettings settings;
  authz::People people;
  authz::Policy policy;
  std::map<std::string, release::App> apps;  // by name
};

// Reads etc/gateway.json, people/*.pub, apps/*.json, policy.json. What is absent is at its
// defaults: nobody, no app, nothing allowed. A file that neither root nor this process's user owns,
// or that others may write, is a problem. nullopt if there is any error, with all of them, and
// warnings, added to `problems`. Blocks on the file system only.
std::optional<Configuration> LoadConfiguration(const config::Paths& paths,
                                               config::Problems& problems);

// Reads apps/*.json alone: those that have no error, by name.
std::map<std::string, release::App> LoadApps(const config::Paths& paths,
                                             config::Problems& problems);

// Reads people/*.pub alone; nullopt if any of them has an error.
std::optional<authz::People> LoadPeople(const config::Paths& paths, config::Problems& problems);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_CONFIGURATION_H_
