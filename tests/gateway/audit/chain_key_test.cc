#include "gateway/audit/chain_key.h"

#include <gtest/gtest.h>

namespace audit {
namespace {

// RFC 8032 7.1, TEST 1, as PKCS#8.
constexpr const char* kPem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr const char* kSignature =  // of nothing
    "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";
constexpr const char* kPublic = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

TEST(ChainKey, IsReadFromPem) {
  const auto key = ChainKey::Parse(kPem);
  ASSERT_TRUE(key) << key.error().message();
  EXPECT_EQ(key->Pem(), kPem);
  EXPECT_EQ(key->public_key().text(), kPublic);
  EXPECT_EQ(key->Sign(""), kSignature);
}

TEST(ChainKey, ThatIsMadeSignsAndItsPublicHalfVerifies) {
  const auto key = ChainKey::Generate().value();
  const std::string signature = key.Sign("text");
  EXPECT_TRUE(key.public_key().Signed("text", signature));
  EXPECT_FALSE(key.public_key().Signed("texT", signature));
  EXPECT_FALSE(ChainKey::Generate().value().public_key().Signed("text", signature));
}

TEST(ChainKey, ReadsBackFromItsPem) {
  const auto key = ChainKey::Generate().value();
  EXPECT_EQ(ChainKey::Parse(key.Pem()).value().public_key(), key.public_key());
}

TEST(ChainKey, OfAnotherKindIsRefusedWithoutAWordOfIt) {
  for (const char* text : {"", "secret", "-----BEGIN PRIVATE KEY-----\nsecret\n"}) {
    const auto key = ChainKey::Parse(text);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().message(), "not a private key in PEM, or an encrypted one");
  }
}

TEST(PublicKey, ReadsBackFromBothItsForms) {
  const PublicKey key = ChainKey::Generate().value().public_key();
  EXPECT_EQ(PublicKey::Parse(key.text() + "\n").value(), key);
  EXPECT_EQ(PublicKey::Parse(key.Pem()).value(), key);
}

TEST(PublicKey, OfAnotherKindIsRefused) {
  for (const char* text : {"", "ed25519:", "ed25519:AAAA", "ssh-ed25519 AAAA", "ed25519:!",
                           "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"}) {
    EXPECT_FALSE(PublicKey::Parse(text)) << text;
  }
}

TEST(PublicKey, TakesNoSignatureThatIsNone) {
  const PublicKey key = ChainKey::Generate().value().public_key();
  for (const char* signature : {"", "!", "AAAA"}) EXPECT_FALSE(key.Signed("text", signature));
}

TEST(Texts, AreToldApartByWhatTheyAreFor) {
  EXPECT_EQ(CheckpointText(7, "ab", "t"), "oneoff audit checkpoint 1\n7\nab\nt\n");
  EXPECT_EQ(RotationText("o", "n", 8, "ab"), "oneoff audit key rotation 1\no\nn\n8\nab\n");
}

}  // namespace
}  // namespace audit
