// Variables that a client sends: which are accepted, and which are never accepted.
//
// `accepted` is Grant::accept_env() here: NAME or NAME=VALUE, compared exactly. A reserved variable
// (config/reserved_variables.h) counts only as EDITOR=VALUE or VISUAL=VALUE, whichever elements
// `accepted` has: the check does not depend on the reader of the policy.
#ifndef ONEOFF_RELEASE_ENV_CLIENT_VARIABLES_H_
#define ONEOFF_RELEASE_ENV_CLIENT_VARIABLES_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/command/command_line.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

// The variables that a client sent or typed.
struct ClientVariables {
  std::vector<Assignment> sent;   // SSH `env` requests (RFC 4254 6.4); dropped if not accepted
  std::vector<Assignment> typed;  // leading NAME=value words; a refusal if not accepted
  std::string term;               // TERM of its pty; empty: no pty
  // Whether a value with a `$` is not accepted: the command may run make, which expands it.
  bool plain_values = false;
};

// Sets TERM, then each variable that `accepted` accepts. A typed variable wins over a sent one, and
// a later one over an earlier. Drops a TERM that is no terminal's name (one with '/' is a path;
// over 64 bytes; not printable ASCII) and any sent value with a NUL. kDenied, with the accepted
// names, for a typed variable that is not accepted, and for one whose value make would expand; then
// some of the variables are set.
Outcome<void> AddClientVariables(const ClientVariables& client,
                                 const std::vector<std::string>& accepted, Variables& environment);

// The variables that AddClientVariables would set, without TERM: by name, each once.
std::vector<Assignment> AcceptedVariables(const ClientVariables& client,
                                          const std::vector<std::string>& accepted);
// The names of the sent variables that are dropped, each once, escaped, in their order.
std::vector<std::string> LeftOut(const ClientVariables& client,
                                 const std::vector<std::string>& accepted);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_CLIENT_VARIABLES_H_
