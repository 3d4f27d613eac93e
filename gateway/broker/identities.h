// The system users that the broker's children become.
#ifndef ONEOFF_GATEWAY_BROKER_IDENTITIES_H_
#define ONEOFF_GATEWAY_BROKER_IDENTITIES_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/identity.h"
#include "base/result.h"

namespace broker {

// Without root (development mode) each is nullopt, and every process has this process's own user.
struct Identities {
  std::optional<base::Identity> recorder;  // of supervisors, watches, archivists
  std::optional<base::Identity> monitor;
  std::optional<base::Identity> audit;     // of the audit writer
  std::optional<base::Identity> exporter;  // of the audit log's export command, if there is one
  uid_t gateway = 0;
};

// Looks the users up. kInvalid for a user that the host does not have, and if `gateway_user` is
// root.
base::Result<Identities> FindIdentities(const std::string& gateway_user, bool exports);

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_IDENTITIES_H_
