// For `oneoff audit show --run`: the rules that allowed runs, as they read when they did.
#ifndef ONEOFF_GATEWAY_CLI_RULES_THEN_H_
#define ONEOFF_GATEWAY_CLI_RULES_THEN_H_

#include "base/result.h"
#include "config/paths.h"
#include "gateway/audit/selection.h"

namespace cli {

// Prints, for each run.started record that `filter` selects, the rule and the app's file of the
// configuration that was in force, each once; values of "env" are left out. kNotFound, with a
// sentence, if a configuration is not kept (any more); kDenied if this process may not read it.
base::Result<void> PrintRulesThen(const config::Paths& paths, audit::Filter filter);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_RULES_THEN_H_
