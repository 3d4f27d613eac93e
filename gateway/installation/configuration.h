// Configuration: everything under etc/, read at once: what `oneoff config check` judges and the
// broker works by.
#ifndef ONEOFF_GATEWAY_INSTALLATION_CONFIGURATION_H_
#define ONEOFF_GATEWAY_INSTALLATION_CONFIGURATION_H_

#include <map>
#include <optional>
#include <set>
#include <string>

#include "authz/people.h"
#include "authz/policy.h"
#include "config/gateway_settings.h"
#include "config/paths.h"
#include "config/problem.h"
#include "gateway/installation/files.h"
#include "release/app.h"

namespace installation {

// What of the newest files is not in force: told to the people whom it concerns.
struct NotInForce {
  bool all = false;              // the files as a whole
  std::set<std::string> people;  // whose keys are not as their files say
  std::set<std::string> apps;    // which are not as their files say, or not there
};

struct Configuration {
  config::GatewaySettings settings;
  authz::People people;
  authz::Policy policy;
  std::map<std::string, release::App> apps;  // by name
  std::string digest = {};                   // under which it is kept (Store); empty: it is not
  NotInForce not_in_force = {};
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

// What could be read of files, errors and all.
struct Reading {
  Configuration configuration;       // of what has no error
  std::set<std::string> bad_people;  // names of files with an error of their own
  std::set<std::string> bad_apps;
  std::set<std::string> contested;   // people one of whose keys stands at two places
  bool bad = false;                  // gateway.json or policy.json has an error, or a folder
  authz::Policy::Removals removals;  // of a policy that has one
};

// `unknown_tester`: authz::Policy::Names's.
Reading Read(const FileSet& files, config::Severity unknown_tester, config::Problems& problems);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_CONFIGURATION_H_
