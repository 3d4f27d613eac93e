#include "gateway/launcher/web_parity.h"

#include <utility>
#include <vector>

#include "gateway/run/parity.h"
#include "gateway/run/process_records.h"
#include "release/environment.h"

namespace launcher {
namespace {

// The comparison leaves out the variables that this client sets, because the person wants these.
std::string ParityWithWeb(const Understood& u, const std::vector<run::ProcessRecord>& webs,
                          const std::string& key) {
  std::string parity;
  for (const run::ProcessRecord& web : webs) {
    const release::EnvironmentRequest wanted{.app = *u.app,
                                             .account = u.account,
                                             .snapshot = u.snapshot,
                                             .client = {},
                                             .accept_env = {},
                                             .run_id = ""};
    auto environment = release::BuildEnvironment(wanted);
    auto surroundings = run::SurroundingsOf(0);
    if (!environment || !surroundings) return "";
    const auto parts = release::Describe(wanted, u.plan, std::move(*environment));
    const auto differences =
        run::Compare(web, run::Given(*u.app, u.snapshot, parts, std::move(*surroundings), key));
    if (!differences.empty()) return "different: " + run::Summary(differences);
    parity = "same";
  }
  return parity;
}

}  // namespace

// A run gets the umask of the newest web process, unless the app file sets one.
void CompareWithWeb(const Asked& asked, Understood& u) {
  const auto records = run::ProcessRecords::Open(
      run::ProcessRecords::Trusted(asked.deps.paths.run, asked.deps.paths.lib));
  if (!records) return;
  std::vector<run::ProcessRecord> webs = records->List();
  std::erase_if(webs, [&](const run::ProcessRecord& web) {
    return web.app != u.app->name || web.root != u.app->root || web.type != "web";
  });
  if (webs.empty()) return;
  u.snapshot.umask = run::UmaskOfWeb(webs.back());
  u.parity = ParityWithWeb(u, webs, records->key());
}

}  // namespace launcher
