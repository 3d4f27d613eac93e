// For `oneoff audit show --run`: the rules that allowed runs, as the rules read at that time.
#ifndef ONEOFF_GATEWAY_CLI_RULES_THEN_H_
#define ONEOFF_GATEWAY_CLI_RULES_THEN_H_

#include "base/result.h"
#include "config/paths.h"
#include "gateway/audit/selection.h"

namespace cli {

// Prints, for each run.started record that `filter` selects, the rule and the app's file from the
// configuration in force at that time. Prints each once, and leaves out the values of "env".
// kNotFound if a configuration is not kept; kDenied if this process may not read it.
// At most 20 rules, on stdout. All are tried; the error is that of the last one that failed.
base::Result<void> PrintRulesThen(const config::Paths& paths, audit::Filter filter);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_RULES_THEN_H_
