#include "authz/authority_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "authz/policy.h"
#include "authz/signing_key.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AuthorityReaderTest : public testing::Test {
 protected:
  std::optional<Policy> Parse(const std::string& authorities) {
    problems_.clear();
    config::Problems found;
    auto policy = Policy::Parse("policy.json",
                                R"({"groups": {"dev": []}, "rules": [],
"authorities": [)" + authorities + "]}",
                                {{"alice"}, {}}, found);
    for (const config::Problem& problem : found) problems_.push_back(problem.Summary());
    return policy;
  }
  std::vector<std::string> ProblemsOf(const std::string& authorities) {
    EXPECT_FALSE(Parse(authorities));
    return problems_;
  }
  std::string Entry(const std::string& more) const {
    return fmt::format(R"({{"key": "{}"{}}})", line_, more);
  }

  const std::string line_ = SigningKey::Generate()->PublicLine();
  std::vector<std::string> problems_;
};

TEST_F(AuthorityReaderTest, AnAuthorityIsRead) {
  const auto policy = Parse(Entry(
      R"(, "principals": "groups", "longest": "24h", "revoked": ["serial:18446744073709551615", "id:x y", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"])"));
  ASSERT_TRUE(policy) << problems_[0];
  ASSERT_EQ(policy->authorities().size(), 1U);
  const Authority& authority = policy->authorities()[0];
  EXPECT_EQ(authority.principals, Authority::Principals::kGroups);
  EXPECT_EQ(authority.longest, std::chrono::hours(24));
  EXPECT_THAT(authority.revoked_serials, ElementsAre(~std::uint64_t{0}));
  EXPECT_THAT(authority.revoked_ids, ElementsAre("x y"));
  EXPECT_THAT(authority.revoked_keys,
              ElementsAre("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"));
}

TEST_F(AuthorityReaderTest, ALeastOneIsAKeyAndWhatItsPrincipalsAre) {
  const auto policy = Parse(Entry(R"(, "principals": "people")"));
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->authorities()[0].principals, Authority::Principals::kPeople);
  EXPECT_EQ(policy->authorities()[0].longest, std::nullopt);
  EXPECT_THAT(ProblemsOf(Entry("")), ElementsAre("policy.json:2:17: \"principals\" is missing"));
}

TEST_F(AuthorityReaderTest, EveryFaultNamesItsPlace) {
  EXPECT_THAT(ProblemsOf(R"({"key": "ssh-ed25519 AAAA", "principals": "people"})"),
              ElementsAre("policy.json:2:25: the authority's key: the key is cut short"));
  EXPECT_THAT(
      ProblemsOf(R"({"key": "# none", "principals": "people"})"),
      ElementsAre(
          "policy.json:2:25: the authority's key is missing; TYPE BASE64, as in its .pub file"));
  EXPECT_THAT(
      ProblemsOf(fmt::format(R"({{"key": "restrict,pty {}", "principals": "people"}})", line_)),
      ElementsAre("policy.json:2:25: an authority's key takes no options; TYPE BASE64, as in its "
                  ".pub file"));
  EXPECT_THAT(ProblemsOf(R"({"principals": "people"})"),
              ElementsAre("policy.json:2:17: \"key\" is missing"));
  EXPECT_THAT(ProblemsOf(R"("x")").size(), 1U);
}

TEST_F(AuthorityReaderTest, WhatCannotBeRevokedIsAnError) {
  for (const std::string what :
       {"serial:0", "serial:-1", "serial:7x", "serial:", "serial:18446744073709551616", "7",
        "id:", "SHA256:", "SHA256:x", "alice"}) {
    const auto problems =
        ProblemsOf(Entry(fmt::format(R"(, "principals": "people", "revoked": ["{}"])", what)));
    ASSERT_EQ(problems.size(), 1U) << what;
    EXPECT_THAT(problems[0], ::testing::HasSubstr("'" + what + "' names nothing to revoke"));
  }
}

TEST_F(AuthorityReaderTest, AKeyTwiceIsAnErrorAndAnUnknownKeyToo) {
  const std::string entry = Entry(R"(, "principals": "people")");
  EXPECT_THAT(
      ProblemsOf(entry + ",\n" + entry),
      ElementsAre(
          "policy.json:3:1: this authority's key is another's too; an authority stands here once"));
  EXPECT_THAT(ProblemsOf(Entry(R"(, "principals": "people", "longst": "1h")")).size(), 1U);
  EXPECT_THAT(ProblemsOf(Entry(R"(, "principals": "hosts")")).size(), 1U);
  EXPECT_THAT(ProblemsOf(Entry(R"(, "principals": "people", "longest": "0s")")).size(), 1U);
}

}  // namespace
}  // namespace authz
