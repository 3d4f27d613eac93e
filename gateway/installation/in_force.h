// What is in force: the newest files; or, of what is wrong with them, the last that was good.
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
  kInPart,   // they are, but for people's and apps' files that have errors
  kRefused,  // the last good configuration is, without what the newest files take away
};

struct InForce {
  Configuration configuration;
  Standing standing = Standing::kWhole;
  std::string not_kept;  // why the store does not have it; empty: it has
};

// Reads etc/ for a gateway: all that is wrong is added to `problems`, and
//  - an app's file with an error counts as it was when it last had none;
//  - so does a person's, and what the newest one takes away (People::Narrow) counts at once;
//  - a key at two places lets no one in;
//  - an error in gateway.json or policy.json, or a folder that cannot be read, refuses the files as
//    a whole: the last good ones are in force, and what the newest take away counts at once.
//
// What is in force is kept in `store` (nullptr: there is none), from where the last good files
// come; `now`, what was in force until now (nullptr: nothing was, at a start), is the last good one
// where the store does not have it. nullopt: there are errors, and nothing good ever was.
std::optional<InForce> LoadInForce(const config::Paths& paths, Store* store,
                                   const Configuration* now, config::Problems& problems);

// gateway.json alone, as LoadInForce would take it; its defaults if it is absent. The message of
// kInvalid shows every error.
base::Result<config::GatewaySettings> LoadSettings(const config::Paths& paths);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_IN_FORCE_H_
