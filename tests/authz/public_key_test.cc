#include "authz/public_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "authz/openssl.h"
#include "authz/signing_key.h"
#include "authz/ssh_data.h"
#include "tests/authz/ssh_keygen.h"

namespace authz {
namespace {

using ::testing::ElementsAre;

struct KeyType {
  std::string arguments;
  std::string type;
  std::string algorithm;  // that ssh-keygen signs with
};

class EveryKeyType : public ::testing::TestWithParam<KeyType> {};

TEST_P(EveryKeyType, OfSshKeygenIsReadAndItsSignatureVerified) {
  const SshKeygen keygen;
  keygen.Make("key", GetParam().arguments);
  const std::string blob = keygen.Blob("key");
  const auto key = PublicKey::Parse(blob);
  ASSERT_TRUE(key) << key.error().message();
  EXPECT_EQ(key->type(), GetParam().type);
  EXPECT_EQ(key->blob(), blob);
  EXPECT_FALSE(key->hardware());
  const std::string listed = keygen.Run("-l -f key.pub");
  EXPECT_EQ(key->Fingerprint(), base::Split(listed, ' ')[1]);

  const SshKeygen::Signature made = keygen.Sign("key", "hello");
  const auto facts = key->Verify(made.signature, made.signed_bytes);
  ASSERT_TRUE(facts) << facts.error().message();
  EXPECT_EQ(facts->algorithm, GetParam().algorithm);
  EXPECT_FALSE(facts->hardware);
}

TEST_P(EveryKeyType, RefusesASignatureThatIsNotItsOwnOverTheseBytes) {
  const SshKeygen keygen;
  keygen.Make("key", GetParam().arguments);
  keygen.Make("other", GetParam().arguments);
  const auto key = PublicKey::Parse(keygen.Blob("key"));
  const auto other = PublicKey::Parse(keygen.Blob("other"));
  ASSERT_TRUE(key && other);
  const SshKeygen::Signature made = keygen.Sign("key", "hello");
  EXPECT_EQ(other->Verify(made.signature, made.signed_bytes).error().message(),
            "the signature is not this key's");
  EXPECT_EQ(key->Verify(made.signature, made.signed_bytes + "!").error().code(),
            base::Code::kDenied);
  for (std::size_t length = 0; length < made.signature.size(); ++length) {
    EXPECT_FALSE(key->Verify(made.signature.substr(0, length), made.signed_bytes)) << length;
  }
  EXPECT_EQ(key->Verify(made.signature + "x", made.signed_bytes).error().message(),
            "malformed signature");
  std::string flipped = made.signature;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  EXPECT_FALSE(key->Verify(flipped, made.signed_bytes));
}

TEST_P(EveryKeyType, IsRefusedWhenCutShortOrLengthened) {
  const SshKeygen keygen;
  keygen.Make("key", GetParam().arguments);
  const std::string blob = keygen.Blob("key");
  for (std::size_t length = 0; length < blob.size(); ++length) {
    EXPECT_FALSE(PublicKey::Parse(blob.substr(0, length))) << length;
  }
  EXPECT_EQ(PublicKey::Parse(blob + "x").error().message(),
            "malformed " + GetParam().type + " key: something follows it");
}

INSTANTIATE_TEST_SUITE_P(
    PublicKey, EveryKeyType,
    ::testing::Values(KeyType{"-t ed25519", "ssh-ed25519", "ssh-ed25519"},
                      KeyType{"-t ecdsa -b 256", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"},
                      KeyType{"-t ecdsa -b 384", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"},
                      KeyType{"-t ecdsa -b 521", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521"},
                      KeyType{"-t rsa -b 2048", "ssh-rsa", "rsa-sha2-512"}),
    [](const auto& parameter) {
      std::string name = parameter.param.type;
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

// What a FIDO key would make, of a software key of the same curve.
struct FidoKey {
  std::string blob;
  std::string signature;
};

constexpr std::uint8_t kTouched = 0x01;
constexpr std::uint8_t kVerified = 0x04;

FidoKey MakeFido(const SigningKey& key, std::uint8_t flags, const std::string& message) {
  DataReader reader(key.PublicBlob());
  const std::string type(reader.String());
  const std::string name = "sk-" + type + "@openssh.com";
  const std::string application = "ssh:";
  DataWriter blob;
  blob.String(name).Bytes(reader.rest()).String(application);
  DataWriter device;
  device.Bytes(Sha256(application)).Byte(flags).Uint32(7).Bytes(Sha256(message));
  const auto made = key.Sign(device.bytes(), type);
  DataReader inner(*made);
  inner.String();
  DataWriter signature;
  signature.String(name).String(inner.String()).Byte(flags).Uint32(7);
  return {blob.bytes(), signature.bytes()};
}

class EveryFidoKey : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryFidoKey, SaysWhetherItWasTouchedAndVerifiedItsUser) {
  const SshKeygen keygen;
  keygen.Make("key", GetParam());
  const auto software = SigningKey::Parse(keygen.Read("key"));
  ASSERT_TRUE(software) << software.error().message();
  for (const std::uint8_t flags :
       {std::uint8_t{0}, kTouched, kVerified, static_cast<std::uint8_t>(kTouched | kVerified)}) {
    const FidoKey fido = MakeFido(*software, flags, "hello");
    const auto key = PublicKey::Parse(fido.blob);
    ASSERT_TRUE(key) << key.error().message();
    EXPECT_TRUE(key->hardware());
    const auto facts = key->Verify(fido.signature, "hello");
    ASSERT_TRUE(facts) << facts.error().message();
    EXPECT_EQ(facts->algorithm, key->type());
    EXPECT_TRUE(facts->hardware);
    EXPECT_EQ(facts->user_present, (flags & kTouched) != 0);
    EXPECT_EQ(facts->user_verified, (flags & kVerified) != 0);
    EXPECT_EQ(facts->counter, 7U);
    EXPECT_FALSE(key->Verify(fido.signature, "hullo"));
  }
}

TEST_P(EveryFidoKey, DoesNotLetTheTouchBeClaimedAfterwards) {
  const SshKeygen keygen;
  keygen.Make("key", GetParam());
  const auto software = SigningKey::Parse(keygen.Read("key"));
  ASSERT_TRUE(software);
  FidoKey fido = MakeFido(*software, 0, "hello");
  const auto key = PublicKey::Parse(fido.blob);
  ASSERT_TRUE(key);
  fido.signature[fido.signature.size() - 5] = kTouched;
  EXPECT_EQ(key->Verify(fido.signature, "hello").error().message(),
            "the signature is not this key's");
}

INSTANTIATE_TEST_SUITE_P(PublicKey, EveryFidoKey,
                         ::testing::Values("-t ed25519", "-t ecdsa -b 256"),
                         [](const auto& parameter) {
                           return parameter.param == "-t ed25519" ? "Ed25519" : "Ecdsa";
                         });

std::string Error(const std::string& blob) {
  const auto key = PublicKey::Parse(blob);
  return key ? "" : key.error().message();
}

TEST(PublicKey, OfAnUnknownTypeIsRefusedByName) {
  EXPECT_EQ(Error(DataWriter().String("ssh-dss").String("x").bytes()),
            "keys of type 'ssh-dss' are not supported");
  EXPECT_EQ(Error(""), "the key is cut short");
  EXPECT_EQ(Error(std::string(9000, 'x')), "the key is too long");
}

TEST(PublicKey, OfTheWrongShapeIsRefused) {
  EXPECT_EQ(Error(DataWriter().String("ssh-ed25519").String("short").bytes()),
            "malformed ssh-ed25519 key: its length");
  EXPECT_EQ(Error(DataWriter()
                      .String("ecdsa-sha2-nistp256")
                      .String("nistp384")
                      .String(std::string(65, '\x04'))
                      .bytes()),
            "malformed ecdsa-sha2-nistp256 key: it names another curve");
  EXPECT_EQ(Error(DataWriter()
                      .String("ecdsa-sha2-nistp256")
                      .String("nistp256")
                      .String(std::string(65, '\x02'))
                      .bytes()),
            "malformed ecdsa-sha2-nistp256 key: its point");
}

TEST(PublicKey, OfRsaIsNeverSmallNegativeOrEven) {
  const auto rsa = [](const std::string& e, const std::string& n) {
    return DataWriter().String("ssh-rsa").String(e).String(n).bytes();
  };
  const std::string big = std::string(1, '\0') + std::string(256, '\xFF');
  EXPECT_EQ(Error(rsa("\x03", big)), "");
  EXPECT_EQ(Error(rsa("\x03", std::string(128, '\x7F'))),
            "malformed ssh-rsa key: 1023 bits; 2048 to 16384 are taken");
  EXPECT_EQ(Error(rsa("\x03", std::string(256, '\xFF'))), "malformed ssh-rsa key: it is cut short");
  EXPECT_EQ(Error(rsa("\x04", big)), "malformed ssh-rsa key: its exponent");
  EXPECT_EQ(Error(rsa("\x01", big)), "malformed ssh-rsa key: its exponent");
  EXPECT_EQ(Error(rsa("", big)), "malformed ssh-rsa key: it is cut short");
}

TEST(PublicKey, ThatIsNoPointOfItsCurveVerifiesNothing) {
  const std::string blob = DataWriter()
                               .String("ecdsa-sha2-nistp256")
                               .String("nistp256")
                               .String("\x04" + std::string(64, '\x01'))
                               .bytes();
  const auto key = PublicKey::Parse(blob);
  ASSERT_TRUE(key);
  const std::string numbers = DataWriter().Mpint("\x01").Mpint("\x01").bytes();
  EXPECT_EQ(key->Verify(DataWriter().String("ecdsa-sha2-nistp256").String(numbers).bytes(), "x")
                .error()
                .code(),
            base::Code::kDenied);
}

TEST(PublicKey, OfRsaTakesNoSha1AndNoOtherKeysAlgorithm) {
  const SshKeygen keygen;
  keygen.Make("key", "-t rsa -b 2048");
  const auto key = PublicKey::Parse(keygen.Blob("key"));
  const auto signing = SigningKey::Parse(keygen.Read("key"));
  ASSERT_TRUE(key && signing);
  EXPECT_THAT(key->Algorithms(), ElementsAre("rsa-sha2-512", "rsa-sha2-256"));
  for (const char* algorithm : {"rsa-sha2-512", "rsa-sha2-256"}) {
    const auto facts = key->Verify(*signing->Sign("hello", algorithm), "hello");
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->algorithm, algorithm);
  }
  for (const char* algorithm : {"ssh-rsa", "ssh-ed25519", "rsa-sha2-512-cert-v01@openssh.com"}) {
    const auto refused =
        key->Verify(DataWriter().String(algorithm).String(std::string(256, 'x')).bytes(), "hello");
    EXPECT_EQ(refused.error().message(), "a signature by '" + std::string(algorithm) +
                                             "' is not taken from a key of type ssh-rsa");
  }
}

}  // namespace
}  // namespace authz
