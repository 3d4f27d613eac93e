// Variables that a client brings: which may pass, and which never.
#ifndef ONEOFF_RELEASE_ENV_CLIENT_VARIABLES_H_
#define ONEOFF_RELEASE_ENV_CLIENT_VARIABLES_H_

#include <string>
#include <string_view>
#include <vector>

#include "release/command/command_line.h"
#include "release/refusal.h"
#include "release/variable.h"

namespace release {

// What the client brought.
struct ClientVariables {
  std::vector<Assignment> sent;   // SSH `env` requests: dropped if not accepted
  std::vector<Assignment> typed;  // leading NAME=value words: refused if not accepted
  std::string term;               // of its pty; empty: no pty
};

// Sets TERM, and then what is accepted by exact name and is not one of config::NeverFromClient;
// typed ones win over sent ones. A TERM that is no terminal's name (it holds a '/', which is a
// path) and any value with a NUL is left out. kDenied for a typed variable that is not accepted,
// with what is.
Outcome<void> AddClientVariables(const ClientVariables& client,
                                 const std::vector<std::string>& accepted, Variables& environment);

// Those of them that AddClientVariables would set, TERM not among them: by name, each once.
std::vector<Assignment> AcceptedVariables(const ClientVariables& client,
                                          const std::vector<std::string>& accepted);
// The names of those that were sent and are left out, each once, escaped, in their order.
std::vector<std::string> LeftOut(const ClientVariables& client,
                                 const std::vector<std::string>& accepted);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_CLIENT_VARIABLES_H_
