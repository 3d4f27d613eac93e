#include "authz/userauth.h"

#include <gtest/gtest.h>

#include <string>

#include "authz/signing_key.h"
#include "authz/ssh_data.h"
#include "tests/authz/certificates.h"

namespace authz {
namespace {

struct Parts {
  std::string session_id = std::string(32, 's');
  std::uint8_t number = 50;
  std::string user = "shop+v41";
  std::string service = "ssh-connection";
  std::string method = "publickey";
  std::uint8_t signs = 1;
  std::string algorithm = "ssh-ed25519";
  std::string key = "key";
  std::string Bytes() const {
    return DataWriter()
        .String(session_id)
        .Byte(number)
        .String(user)
        .String(service)
        .String(method)
        .Byte(signs)
        .String(algorithm)
        .String(key)
        .bytes();
  }
};

std::string Error(const Parts& parts) {
  const auto request = ParseSignedRequest(parts.Bytes());
  return request ? "" : request.error().message();
}

TEST(SignedRequest, IsTakenApart) {
  const auto request = ParseSignedRequest(Parts().Bytes());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->session_id, std::string(32, 's'));
  EXPECT_EQ(request->user, "shop+v41");
  EXPECT_EQ(request->algorithm, "ssh-ed25519");
  EXPECT_EQ(request->key_blob, "key");
}

TEST(SignedRequest, ThatIsCutShortOrLengthenedIsRefused) {
  const std::string bytes = Parts().Bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(ParseSignedRequest(bytes.substr(0, length)).error().message(),
              "malformed authentication request: cut short")
        << length;
  }
  EXPECT_EQ(ParseSignedRequest(bytes + "x").error().message(),
            "malformed authentication request: something follows it");
}

TEST(SignedRequest, WithAnyOtherFieldIsRefused) {
  const std::string malformed = "malformed authentication request: ";
  Parts parts;
  parts.session_id = "short";
  EXPECT_EQ(Error(parts), malformed + "the session id's length");
  parts = {};
  parts.session_id = std::string(65, 's');
  EXPECT_EQ(Error(parts), malformed + "the session id's length");
  parts = {};
  parts.number = 51;
  EXPECT_EQ(Error(parts), malformed + "the message's number");
  parts = {};
  parts.user = "";
  EXPECT_EQ(Error(parts), malformed + "the user's name");
  parts = {};
  parts.user = std::string(257, 'u');
  EXPECT_EQ(Error(parts), malformed + "the user's name");
  parts = {};
  parts.service = "ssh-userauth";
  EXPECT_EQ(Error(parts), malformed + "the service's name");
  parts = {};
  parts.method = "hostbased";
  EXPECT_EQ(Error(parts), malformed + "the method's name");
  parts = {};
  parts.signs = 0;
  EXPECT_EQ(Error(parts), malformed + "it says that nothing is signed");
  parts.signs = 2;
  EXPECT_EQ(Error(parts), malformed + "it says that nothing is signed");
}

TEST(SignedRequest, IsVerifiedByItsOwnKeyAndAlgorithm) {
  const auto key = SigningKey::Generate();
  Parts parts;
  parts.key = key->PublicBlob();
  const std::string bytes = parts.Bytes();
  const auto request = ParseSignedRequest(bytes);
  ASSERT_TRUE(request);
  EXPECT_TRUE(VerifySigned(*request, bytes, *key->Sign(bytes, "ssh-ed25519")));

  const auto other = SigningKey::Generate();
  EXPECT_EQ(VerifySigned(*request, bytes, *other->Sign(bytes, "ssh-ed25519")).error().message(),
            "the signature is not this key's");
  parts.session_id = std::string(32, 't');  // a signature made for another connection
  EXPECT_FALSE(VerifySigned(*request, bytes, *key->Sign(parts.Bytes(), "ssh-ed25519")));
}

TEST(SignedRequest, WhoseSignatureIsOfAnotherAlgorithmIsRefused) {
  const auto key = SigningKey::Generate();
  Parts parts;
  parts.key = key->PublicBlob();
  parts.algorithm = "ssh-rsa";
  const std::string bytes = parts.Bytes();
  EXPECT_EQ(VerifySigned(*ParseSignedRequest(bytes), bytes, *key->Sign(bytes, "ssh-ed25519"))
                .error()
                .message(),
            "the request names 'ssh-rsa', its signature ssh-ed25519");
}

// Somebody's key, certified.
struct Certified {
  explicit Certified(const SigningKey& key) {
    CertificateParts parts;
    DataReader reader(key.PublicBlob());
    (void)reader.String();  // type
    parts.point = std::string(reader.String());
    blob = parts.SignedBy(*SigningKey::Generate());
  }
  std::string blob;
};

TEST(SignedRequest, OfACertificateIsVerifiedByTheKeyThatItCertifies) {
  const auto key = SigningKey::Generate();
  Parts parts;
  parts.key = Certified(*key).blob;
  parts.algorithm = "ssh-ed25519-cert-v01@openssh.com";
  const std::string bytes = parts.Bytes();
  const auto request = ParseSignedRequest(bytes);
  ASSERT_TRUE(request);
  EXPECT_TRUE(VerifySigned(*request, bytes, *key->Sign(bytes, "ssh-ed25519")));
  const auto other = SigningKey::Generate();
  EXPECT_FALSE(VerifySigned(*request, bytes, *other->Sign(bytes, "ssh-ed25519")));
}

TEST(SignedRequest, OfACertificateIsNotVerifiedWithAnotherInItsPlace) {
  const auto key = SigningKey::Generate();
  Parts parts;
  parts.algorithm = "ssh-ed25519-cert-v01@openssh.com";
  parts.key = Certified(*key).blob;
  const std::string signature = *key->Sign(parts.Bytes(), "ssh-ed25519");
  parts.key = Certified(*key).blob;  // the same key, by another authority
  const std::string bytes = parts.Bytes();
  EXPECT_EQ(VerifySigned(*ParseSignedRequest(bytes), bytes, signature).error().message(),
            "the signature is not this key's");
}

TEST(SignedRequest, NamesACertificatesAlgorithmForACertificateAndForNothingElse) {
  const auto key = SigningKey::Generate();
  const auto message = [&](const std::string& algorithm, const std::string& blob) {
    Parts parts;
    parts.algorithm = algorithm;
    parts.key = blob;
    const std::string bytes = parts.Bytes();
    const auto facts =
        VerifySigned(*ParseSignedRequest(bytes), bytes, *key->Sign(bytes, "ssh-ed25519"));
    return facts ? "good" : facts.error().message();
  };
  const std::string certified = "ssh-ed25519-cert-v01@openssh.com";
  EXPECT_EQ(message(certified, Certified(*key).blob), "good");
  EXPECT_EQ(message("ssh-ed25519", Certified(*key).blob),
            "the request names 'ssh-ed25519', its signature ssh-ed25519");
  EXPECT_EQ(message(certified, key->PublicBlob()),
            "the request names '" + certified + "', its signature ssh-ed25519");
  EXPECT_EQ(message("ssh-rsa-cert-v01@openssh.com", Certified(*key).blob),
            "the request names 'ssh-rsa-cert-v01@openssh.com', its signature ssh-ed25519");
}

}  // namespace
}  // namespace authz
