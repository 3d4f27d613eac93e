#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "authz/policy.h"
#include "authz/signing_key.h"
#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Authority(char byte, const std::string& revoked) {
  const std::string blob = DataWriter().String("ssh-ed25519").String(std::string(32, byte)).bytes();
  return "{\"key\": \"ssh-ed25519 " + base::Base64Encode(blob) +
         "\", \"principals\": \"people\", \"revoked\": [" + revoked + "]}";
}

std::string PolicyText(const std::string& members, const std::string& authorities,
                       const std::string& more) {
  return "{\"groups\": {\"ops\": [" + members + "]}, \"authorities\": [" + authorities +
         "], \"unix_users\": {\"root\": \"alice\"}, \"rules\": []" + more + "}";
}

class Removals : public ::testing::Test {
 protected:
  Removals() {
    config::Problems problems;
    policy_ = Policy::Parse("policy.json",
                            PolicyText("\"alice\", \"bob\"",
                                       Authority('\1', "") + "," + Authority('\2', ""), ""),
                            {{"alice", "bob"}, {}}, problems)
                  .value();
  }
  void Narrow(const std::string& text) {
    config::Problems problems;
    EXPECT_FALSE(Policy::Parse("policy.json", text, {{"alice", "bob"}, {}}, problems));
    policy_.Narrow(Policy::RemovalsOf("policy.json", text));
  }

  Policy policy_;
};

TEST_F(Removals, ThatAPolicyWithAnErrorNamesCount) {
  Narrow(PolicyText("\"bob\", \"carol\"", Authority('\1', "\"serial:7\""), ", \"wrong\": 1"));
  EXPECT_THAT(policy_.GroupsOf({"alice"}), IsEmpty());
  EXPECT_THAT(policy_.GroupsOf({"bob"}), ElementsAre("ops"));
  EXPECT_THAT(policy_.GroupsOf({"carol"}), IsEmpty());  // an addition
  ASSERT_EQ(policy_.authorities().size(), 1U);
  EXPECT_THAT(policy_.authorities()[0].revoked_serials, ElementsAre(7U));
}

TEST_F(Removals, AreNoneOfWhatCannotBeRead) {
  Narrow("{\"groups\": {\"ops\": [\"bob\", 7]}, \"authorities\": [{\"key\": 7}], \"rules\": []}");
  Narrow("{\"groups\": {\"opss\": []}, \"authorites\": [], \"unix_user\": {}, \"rules\": []}");
  Narrow("{\"groups\": {\"ops\": []}");
  EXPECT_THAT(policy_.GroupsOf({"alice"}), ElementsAre("ops"));
  EXPECT_EQ(policy_.authorities().size(), 2U);
  EXPECT_EQ(policy_.unix_users().size(), 1U);
}

TEST_F(Removals, TakeAccountsAway) {
  Narrow("{\"unix_users\": {}, \"rules\": [], \"wrong\": 1}");
  EXPECT_THAT(policy_.unix_users(), IsEmpty());
}

TEST_F(Removals, ATestOfAPersonWhoIsGoneIsAWarningToAGatewayThatStarts) {
  const std::string text =
      "{\"rules\": [], \"tests\": [{\"who\": \"gone\", \"app\": \"shop\", \"run\": \"x\", "
      "\"expect\": \"allow\"}]}";
  config::Problems problems;
  EXPECT_FALSE(Policy::Parse("policy.json", text, {{}, {"shop"}}, problems));
  problems.clear();
  EXPECT_TRUE(
      Policy::Parse("policy.json", text, {{}, {"shop"}, config::Severity::kWarning}, problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].severity, config::Severity::kWarning);
}

}  // namespace
}  // namespace authz
