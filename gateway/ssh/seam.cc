#include "gateway/ssh/seam.h"

#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/no_gssapi.h"

namespace ssh {
namespace {

// The only mutable global of this folder; SeamInstallation says why.
Seam* installed = nullptr;

// The blob of the signature that libssh imported last. libssh verifies a signature right after it
// has imported it, and its verify call does not carry the blob.
std::string& ImportedSignature() {
  static std::string blob;
  return blob;
}

// enum ssh_digest_e of libssh's priv.h.
enum Digest : int { kSha256 = 2, kSha384 = 3, kSha512 = 4 };

std::string AlgorithmOf(ssh_key key, int digest) {
  if (ssh_key_type(key) != SSH_KEYTYPE_RSA) return ssh_key_type_to_char(ssh_key_type(key));
  if (digest == kSha512) return "rsa-sha2-512";
  // SHA-1 ("ssh-rsa") has no name here, so no host key signs with it.
  if (digest == kSha256) return "rsa-sha2-256";
  return {};
}

int DigestOf(ssh_key key, const std::string& algorithm) {
  if (algorithm == "rsa-sha2-512") return kSha512;
  if (algorithm == "rsa-sha2-256") return kSha256;
  switch (ssh_key_type(key)) {
    case SSH_KEYTYPE_ECDSA_P256:
      return kSha256;
    case SSH_KEYTYPE_ECDSA_P384:
      return kSha384;
    case SSH_KEYTYPE_ECDSA_P521:
      return kSha512;
    default:
      return 0;
  }
}

std::string_view Bytes(const unsigned char* input, std::size_t size) {
  return {reinterpret_cast<const char*>(input), size};
}

const unsigned char* Pointer(const std::string& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::uint8_t Seam::Read(ssh_buffer, const std::uint8_t*, std::uint8_t value) { return value; }

SeamInstallation::SeamInstallation(Seam& seam) : before_(installed) {
  installed = &seam;
  LeaveOutGssapi();
}
SeamInstallation::~SeamInstallation() { installed = before_; }

int GrantRequest(ssh_session, ssh_channel, void*) { return 0; }

}  // namespace ssh

// The linker's --wrap makes these names from libssh's (ld(1)).
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

ssh_signature __real_pki_sign_data(ssh_key key, int digest, const unsigned char* input,
                                   std::size_t size);
int __real_ssh_pki_export_privkey_to_pubkey(ssh_key key, ssh_key* out);
int __real_ssh_pki_import_signature_blob(ssh_string blob, ssh_key key, ssh_signature* out);
int __real_ssh_pki_signature_verify(ssh_session session, ssh_signature signature, ssh_key key,
                                    const unsigned char* input, std::size_t size);
int __real_ssh_message_handle_channel_request(ssh_session session, ssh_channel channel,
                                              ssh_buffer packet, const char* request,
                                              std::uint8_t want_reply);
std::uint32_t __real_ssh_buffer_get_u8(ssh_buffer buffer, std::uint8_t* data);
int ssh_pki_export_signature_blob(ssh_signature signature, ssh_string* blob);

ssh_signature __wrap_pki_sign_data(ssh_key key, int digest, const unsigned char* input,
                                   std::size_t size) noexcept {
  if (ssh::installed == nullptr) return nullptr;
  const std::string algorithm = ssh::AlgorithmOf(key, digest);
  const std::string blob =
      ssh::installed->Sign({key, algorithm, std::string(ssh::Bytes(input, size))});
  if (blob.empty()) return nullptr;
  ssh_key imported = nullptr;
  // libssh checks an RSA signature's length against the key. The stand-in may be shorter than the
  // real key, so the real public key is used.
  const auto public_blob = ssh::StringOf(ssh::installed->PublicKeyOf(key));
  if (ssh_pki_import_pubkey_blob(public_blob.get(), &imported) != SSH_OK) return nullptr;
  const ssh::OwnedKey public_key(imported);
  ssh_signature signature = nullptr;
  const auto string = ssh::StringOf(blob);
  if (__real_ssh_pki_import_signature_blob(string.get(), public_key.get(), &signature) != SSH_OK) {
    return nullptr;
  }
  return signature;
}

int __wrap_ssh_pki_export_privkey_to_pubkey(ssh_key key, ssh_key* out) noexcept {
  if (ssh::installed == nullptr) return SSH_ERROR;
  const std::string blob = ssh::installed->PublicKeyOf(key);
  if (blob.empty()) return SSH_ERROR;
  return ssh_pki_import_pubkey_blob(ssh::StringOf(blob).get(), out);
}

int __wrap_ssh_pki_import_signature_blob(ssh_string blob, ssh_key key,
                                         ssh_signature* out) noexcept {
  ssh::ImportedSignature() = ssh::BytesOf(blob);
  return __real_ssh_pki_import_signature_blob(blob, key, out);
}

int __wrap_ssh_pki_signature_verify(ssh_session session, ssh_signature, ssh_key key,
                                    const unsigned char* input, std::size_t size) noexcept {
  if (ssh::installed == nullptr) return SSH_ERROR;
  std::string blob;
  // Empties the global: each imported signature is verified at most once.
  blob.swap(ssh::ImportedSignature());
  const bool good =
      ssh::installed->Verify({session, key, std::move(blob), std::string(ssh::Bytes(input, size))});
  // The monitor's answer is the only one that counts. libssh's own check would run in the process
  // that an attacker may control.
  return good ? SSH_OK : SSH_ERROR;
}

// libssh only asks whether the request is granted. For "shell" it asks the channel's shell callback
// (GrantRequest); a name that it does not know, it refuses. In both cases it honours want_reply and
// a key exchange that is under way.
int __wrap_ssh_message_handle_channel_request(ssh_session session, ssh_channel channel,
                                              ssh_buffer packet, const char* request,
                                              std::uint8_t want_reply) noexcept {
  const std::string_view fields(static_cast<const char*>(ssh_buffer_get(packet)),
                                ssh_buffer_get_len(packet));
  const ssh::Reply reply = ssh::installed == nullptr
                               ? ssh::Reply::kRefused
                               : ssh::installed->Request(channel, request, fields);
  // libssh has no way to leave a request unanswered, so it is told that the client wants no answer.
  if (reply == ssh::Reply::kNone) want_reply = 0;
  return __real_ssh_message_handle_channel_request(
      session, channel, packet, reply == ssh::Reply::kGranted ? "shell" : "refused@oneoff",
      want_reply);
}

// Returns how many bytes it read: 1 or 0.
std::uint32_t __wrap_ssh_buffer_get_u8(ssh_buffer buffer, std::uint8_t* data) noexcept {
  const std::uint32_t bytes = __real_ssh_buffer_get_u8(buffer, data);
  if (bytes == 1 && ssh::installed != nullptr) *data = ssh::installed->Read(buffer, data, *data);
  return bytes;
}

}  // extern "C"

namespace ssh {

std::string SignLocally(const ExchangeToSign& exchange) {
  const OwnedSignature signature(
      __real_pki_sign_data(exchange.stand_in, DigestOf(exchange.stand_in, exchange.algorithm),
                           Pointer(exchange.hash), exchange.hash.size()));
  ssh_string blob = nullptr;
  if (signature == nullptr || ssh_pki_export_signature_blob(signature.get(), &blob) != SSH_OK) {
    return {};
  }
  return BytesOf(OwnedString(blob).get());
}

namespace {

OwnedSignature ImportSignature(ssh_key key, const std::string& blob) {
  ssh_signature imported = nullptr;
  if (__real_ssh_pki_import_signature_blob(StringOf(blob).get(), key, &imported) != SSH_OK) {
    return nullptr;
  }
  return OwnedSignature(imported);
}

}  // namespace

bool ImportsSignature(ssh_key key, const std::string& signature) {
  return ImportSignature(key, signature) != nullptr;
}

bool VerifyLocally(const SignatureToVerify& signature) {
  const OwnedSignature imported = ImportSignature(signature.key, signature.signature);
  return imported != nullptr &&
         __real_ssh_pki_signature_verify(signature.session, imported.get(), signature.key,
                                         Pointer(signature.data), signature.data.size()) == SSH_OK;
}

std::string LocalPublicKeyOf(ssh_key private_key) {
  ssh_key exported = nullptr;
  if (__real_ssh_pki_export_privkey_to_pubkey(private_key, &exported) != SSH_OK) return {};
  const OwnedKey public_key(exported);
  ssh_string blob = nullptr;
  if (ssh_pki_export_pubkey_blob(public_key.get(), &blob) != SSH_OK) return {};
  return BytesOf(OwnedString(blob).get());
}

}  // namespace ssh
// NOLINTEND(bugprone-reserved-identifier)
