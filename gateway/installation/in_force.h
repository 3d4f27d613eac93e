// Decides what is in force: the newest files; or, where they have errors, the last good ones.
#ifndef ONEOFF_GATEWAY_INSTALLATION_IN_FORCE_H_
#define ONEOFF_GATEWAY_INSTALLATION_IN_FORCE_H_

#include <optional>
#include <string>

#include "base/result.h"
#include "gateway/installation/configuration.h"
#include "gateway/installation/store.h"

namespace installation {

enum class Standing {
  kWhole,    // the newest files are in force
  kInPart,   // the same, except files of people and apps with errors
  kRefused,  // the last good configuration, without the rights that the newest files remove
};

struct InForce {
  Configuration configuration;
  Standing standing = Standing::kWhole;
  std::string not_kept;  // why the store does not keep it; empty if it does
};

// Reads etc/ for a gateway and adds every error to `problems`. With errors, this holds:
//  - an app file with an error counts as it last was without one;
//  - so does a person's file, but People::Narrow removes at once the keys that the new file lacks;
//  - a key in two places lets no person in;
//  - an error in gateway.json or policy.json, or an unreadable folder, refuses all files: the last
//    good ones stay in force, without the rights that the newest files remove. So does one of these
//    that is missing, if the last good configuration has it.
//
// The last good files come from `store`, and what is in force is kept there; nullptr: there is no
// store. `now` is the configuration in force until now, and the last good one if the store does not
// have it; nullptr at a start. nullopt if there are errors and there is no good configuration.
std::optional<InForce> LoadInForce(const config::Paths& paths, Store* store,
                                   const Configuration* now, config::Problems& problems);

// Reads gateway.json alone, as LoadInForce would. Defaults if the file is missing there too.
// kInvalid: the message shows every error.
base::Result<config::GatewaySettings> LoadSettings(const config::Paths& paths);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_IN_FORCE_H_
