// What is recorded of a run: after the rule, the app file and the settings.
#ifndef ONEOFF_GATEWAY_LAUNCHER_RUN_RECORDING_H_
#define ONEOFF_GATEWAY_LAUNCHER_RUN_RECORDING_H_

#include <string>
#include <vector>

#include "authz/grant.h"
#include "base/result.h"
#include "gateway/launcher/asked.h"
#include "gateway/launcher/understood.h"
#include "gateway/record/writer.h"

namespace launcher {

record::Terms TermsFor(const Asked& asked, const Understood& understood, const authz::Grant& grant);
// kUnavailable if the recordings of the person or of the app fill their share of the disk.
base::Result<void> CheckShares(const Asked& asked, const Understood& understood);
// "NAME DIGEST" of each variable that the client sends and the rule accepts.
std::vector<std::string> VariablesOf(const Asked& asked, const Understood& understood,
                                     const authz::Grant& grant);
// The line of run:explain about it.
std::string ExplainRecording(const Asked& asked, const Understood& understood,
                             const authz::Grant& grant);

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RUN_RECORDING_H_
