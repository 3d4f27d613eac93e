#include "authz/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/authz/certificates.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using Options = std::vector<std::pair<std::string, std::string>>;

class CertificateTest : public testing::Test {
 protected:
  std::string Blob() const { return parts_.SignedBy(authority_); }
  Certificate Parse() const {
    auto certificate = Certificate::Parse(Blob());
    EXPECT_TRUE(certificate) << certificate.error().message();
    return *std::move(certificate);
  }
  std::string Fault() const {
    const auto certificate = Certificate::Parse(Blob());
    return certificate ? "none" : certificate.error().message();
  }
  std::string OptionFault(Options critical) {
    parts_.critical = std::move(critical);
    return Parse().fault;
  }

  CertificateParts parts_;
  SigningKey authority_ = *SigningKey::Generate();
};

TEST_F(CertificateTest, IsTakenApart) {
  parts_.principals = {"alice", "ops"};
  parts_.valid_after = 100;
  parts_.valid_before = 200;
  parts_.critical = {{"force-command", CertificateParts::Packed("rake x")},
                     {"source-address", CertificateParts::Packed("10.0.0.0/8,192.0.2.7")},
                     {"verify-required", ""}};
  parts_.extensions = {
      {"no-touch-required", ""}, {"permit-pty", ""}, {"permit-x@example.com", "?"}};
  const Certificate certificate = Parse();
  EXPECT_EQ(certificate.key.type(), "ssh-ed25519");
  EXPECT_EQ(certificate.authority.blob(), authority_.PublicBlob());
  EXPECT_EQ(certificate.serial, 7U);
  EXPECT_EQ(certificate.kind, Certificate::Kind::kUser);
  EXPECT_EQ(certificate.key_id, "alice@laptop");
  EXPECT_THAT(certificate.principals, ElementsAre("alice", "ops"));
  EXPECT_EQ(certificate.valid_after, 100U);
  EXPECT_EQ(certificate.valid_before, 200U);
  EXPECT_EQ(certificate.force_command, "rake x");
  EXPECT_EQ(certificate.source_address->text(), "10.0.0.0/8,192.0.2.7");
  EXPECT_TRUE(certificate.verify_required);
  EXPECT_FALSE(certificate.touch_required);
  EXPECT_TRUE(certificate.permits_pty);
  EXPECT_EQ(certificate.fault, "");
  EXPECT_TRUE(certificate.IsSigned());
  EXPECT_EQ(certificate.Name(), "ID 'alice@laptop' (serial 7) CA " + authority_.Fingerprint());
}

TEST_F(CertificateTest, WithoutOptionsPermitsNoTerminalAndWantsATouch) {
  parts_.extensions = {};
  const Certificate certificate = Parse();
  EXPECT_FALSE(certificate.permits_pty);
  EXPECT_TRUE(certificate.touch_required);
  EXPECT_FALSE(certificate.verify_required);
}

TEST_F(CertificateTest, ThatIsCutAnywhereIsRefused) {
  const std::string blob = Blob();
  for (std::size_t length = 0; length < blob.size(); ++length) {
    EXPECT_FALSE(Certificate::Parse(blob.substr(0, length))) << length;
  }
  EXPECT_EQ(Certificate::Parse(blob + "x").error().message(),
            "malformed certificate: something follows it");
  EXPECT_EQ(Certificate::Parse(blob.substr(0, blob.size() - 1)).error().message(),
            "malformed certificate: it is cut short");
  EXPECT_EQ(Certificate::Parse(std::string(8193, 'x')).error().message(),
            "malformed certificate: it is too long");
}

TEST_F(CertificateTest, OfWhichAnyByteWasChangedIsNotSigned) {
  const std::string blob = Blob();
  for (std::size_t at = 0; at < blob.size(); ++at) {
    for (const unsigned bit : {0x01U, 0x80U}) {
      std::string changed = blob;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ bit);
      const auto certificate = Certificate::Parse(changed);
      EXPECT_FALSE(certificate && certificate->IsSigned()) << "byte " << at;
    }
  }
}

TEST_F(CertificateTest, OfWhichAFieldIsMissingIsRefused) {
  const std::string blob = Blob();
  // Each field that is a string, taken out whole with its length.
  DataReader reader(blob);
  std::size_t at = 0;
  for (int field = 0; reader.ok() && !reader.Finished(); ++field) {
    const bool number = field == 3 || field == 4 || field == 7 || field == 8;
    if (number) {
      reader.Bytes(field == 4 ? 4 : 8);
    } else {
      reader.String();
    }
    const std::size_t end = blob.size() - reader.rest().size();
    EXPECT_FALSE(Certificate::Parse(blob.substr(0, at) + blob.substr(end))) << "field " << field;
    at = end;
  }
  EXPECT_TRUE(reader.Finished());
}

TEST_F(CertificateTest, OfAnotherTypeOrKindIsRefused) {
  parts_.type = "ssh-ed25519";
  EXPECT_EQ(Fault(), "certificates of type 'ssh-ed25519' are not supported");
  EXPECT_FALSE(Certificate::IsOne(Blob()));
  parts_.type = "ssh-dss-cert-v01@openssh.com";
  EXPECT_EQ(Fault(), "certificates of type 'ssh-dss-cert-v01@openssh.com' are not supported");
  EXPECT_FALSE(Certificate::IsOne(Blob()));
  parts_.type = CertificateParts().type;
  EXPECT_TRUE(Certificate::IsOne(Blob()));
  parts_.kind = 3;
  EXPECT_EQ(Fault(), "malformed certificate: its type");
  parts_.kind = 2;
  EXPECT_EQ(Parse().kind, Certificate::Kind::kHost);
}

TEST_F(CertificateTest, WithAKeyThatIsNoneIsRefused) {
  parts_.point = "short";
  EXPECT_EQ(Fault(), "certificate: malformed ssh-ed25519 key: its length");
}

TEST_F(CertificateTest, SignedByACertificateIsRefused) {
  const std::string bytes = parts_.Unsigned(Blob());
  const std::string blob =
      DataWriter().Bytes(bytes).String(*authority_.Sign(bytes, "ssh-ed25519")).bytes();
  EXPECT_EQ(Certificate::Parse(blob).error().message(),
            "its authority: keys of type 'ssh-ed25519-cert-v01@openssh.com' are not supported");
}

TEST_F(CertificateTest, SignedByAnotherKeyThanItNamesIsNotSigned) {
  const SigningKey other = *SigningKey::Generate();
  const std::string bytes = parts_.Unsigned(authority_.PublicBlob());
  const auto certificate = Certificate::Parse(
      DataWriter().Bytes(bytes).String(*other.Sign(bytes, "ssh-ed25519")).bytes());
  ASSERT_TRUE(certificate);
  EXPECT_FALSE(certificate->IsSigned());
}

TEST_F(CertificateTest, ListsAreBounded) {
  parts_.principals.assign(256, "p");
  EXPECT_EQ(Parse().principals.size(), 256U);
  parts_.principals.emplace_back("p");
  EXPECT_EQ(Fault(), "malformed certificate: more than 256 principals");
  parts_.principals = {"alice", ""};
  EXPECT_EQ(Fault(), "malformed certificate: an empty principal");
  parts_ = {};
  for (int i = 0; i < 64; ++i) parts_.extensions.emplace_back("x" + std::to_string(100 + i), "");
  EXPECT_EQ(Fault(), "malformed certificate: more than 64 extensions");
}

TEST_F(CertificateTest, OptionsOutOfOrderOrTwiceAreRefused) {
  parts_.critical = {{"verify-required", ""}, {"force-command", CertificateParts::Packed("x")}};
  EXPECT_EQ(Fault(), "malformed certificate: its critical options are out of order");
  parts_.critical = {{"verify-required", ""}, {"verify-required", ""}};
  EXPECT_EQ(Fault(), "malformed certificate: its critical options are out of order");
  parts_.critical = {{"", ""}};
  EXPECT_EQ(Fault(), "malformed certificate: its critical options are out of order");
}

TEST_F(CertificateTest, ACriticalOptionThatIsNotKnownOrNotSoundIsItsFault) {
  const auto packed = CertificateParts::Packed;
  EXPECT_EQ(OptionFault({{"permit-everything", ""}}),
            "its critical option 'permit-everything' is not known here");
  EXPECT_EQ(OptionFault({{"force-command", ""}}), "its force-command is empty or malformed");
  EXPECT_EQ(OptionFault({{"force-command", packed("")}}),
            "its force-command is empty or malformed");
  EXPECT_EQ(OptionFault({{"force-command", packed("x") + "y"}}),
            "its force-command is empty or malformed");
  EXPECT_EQ(OptionFault({{"verify-required", "x"}}), "its verify-required is malformed");
  for (const std::string list : {"", "!10.0.0.1", "10.0.0.*", "host.example.com", "10.0.0.1/8"}) {
    EXPECT_EQ(OptionFault({{"source-address", packed(list)}}),
              "its source-address is '" + list + "', which is no list of addresses and networks");
  }
}

TEST(PlainAlgorithm, IsWhatACertificatesAlgorithmSignsWith) {
  EXPECT_EQ(PlainAlgorithm("ssh-ed25519-cert-v01@openssh.com"), "ssh-ed25519");
  EXPECT_EQ(PlainAlgorithm("rsa-sha2-512-cert-v01@openssh.com"), "rsa-sha2-512");
  EXPECT_EQ(PlainAlgorithm("ssh-rsa-cert-v01@openssh.com"), "ssh-rsa");
  EXPECT_EQ(PlainAlgorithm("sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"),
            "sk-ecdsa-sha2-nistp256@openssh.com");
  EXPECT_EQ(PlainAlgorithm("ssh-ed25519"), std::nullopt);
}

class RealCertificates : public testing::Test {
 protected:
  static constexpr const char* kTypes[] = {"ed25519", "ecdsa -b 256", "ecdsa -b 384",
                                           "ecdsa -b 521", "rsa -b 2048"};
  SshKeygen keygen_;
};

TEST_F(RealCertificates, OfEachTypeAreReadAndTheirSignaturesHold) {
  keygen_.Make("ca", "-t ed25519");
  int number = 0;
  for (const std::string type : kTypes) {
    const std::string name = "user" + std::to_string(++number);
    keygen_.Make(name, "-t " + type);
    const auto certificate = Certificate::Parse(Certify(
        keygen_, "ca", name, "-I someone -n alice,ops -z 42 -V +1h -O source-address=::/0"));
    ASSERT_TRUE(certificate) << type << ": " << certificate.error().message();
    EXPECT_TRUE(certificate->IsSigned()) << type;
    EXPECT_EQ(certificate->key.blob(), keygen_.Blob(name));
    EXPECT_EQ(certificate->serial, 42U);
    EXPECT_THAT(certificate->principals, ElementsAre("alice", "ops"));
    EXPECT_TRUE(certificate->permits_pty);
    EXPECT_EQ(certificate->fault, "");
  }
}

TEST_F(RealCertificates, OfEachTypeOfAuthorityAreSigned) {
  keygen_.Make("user", "-t ed25519");
  int number = 0;
  for (const std::string type : kTypes) {
    const std::string name = "ca" + std::to_string(++number);
    keygen_.Make(name, "-t " + type);
    const auto certificate =
        Certificate::Parse(Certify(keygen_, name, "user", "-I someone -n alice"));
    ASSERT_TRUE(certificate) << type << ": " << certificate.error().message();
    EXPECT_TRUE(certificate->IsSigned()) << type;
    EXPECT_EQ(certificate->authority.blob(), keygen_.Blob(name));
  }
}

TEST_F(RealCertificates, SignedWithSha1AreNotSigned) {
  keygen_.Make("ca", "-t rsa -b 2048");
  keygen_.Make("user", "-t ed25519");
  for (const std::string algorithm : {"rsa-sha2-256", "rsa-sha2-512", "ssh-rsa"}) {
    const auto certificate = Certificate::Parse(
        Certify(keygen_, "ca", "user", "-t " + algorithm + " -I someone -n alice"));
    ASSERT_TRUE(certificate);
    EXPECT_EQ(certificate->IsSigned(), algorithm != "ssh-rsa") << algorithm;
  }
}

TEST_F(RealCertificates, OfAShortRsaAuthorityAreRefused) {
  keygen_.Make("ca", "-t rsa -b 1024");
  keygen_.Make("user", "-t ed25519");
  EXPECT_EQ(
      Certificate::Parse(Certify(keygen_, "ca", "user", "-I someone -n alice")).error().message(),
      "its authority: malformed ssh-rsa key: 1024 bits; 2048 to 16384 are taken");
}

}  // namespace
}  // namespace authz
