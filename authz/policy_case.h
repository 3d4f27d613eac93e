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
  std::vector<std::string> groups;  // from the person's certificate
  std::string app;
  std::string release = "current";  // the only name of the release
  std::string watch;   // the person whose runs `who` wants to watch; then `run` is empty
  std::string run;     // plain words between spaces, without characters that a shell interprets
  std::string expect;  // "allow" or "deny"

  // The fault, or nullopt if the policy decides as expected.
  std::optional<std::string> Run(const Policy& policy) const;
  std::optional<std::string> RunCommand(const Policy& policy) const;
  std::optional<std::string> RunWatch(const Policy& policy) const;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_POLICY_CASE_H_
