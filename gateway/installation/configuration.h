// Configuration: everything in etc/, read at once. `oneoff config check` checks it and the broker
// works with it.
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

// The parts of the newest files that are not in force, so that the people concerned can be told.
struct NotInForce {
  bool all = false;              // none of the newest files is in force
  std::set<std::string> people;  // people whose file is not in force as it stands
  std::set<std::string> apps;    // apps whose file is not in force as it stands
};

struct Configuration {
  config::GatewaySettings settings;
  authz::People people;
  authz::Policy policy;
  std::map<std::string, release::App> apps;  // by name
  std::string digest = {};  // the name under which the Store keeps it; empty if it is not kept
  NotInForce not_in_force = {};

  // Whether an app or a rule asks for private runs, which need more privileges to be started.
  bool AsksForPrivateRuns() const;
};

// Reads etc/gateway.json, people/*.pub, apps/*.json and policy.json. A missing file means its
// defaults: no people, no apps, no rights. It is a problem if the last good configuration in the
// store has it, for users who may read the store. A file is a problem if neither root nor this
// process's user owns it, or if others may write it. Adds all errors and warnings to `problems`;
// nullopt if there is an error. Blocks on the file system only.
std::optional<Configuration> LoadConfiguration(const config::Paths& paths,
                                               config::Problems& problems);

// Reads apps/*.json alone. Returns the apps without an error, by name.
std::map<std::string, release::App> LoadApps(const config::Paths& paths,
                                             config::Problems& problems);

// All that could be read from the files, despite errors.
struct Reading {
  Configuration configuration;       // from the files without an error
  std::set<std::string> bad_people;  // people whose own file has an error
  std::set<std::string> bad_apps;
  std::set<std::string> contested;   // people with a key that another place has too
  bool bad = false;                  // an error in gateway.json, policy.json or a folder
  authz::Policy::Removals removals;  // from a policy with an error
};

// `unknown_tester`: as in authz::Policy::Names.
Reading Read(const FileSet& files, config::Severity unknown_tester, config::Problems& problems);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_CONFIGURATION_H_
