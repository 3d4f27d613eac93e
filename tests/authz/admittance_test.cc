#include "authz/admittance.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "tests/authz/certificates.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kNow = 1'800'000'000;

class AdmittanceTest : public testing::Test {
 protected:
  void SetUp() override {
    config::Problems problems;
    auto people = People::Load({{"alice", "people/alice.pub", alice_.PublicLine()},
                                {"bob", "people/bob.pub", "# by certificate\n"}},
                               problems);
    ASSERT_TRUE(people);
    people_ = *std::move(people);
    Trust("");
  }

  // The policy's authority, with further keys.
  void Trust(const std::string& keys, const std::string& principals = "people") {
    config::Problems problems;
    auto policy =
        Policy::Parse("policy.json",
                      fmt::format(R"({{"groups": {{"dev": [], "ops": ["alice"]}}, "rules": [],
                        "authorities": [{{"key": "{}", "principals": "{}"{}}}]}})",
                                  authority_.PublicLine(), principals, keys),
                      {{"alice", "bob"}, {}}, problems);
    ASSERT_TRUE(policy) << (problems.empty() ? "" : problems[0].Render());
    policy_ = *std::move(policy);
  }

  std::variant<Admission, Rejection> Ask(std::uint64_t now = kNow,
                                         const std::string& source = "192.0.2.7") const {
    return Admittance(people_, policy_)
        .Probe(parts_.SignedBy(authority_), source, base::WallTime(std::chrono::seconds(now)));
  }
  Admission Admitted() const {
    const auto answer = Ask();
    const auto* const rejection = std::get_if<Rejection>(&answer);
    EXPECT_EQ(rejection, nullptr) << rejection->reason;
    return rejection == nullptr ? std::get<Admission>(answer)
                                : Admission{.person = "", .fingerprint = ""};
  }
  // What is said behind the certificate's name.
  std::string Why(std::uint64_t now = kNow, const std::string& source = "192.0.2.7") const {
    const auto answer = Ask(now, source);
    const auto* const rejection = std::get_if<Rejection>(&answer);
    if (rejection == nullptr) return "admitted";
    EXPECT_TRUE(rejection->vouched_for);
    const std::size_t at = rejection->reason.find(authority_.Fingerprint());
    return at == std::string::npos
               ? rejection->reason
               : rejection->reason.substr(at + authority_.Fingerprint().size() + 2);
  }

  CertificateParts parts_;
  SigningKey authority_ = *SigningKey::Generate();
  SigningKey alice_ = *SigningKey::Generate();
  People people_;
  Policy policy_;
};

TEST_F(AdmittanceTest, AKeyIsAskedForAmongThePeople) {
  const Admittance admittance(people_, policy_);
  const auto answer = admittance.Probe(alice_.PublicBlob(), "192.0.2.7", base::WallTime());
  ASSERT_TRUE(std::holds_alternative<Admission>(answer));
  EXPECT_EQ(std::get<Admission>(answer).person, "alice");
  EXPECT_EQ(std::get<Admission>(answer).certificate, "");
  EXPECT_TRUE(std::get<Admission>(answer).permits_pty);
}

TEST_F(AdmittanceTest, APrincipalThatIsAPersonsNameSaysWhoItIs) {
  parts_.principals = {"nobody", "bob"};
  const Admission admission = Admitted();
  EXPECT_EQ(admission.person, "bob");
  EXPECT_THAT(admission.groups, IsEmpty());
  EXPECT_EQ(admission.certificate, "ID 'alice@laptop' (serial 7) CA " + authority_.Fingerprint());
  const auto certificate = Certificate::Parse(parts_.SignedBy(authority_));
  EXPECT_EQ(admission.fingerprint, certificate->key.Fingerprint());
  EXPECT_TRUE(admission.permits_pty);
  EXPECT_EQ(admission.forced_command, std::nullopt);
}

TEST_F(AdmittanceTest, PrincipalsThatAreNobodyOrSeveralPeopleLetNobodyIn) {
  parts_.principals = {};
  EXPECT_EQ(Why(), "it has no principals");
  parts_.principals = {"carol", "*", "cert:alice", "dev"};
  EXPECT_EQ(Why(), "none of its principals is a person's name");
  parts_.principals = {"alice", "bob"};
  EXPECT_EQ(Why(), "its principals are several people");
  parts_.principals = {"alice", "alice"};
  EXPECT_EQ(Why(), "admitted");
}

TEST_F(AdmittanceTest, PrincipalsThatAreGroupsPutTheHolderOfTheKeyIdInThem) {
  Trust("", "groups");
  parts_.principals = {"dev", "unknown", "ops"};
  const Admission admission = Admitted();
  EXPECT_EQ(admission.person, "cert:alice@laptop");
  EXPECT_THAT(admission.groups, ElementsAre("dev", "ops"));
  parts_.principals = {"alice"};
  EXPECT_EQ(Why(), "none of its principals is a group's name");
  parts_.principals = {};
  EXPECT_EQ(Why(), "it has no principals");
}

TEST_F(AdmittanceTest, AKeyIdThatCannotStandForAPersonLetsNobodyInByGroup) {
  Trust("", "groups");
  parts_.principals = {"dev"};
  for (const std::string& id : {std::string(), std::string("a b"), std::string("-x"),
                                std::string("a:b"), std::string("a\n"), std::string(61, 'a')}) {
    parts_.key_id = id;
    EXPECT_EQ(Why(),
              "its key id is no person's name: a letter or digit, then up to 59 letters, digits "
              "and ._@+-");
  }
  parts_.key_id = std::string(60, 'a');
  EXPECT_EQ(Why(), "admitted");
}

TEST_F(AdmittanceTest, ItCountsFromItsFirstSecondToBeforeItsLast) {
  parts_.valid_after = 1000;
  parts_.valid_before = 2000;
  EXPECT_EQ(Why(999), "it counts from 1970-01-01T00:16:40.000Z");
  EXPECT_EQ(Why(1000), "admitted");
  EXPECT_EQ(Why(1999), "admitted");
  EXPECT_EQ(Why(2000), "it has expired at 1970-01-01T00:33:20.000Z");
  parts_.valid_after = 2000;
  parts_.valid_before = 1000;
  EXPECT_EQ(Why(1500), "it counts from 1970-01-01T00:33:20.000Z");
  EXPECT_EQ(Why(2500), "it has expired at 1970-01-01T00:16:40.000Z");
  parts_.valid_after = ~std::uint64_t{0};
  EXPECT_EQ(Why(), "it counts from 2262-04-11T23:47:16.000Z");
}

TEST_F(AdmittanceTest, OneThatCountsForLongerThanItsAuthoritysLongestIsRefused) {
  Trust(R"(, "longest": "1h")");
  EXPECT_EQ(Why(), "it counts for longer than 1h, its authority's \"longest\"");
  parts_.valid_after = kNow;
  parts_.valid_before = kNow + 3600;
  EXPECT_EQ(Why(), "admitted");
  parts_.valid_before = kNow + 3601;
  EXPECT_EQ(Why(), "it counts for longer than 1h, its authority's \"longest\"");
}

TEST_F(AdmittanceTest, OneOfAHostIsRefused) {
  parts_.kind = 2;
  EXPECT_EQ(Why(), "it is a host's, not a person's");
}

TEST_F(AdmittanceTest, WhatIsRevokedIsRefused) {
  Trust(R"(, "revoked": ["serial:7"])");
  EXPECT_EQ(Why(), "its serial number is revoked");
  Trust(R"(, "revoked": ["id:alice@laptop"])");
  EXPECT_EQ(Why(), "its key id is revoked");
  const auto certificate = Certificate::Parse(parts_.SignedBy(authority_));
  Trust(fmt::format(R"(, "revoked": ["{}"])", certificate->key.Fingerprint()));
  EXPECT_EQ(Why(), "its key is revoked");
  Trust(R"(, "revoked": ["serial:8", "id:alice"])");
  EXPECT_EQ(Why(), "admitted");
}

TEST_F(AdmittanceTest, SourceAddressAdmitsItsOwnAlone) {
  parts_.critical = {{"source-address", CertificateParts::Packed("192.0.2.0/24,2001:db8::/32")}};
  EXPECT_EQ(Why(kNow, "192.0.2.7"), "admitted");
  EXPECT_EQ(Why(kNow, "2001:db8::1"), "admitted");
  EXPECT_EQ(Why(kNow, "::ffff:192.0.2.7"), "admitted");
  EXPECT_EQ(Why(kNow, "198.51.100.1"),
            "its source-address 192.0.2.0/24,2001:db8::/32 does not admit 198.51.100.1");
  EXPECT_EQ(Why(kNow, ""), "its source-address 192.0.2.0/24,2001:db8::/32 does not admit ");
}

TEST_F(AdmittanceTest, AnUnknownCriticalOptionIsRefused) {
  parts_.critical = {{"permit-more", ""}};
  EXPECT_EQ(Why(), "its critical option 'permit-more' is not known here");
}

TEST_F(AdmittanceTest, AForcedCommandAndNoTerminalAreTold) {
  parts_.critical = {{"force-command", CertificateParts::Packed("rake x")}};
  parts_.extensions = {};
  const Admission admission = Admitted();
  EXPECT_EQ(admission.forced_command, "rake x");
  EXPECT_FALSE(admission.permits_pty);
}

TEST_F(AdmittanceTest, AStrangersCertificateIsVouchedForByNobody) {
  const Admittance admittance(people_, policy_);
  const SigningKey other = *SigningKey::Generate();
  const auto reason = [&](const std::string& blob) {
    const auto answer = admittance.Probe(blob, "192.0.2.7", base::WallTime());
    const auto& rejection = std::get<Rejection>(answer);
    EXPECT_FALSE(rejection.vouched_for);
    return rejection.reason.substr(rejection.reason.rfind(": ") + 2);
  };
  EXPECT_EQ(reason(parts_.SignedBy(other)), "its authority is not one of the policy's");
  const std::string bytes = parts_.Unsigned(authority_.PublicBlob());
  EXPECT_EQ(reason(DataWriter().Bytes(bytes).String(*other.Sign(bytes, "ssh-ed25519")).bytes()),
            "its signature is not its authority's");
  EXPECT_EQ(reason(bytes), "it is cut short");
}

TEST_F(AdmittanceTest, AnAuthoritysOwnKeyLetsNobodyIn) {
  const Admittance admittance(people_, policy_);
  EXPECT_FALSE(std::holds_alternative<Admission>(
      admittance.Probe(authority_.PublicBlob(), "192.0.2.7", base::WallTime())));
}

// A FIDO key's certificate, by ssh-keygen of a public key that needs no device.
TEST_F(AdmittanceTest, AFidoKeyIsTouchedAndVerifiesItsUserAsItsCertificateAsks) {
  const SshKeygen keygen;
  keygen.Make("ca", "-t ed25519");
  const std::string blob = DataWriter()
                               .String("sk-ssh-ed25519@openssh.com")
                               .String(std::string(32, '\x07'))
                               .String("ssh:")
                               .bytes();
  keygen.Write("user.pub", "sk-ssh-ed25519@openssh.com " + base::Base64Encode(blob) + "\n");
  authority_ = *SigningKey::Parse(keygen.Read("ca"));
  Trust("");
  const Admittance admittance(people_, policy_);
  const auto why = [&](const std::string& options, bool touched, bool verified) {
    const std::string certificate = Certify(keygen, "ca", "user", "-I someone -n alice " + options);
    const SignatureFacts facts{
        .algorithm = "", .hardware = true, .user_present = touched, .user_verified = verified};
    const auto answer =
        admittance.Authenticate(certificate, "192.0.2.7", base::SystemClock().Now(), facts);
    const auto* const rejection = std::get_if<Rejection>(&answer);
    return rejection == nullptr ? "admitted"
                                : rejection->reason.substr(rejection->reason.rfind(": ") + 2);
  };
  EXPECT_EQ(why("", true, false), "admitted");
  EXPECT_EQ(why("", false, false), "the security key was not touched");
  EXPECT_EQ(why("-O no-touch-required", false, false), "admitted");
  EXPECT_EQ(why("-O verify-required", true, true), "admitted");
  EXPECT_EQ(why("-O verify-required", true, false),
            "the key did not verify its user (PIN or finger)");
}

TEST_F(AdmittanceTest, AKeyThatCannotVerifyItsUserIsRefusedWhereThatIsAskedFor) {
  parts_.critical = {{"verify-required", ""}};
  const auto answer = Admittance(people_, policy_)
                          .Authenticate(parts_.SignedBy(authority_), "192.0.2.7",
                                        base::WallTime(std::chrono::seconds(kNow)), {});
  ASSERT_TRUE(std::holds_alternative<Rejection>(answer));
  EXPECT_THAT(std::get<Rejection>(answer).reason,
              ::testing::EndsWith("the key did not verify its user (PIN or finger)"));
}

}  // namespace
}  // namespace authz
