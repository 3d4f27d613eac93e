// RuleReader: reads what a rule of a policy is about beside people and apps: releases, commands,
// variables, recording. PolicyReader reads the rest, which needs names from outside of the rule.
#ifndef ONEOFF_AUTHZ_RULE_READER_H_
#define ONEOFF_AUTHZ_RULE_READER_H_

#include <string>
#include <string_view>
#include <vector>

#include "authz/policy.h"
#include "config/json_document.h"
#include "config/json_reader.h"
#include "config/problem.h"

namespace authz {

// The elements of the list at `key` of a policy's object; empty if there is none.
const std::vector<config::Node>& ElementsOf(const config::Node& object, std::string_view key);

class RuleReader {
 public:
  // Both outlive the reader.
  RuleReader(const config::Document& document, config::Problems& problems)
      : document_(document), problems_(problems) {}

  // Reads the keys of `node` by `reader`, which reads the same object. `rule.effect` is set.
  // Dangerous patterns are warnings, all else that is wrong is an error.
  void Read(config::ObjectReader& reader, const config::Node& node, Rule& rule);

 private:
  void ReadReleases(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  void ReadRun(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  void ReadAcceptEnv(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  void ReadRecording(config::ObjectReader& reader, const config::Node& node, Rule& rule);
  void WarnOfEditor(const config::Node& element, std::string_view command);
  void Report(const config::Node& node, std::string message, std::string hint = {});
  void Warn(const config::Node& node, std::string message, std::string hint = {});

  const config::Document& document_;
  config::Problems& problems_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_RULE_READER_H_
