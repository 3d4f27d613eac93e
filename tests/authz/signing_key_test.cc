#include "authz/signing_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "authz/public_key.h"
#include "tests/authz/ssh_keygen.h"

namespace authz {
namespace {

using ::testing::ElementsAre;

std::string Error(const std::string& text) {
  const auto key = SigningKey::Parse(text);
  return key ? "" : key.error().message();
}

TEST(SigningKey, ThatWasMadeHereIsReadBySshKeygen) {
  const auto key = SigningKey::Generate();
  ASSERT_TRUE(key);
  const SshKeygen keygen;
  keygen.Write("host", *key->ToOpenSshText("the host"));
  EXPECT_EQ(keygen.Run("-y -f host"), key->PublicLine() + " the host\n");
  const SshKeygen::Signature made = keygen.Sign("host", "hello");
  EXPECT_TRUE(PublicKey::Parse(key->PublicBlob())->Verify(made.signature, made.signed_bytes));
}

TEST(SigningKey, OfRsaThatWasMadeHereIsReadBySshKeygenAndHere) {
  const auto key = SigningKey::Generate(SigningKey::Kind::kRsa3072);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->type(), "ssh-rsa");
  const SshKeygen keygen;
  keygen.Write("host", *key->ToOpenSshText("the host"));
  EXPECT_EQ(keygen.Run("-y -f host"), key->PublicLine() + " the host\n");
  EXPECT_EQ(base::Split(keygen.Run("-l -f host"), ' ')[0], "3072");
  const auto again = SigningKey::Parse(*key->ToOpenSshText("x"));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->PublicBlob(), key->PublicBlob());
  const auto signature = again->Sign("exchange", "rsa-sha2-512");
  EXPECT_TRUE(PublicKey::Parse(key->PublicBlob())->Verify(*signature, "exchange"));
}

TEST(SigningKey, IsTheSameAfterItWasWrittenAndRead) {
  const auto key = SigningKey::Generate();
  const auto again = SigningKey::Parse(*key->ToOpenSshText("x"));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->PublicBlob(), key->PublicBlob());
  EXPECT_EQ(*again->Sign("a", "ssh-ed25519"), *key->Sign("a", "ssh-ed25519"));
  EXPECT_NE(SigningKey::Generate()->PublicBlob(), key->PublicBlob());
}

class EveryHostKeyType : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryHostKeyType, OfSshKeygenIsReadAndSigns) {
  const SshKeygen keygen;
  keygen.Make("host", GetParam());
  const auto key = SigningKey::Parse(keygen.Read("host"));
  ASSERT_TRUE(key) << key.error().message();
  EXPECT_EQ(key->PublicLine() + " host\n", keygen.Read("host.pub"));
  EXPECT_EQ(key->Fingerprint(), base::Split(keygen.Run("-l -f host"), ' ')[1]);
  const auto known = PublicKey::Parse(key->PublicBlob());
  for (const std::string& algorithm : key->Algorithms()) {
    const auto signature = key->Sign("exchange", algorithm);
    ASSERT_TRUE(signature) << signature.error().message();
    EXPECT_EQ(known->Verify(*signature, "exchange")->algorithm, algorithm);
  }
  EXPECT_EQ(key->Sign("x", "ssh-rsa").error().message(),
            "a host key of type " + key->type() + " does not sign by 'ssh-rsa'");
}

INSTANTIATE_TEST_SUITE_P(SigningKey, EveryHostKeyType,
                         ::testing::Values("-t ed25519", "-t ecdsa -b 256", "-t ecdsa -b 384",
                                           "-t ecdsa -b 521", "-t rsa -b 2048"));

TEST(SigningKey, WithAPassphraseIsRefused) {
  const SshKeygen keygen;
  keygen.Run("-q -t ed25519 -N secret -f host");
  EXPECT_EQ(Error(keygen.Read("host")), "it is encrypted; a host key has no passphrase");
}

TEST(SigningKey, OfAnotherFormatIsRefusedWithTheWayOut) {
  const SshKeygen keygen;
  keygen.Run("-q -t rsa -b 2048 -m PEM -N '' -f host");
  EXPECT_EQ(Error(keygen.Read("host")),
            "it is no private key in OpenSSH's own format; ssh-keygen -p -f FILE rewrites one");
  EXPECT_EQ(Error(""), Error(keygen.Read("host")));
}

TEST(SigningKey, ThatIsCutShortIsRefused) {
  const std::string text = *SigningKey::Generate()->ToOpenSshText("x");
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    EXPECT_FALSE(SigningKey::Parse(text.substr(0, length))) << length;
  }
  EXPECT_EQ(Error(text.substr(0, 100)), "its last line is missing");
}

TEST(SigningKey, WhosePartsDoNotBelongTogetherIsRefused) {
  // Every byte of the file's content, turned: none may give a key that signs as another.
  const auto key = SigningKey::Generate();
  const std::string text = *key->ToOpenSshText("x");
  const std::size_t begin = text.find('\n') + 1;
  const std::size_t end = text.find("\n-----END");
  std::string base64;
  for (const char c : text.substr(begin, end - begin)) {
    if (c != '\n') base64 += c;
  }
  const std::string bytes = *base::Base64Decode(base64);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string turned = bytes;
    turned[i] = static_cast<char>(turned[i] ^ 1);
    const auto read =
        SigningKey::Parse(text.substr(0, begin) + base::Base64Encode(turned) + text.substr(end));
    if (read) {
      EXPECT_EQ(read->PublicBlob(), key->PublicBlob()) << i;
    }
  }
}

TEST(Wipe, EmptiesTheString) {
  std::string secret = "hunter2";
  Wipe(secret);
  EXPECT_EQ(secret, "");
}

}  // namespace
}  // namespace authz
