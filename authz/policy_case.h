// PolicyCase: one of the policy's own tests: {"who": "ci", "app": "shop", "run": "rake db:drop",
// "expect": "deny"}.
#ifndef ONEOFF_AUTHZ_POLICY_CASE_H_
#define ONEOFF_AUTHZ_POLICY_CASE_H_

#include <optional>
#include <string>
#include <vector>

#include "authz/policy.h"

namespace authz {

struct PolicyCase {
  std::string who;
  std::vector<std::string> groups;  // that a certificate puts them in
  std::string app;
  std::string release = "current";  // the one name that the release answers to
  std::string watch;                // whose runs `who` is to watch, or not; then there is no `run`
  std::string run;                  // plain words between spaces, nothing that a shell would treat
  std::string expect;               // "allow" or "deny"

  // What is wrong, or nullopt if the policy does as is expected.
  std::optional<std::string> Run(const Policy& policy) const;
  std::optional<std::string> RunCommand(const Policy& policy) const;
  std::optional<std::string> RunWatch(const Policy& policy) const;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_POLICY_CASE_H_
