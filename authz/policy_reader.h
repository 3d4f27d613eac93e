// PolicyReader: makes a Policy out of etc/policy.json, or says all that is wrong with it.
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
  // All of them outlive the reader.
  PolicyReader(const config::Document& document, const Policy::Names& names,
               config::Problems& problems)
      : document_(document), names_(names), problems_(problems) {}

  std::optional<Policy> Read();

 private:
  void ReadUnixUsers(const config::Node& users);
  void ReadUnixUser(const config::Member& user);
  // A person without a file whom no group and no rule names: a typing error, most likely.
  void WarnOfIdleUnixUsers(const config::Node& users);
  void ReadGroups(const config::Node& groups);
  void ReadRule(const config::Node& node);
  // Of "watchers" or "reviewers".
  template <typename Entry>
  void ReadEntry(const config::Node& node, std::vector<Entry>& entries);
  void ReadName(config::ObjectReader& reader, std::string& name);
  void ReadReleases(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  void ReadRun(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  void ReadRecording(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  void ReadAcceptEnv(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  // Whether the test is to be run.
  bool CheckTester(const config::Node& node, const PolicyCase& test);
  void RunTest(const config::Node& node);
  // Where a person is allowed something, one who is not known is a warning: whoever takes a
  // person's file away is not held up by what is left of them in groups and rules. A deny rule that
  // misses its person is an error.
  enum class Unknown { kError, kWarning };
  void CheckPerson(const config::Node& node, const std::string& name, Unknown unknown);
  void ReadWho(config::ObjectReader& reader, const config::Node& node, Scope& scope,
               Unknown unknown);
  void ReadApps(config::ObjectReader& reader, const config::Node& node, Scope& scope);
  bool HasFile(const std::string& person) const;
  // Whether there is the group; if not, that is reported.
  bool CheckGroup(const config::Node& node, const std::string& name);
  void CheckApp(const config::Node& node, const std::string& name);

  // The problem's place is `node`'s.
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
