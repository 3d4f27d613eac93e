// PolicyReader: reads a Policy from etc/policy.json and reports all errors in it.
//
// Only Policy::Parse uses it. A reader reads one document, once.
#ifndef ONEOFF_AUTHZ_POLICY_READER_H_
#define ONEOFF_AUTHZ_POLICY_READER_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "authz/policy.h"
#include "authz/policy_case.h"
#include "config/json_reader.h"

namespace authz {

class PolicyReader {
 public:
  // `document`, `names` and `problems` must outlive the reader.
  PolicyReader(const config::Document& document, const Policy::Names& names,
               config::Problems& problems)
      : document_(document), names_(names), problems_(problems) {}

  // nullopt if the problems, also those from before this call, hold an error. The policy's own
  // tests run last, and only if there is none: a broken rule would make their results misleading.
  std::optional<Policy> Read();

 private:
  void ReadUnixUsers(const config::Node& users);
  void ReadUnixUser(const config::Member& user);
  // Warns about a person without a file that no group and no rule names: most likely a typing
  // error.
  void WarnOfIdleUnixUsers(const config::Node& users);
  void ReadGroups(const config::Node& groups);
  void ReadRule(const config::Node& node);
  // Reads an entry of "watchers", "over_runs" or "reviewers".
  template <typename Entry>
  void ReadEntry(const config::Node& node, std::vector<Entry>& entries);
  void ReadMay(config::ObjectReader& reader, const config::Node& node, OverRuns& entry);
  void ReadName(config::ObjectReader& reader, std::string& name);
  // Whether the test can be run.
  bool CheckTester(const config::Node& node, const PolicyCase& test);
  void RunTest(const config::Node& node);
  // An unknown person in an allowing rule or a group is a warning: an operator who removes a
  // person's file need not remove the name everywhere first. In a deny rule it is an error: the
  // rule would miss its person.
  enum class Unknown { kError, kWarning };
  void CheckPerson(const config::Node& node, const std::string& name, Unknown unknown);
  void ReadWho(config::ObjectReader& reader, const config::Node& node, Scope& scope,
               Unknown unknown);
  void ReadApps(config::ObjectReader& reader, const config::Node& node, Scope& scope);
  bool HasFile(const std::string& person) const;
  // Whether the group exists. Reports an error if it does not.
  bool CheckGroup(const config::Node& node, const std::string& name);
  void CheckApp(const config::Node& node, const std::string& name);

  // Reports a problem at `node`'s position.
  void Report(const config::Node& node, std::string message, std::string hint = {});
  void Warn(const config::Node& node, std::string message, std::string hint = {});

  const config::Document& document_;
  const Policy::Names& names_;
  config::Problems& problems_;
  Policy policy_;
  std::set<std::string> rule_names_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_POLICY_READER_H_
