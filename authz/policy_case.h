// PolicyCase: one of the policy's own tests: {"who": "ci", "app": "shop", "run": "rake db:drop",
// "expect": "deny"}. authz/FORMAT.md, "Tests and warnings". It starts no program: it asks the
// policy.
#ifndef ONEOFF_AUTHZ_POLICY_CASE_H_
#define ONEOFF_AUTHZ_POLICY_CASE_H_

#include <optional>
#include <string>
#include <vector>

#include "authz/policy.h"

namespace authz {

struct PolicyCase {
  std::string who;                  // a person, or "cert:" and any text: a certificate's holder
  std::vector<std::string> groups;  // from the person's certificate
  std::string app;
  std::string release = "current";  // the only name of the release
  std::string watch;   // the person whose runs `who` wants to watch; then `run` is empty
  std::string run;     // plain words between spaces, without characters that a shell interprets
  std::string expect;  // "allow" or "deny"

  // The fault, or nullopt if the policy decides as expected. Also a fault: both or none of `run`
  // and `watch`, a `run` that is no plain words or has no command. Names are taken as words: the
  // test knows no app's `commands` and no Procfile.
  std::optional<std::string> Run(const Policy& policy) const;
  std::optional<std::string> RunCommand(const Policy& policy) const;
  std::optional<std::string> RunWatch(const Policy& policy) const;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_POLICY_CASE_H_
