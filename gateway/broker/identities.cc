#include "gateway/broker/identities.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <utility>

#include "base/text.h"
#include "gateway/role/role.h"

namespace broker {
namespace {

base::Result<base::Identity> FindSystemUser(const std::string& name) {
  errno = 0;
  const passwd* entry = getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  if (entry == nullptr) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("there is no system user {}; make it: systemd-sysusers "
                                  "systemd/oneoff-sysusers.conf",
                                  base::Quote(name)));
  }
  // Loads the libraries of the name service (nsswitch.conf(5)) now, so that no launcher has to.
  int count = 0;
  getgrouplist(entry->pw_name, entry->pw_gid, nullptr, &count);
  return base::Identity{.uid = entry->pw_uid, .gid = entry->pw_gid, .groups = {}};
}

}  // namespace

base::Result<Identities> FindIdentities(const std::string& gateway_user, bool exports) {
  Identities found{
      .recorder = {}, .monitor = {}, .audit = {}, .exporter = {}, .gateway = geteuid()};
  if (geteuid() != 0) return found;
  const auto gateway = FindSystemUser(gateway_user);
  if (!gateway) return base::Fail(gateway.error());
  if (gateway->uid == 0) {
    return base::Fail(
        base::Code::kInvalid,
        "gateway_user: root is refused: the gateway reads what strangers send; name a "
        "user that owns nothing, such as oneoff-gateway");
  }
  found.gateway = gateway->uid;
  for (auto& [user, name] :
       {std::pair(&found.recorder, role::kSupervisor.user),
        std::pair(&found.monitor, role::kMonitor.user), std::pair(&found.audit, role::kWriter.user),
        std::pair(&found.exporter, role::kExport.user)}) {
    if (user == &found.exporter && !exports) continue;
    auto identity = FindSystemUser(name);
    if (!identity) return base::Fail(std::move(identity.error()));
    *user = std::move(*identity);
  }
  return found;
}

}  // namespace broker
