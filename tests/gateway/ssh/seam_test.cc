#include "gateway/ssh/seam.h"

#include <gtest/gtest.h>

#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/server_side.h"
#include "gateway/ssh/warm_up.h"

extern "C" {
// As libssh's own objects call them: through the linker's --wrap.
ssh_signature pki_sign_data(ssh_key key, int digest, const unsigned char* input, std::size_t size);
int ssh_pki_signature_verify(ssh_session session, ssh_signature signature, ssh_key key,
                             const unsigned char* input, std::size_t size);
}

namespace ssh {
namespace {

OwnedKey MakeKey(ssh_keytypes_e type, int bits) {
  ssh_key key = nullptr;
  EXPECT_EQ(ssh_pki_generate(type, bits, &key), SSH_OK);
  return OwnedKey(key);
}

TEST(Seam, TakesTheWholeOfATrialConnection) {
  const auto done = WarmUp(ServerOptions{});
  EXPECT_TRUE(done) << done.error().message();
}

TEST(Seam, WithoutOneLibsshNeitherSignsNorVerifies) {
  const auto key = MakeKey(SSH_KEYTYPE_ED25519, 0);
  ssh_key public_key = nullptr;
  EXPECT_EQ(ssh_pki_export_privkey_to_pubkey(key.get(), &public_key), SSH_ERROR);
  EXPECT_EQ(public_key, nullptr);
  const unsigned char hash[32] = {};
  EXPECT_EQ(pki_sign_data(key.get(), 0, hash, sizeof hash), nullptr);
  const OwnedSession session(ssh_new());
  EXPECT_EQ(ssh_pki_signature_verify(session.get(), nullptr, key.get(), hash, sizeof hash),
            SSH_ERROR);
}

// Counts what it is asked, and refuses.
class RefusingSeam final : public Seam {
 public:
  std::string PublicKeyOf(ssh_key) override {
    ++asked;
    return {};
  }
  std::string Sign(const ExchangeToSign&) override { return {}; }
  bool Verify(const SignatureToVerify&) override { return false; }
  Reply Request(ssh_channel, std::string_view, std::string_view) override {
    return Reply::kRefused;
  }

  int asked = 0;
};

TEST(Seam, AnInstallationsEndBringsBackTheOneBeforeIt) {
  const auto key = MakeKey(SSH_KEYTYPE_ED25519, 0);
  ssh_key public_key = nullptr;
  RefusingSeam outer;
  RefusingSeam inner;
  const SeamInstallation first(outer);
  {
    const SeamInstallation second(inner);
    EXPECT_EQ(ssh_pki_export_privkey_to_pubkey(key.get(), &public_key), SSH_ERROR);
  }
  EXPECT_EQ(outer.asked, 0);
  EXPECT_EQ(ssh_pki_export_privkey_to_pubkey(key.get(), &public_key), SSH_ERROR);
  EXPECT_EQ(outer.asked, 1);
  EXPECT_EQ(inner.asked, 1);
}

TEST(Seam, LocalSignaturesAreOfTheNamedAlgorithm) {
  ssh_init();
  const OwnedSession session(ssh_new());
  const struct {
    ssh_keytypes_e type;
    int bits;
    const char* algorithm;
  } cases[] = {{SSH_KEYTYPE_ED25519, 0, "ssh-ed25519"},
               {SSH_KEYTYPE_ECDSA_P256, 256, "ecdsa-sha2-nistp256"},
               {SSH_KEYTYPE_ECDSA_P521, 521, "ecdsa-sha2-nistp521"},
               {SSH_KEYTYPE_RSA, 2048, "rsa-sha2-256"},
               {SSH_KEYTYPE_RSA, 2048, "rsa-sha2-512"}};
  for (const auto& one : cases) {
    const auto key = MakeKey(one.type, one.bits);
    const std::string signature = SignLocally({key.get(), one.algorithm, std::string(32, 'h')});
    ASSERT_FALSE(signature.empty()) << one.algorithm;
    EXPECT_EQ(signature.substr(4, std::string(one.algorithm).size()), one.algorithm);
    ssh_key imported = nullptr;
    const auto blob = StringOf(LocalPublicKeyOf(key.get()));
    ASSERT_EQ(ssh_pki_import_pubkey_blob(blob.get(), &imported), SSH_OK);
    const OwnedKey public_key(imported);
    EXPECT_TRUE(VerifyLocally({session.get(), imported, signature, std::string(32, 'h')}));
    EXPECT_FALSE(VerifyLocally({session.get(), imported, signature, std::string(32, 'i')}));
    EXPECT_FALSE(ImportsSignature(imported, "nonsense"));
  }
}

TEST(ServerSide, RefusesWhatItCannotServe) {
  ServerOptions options;
  EXPECT_EQ(ServerSide::Create(options, {}).error().message(), "there is no host key");
  const HostKey key{"ssh-ed25519", "blob"};
  EXPECT_EQ(ServerSide::Create(options, {key, key}).error().message(),
            "there are two host keys of one kind; a second one is of type ssh-ed25519");
  options.banner = "oneoff";
  EXPECT_EQ(ServerSide::Create(options, {key}).error().message(),
            "the banner does not begin with \"OpenSSH\"");
  options = {};
  options.ciphers = "rot13";
  EXPECT_TRUE(ServerSide::Create(options, {key})
                  .error()
                  .message()
                  .starts_with("libssh does not take the option 'rot13': "));
}

TEST(ServerSide, KnowsItsHostKeysByTheirStandIns) {
  const auto side =
      ServerSide::Create({}, {HostKey{"ssh-ed25519", "one"}, HostKey{"ecdsa-sha2-nistp384", "two"},
                              HostKey{"ssh-rsa", "three"}});
  ASSERT_TRUE(side) << side.error().message();
  EXPECT_EQ(side->PublicKeyOf(MakeKey(SSH_KEYTYPE_ED25519, 0).get()), "one");
  EXPECT_EQ(side->PublicKeyOf(MakeKey(SSH_KEYTYPE_ECDSA_P384, 384).get()), "two");
  EXPECT_EQ(side->PublicKeyOf(MakeKey(SSH_KEYTYPE_RSA, 2048).get()), "three");
  EXPECT_EQ(side->PublicKeyOf(MakeKey(SSH_KEYTYPE_ECDSA_P256, 256).get()), "");
}

}  // namespace
}  // namespace ssh
