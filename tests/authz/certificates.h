// Certificates by real ssh-keygen, and the same taken apart and put together with something else in
// them.
#ifndef ONEOFF_TESTS_AUTHZ_CERTIFICATES_H_
#define ONEOFF_TESTS_AUTHZ_CERTIFICATES_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "authz/signing_key.h"
#include "authz/ssh_data.h"
#include "tests/authz/ssh_keygen.h"

namespace authz {

// What an Ed25519 certificate consists of; as it stands, one that counts for ever for "alice".
struct CertificateParts {
  std::string type = "ssh-ed25519-cert-v01@openssh.com";
  std::string nonce = std::string(32, 'n');
  std::string point = std::string(32, '\x07');
  std::uint64_t serial = 7;
  std::uint32_t kind = 1;
  std::string key_id = "alice@laptop";
  std::vector<std::string> principals = {"alice"};
  std::uint64_t valid_after = 0;
  std::uint64_t valid_before = ~std::uint64_t{0};
  // Name and data.
  std::vector<std::pair<std::string, std::string>> critical;
  std::vector<std::pair<std::string, std::string>> extensions = {{"permit-pty", ""}};
  std::string reserved;

  static std::string Packed(const std::string& value) {
    return std::move(DataWriter().String(value).bytes());
  }

  std::string Unsigned(const std::string& authority) const {
    DataWriter names;
    for (const auto& name : principals) names.String(name);
    const auto options = [](const auto& list) {
      DataWriter writer;
      for (const auto& [name, data] : list) writer.String(name).String(data);
      return writer.bytes();
    };
    return std::move(DataWriter()
                         .String(type)
                         .String(nonce)
                         .String(point)
                         .Uint64(serial)
                         .Uint32(kind)
                         .String(key_id)
                         .String(names.bytes())
                         .Uint64(valid_after)
                         .Uint64(valid_before)
                         .String(options(critical))
                         .String(options(extensions))
                         .String(reserved)
                         .String(authority)
                         .bytes());
  }
  std::string SignedBy(const SigningKey& authority) const {
    const std::string bytes = Unsigned(authority.PublicBlob());
    return std::move(
        DataWriter().Bytes(bytes).String(*authority.Sign(bytes, "ssh-ed25519")).bytes());
  }
};

// What `ssh-keygen -s AUTHORITY OPTIONS NAME.pub` makes.
inline std::string Certify(const SshKeygen& keygen, const std::string& authority,
                           const std::string& name, const std::string& options) {
  if (keygen.Run("-q -s " + authority + " " + options + " " + name + ".pub") == "FAILED") return "";
  return keygen.Blob(name + "-cert");
}

}  // namespace authz

#endif  // ONEOFF_TESTS_AUTHZ_CERTIFICATES_H_
