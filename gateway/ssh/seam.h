// Seam: the work that libssh hands to us, so that the network process holds no key and decides
// nothing.
//
// Stock libssh signs the key exchange and verifies the client's signature in the process that reads
// network bytes. cmake/libssh.cmake links libssh statically and makes the linker send six of its
// internal calls here (ld(1) --wrap). Without an installed Seam every call is refused: it fails
// closed. WarmUp (warm_up.h) proves at start that the calls arrive.
#ifndef ONEOFF_GATEWAY_SSH_SEAM_H_
#define ONEOFF_GATEWAY_SSH_SEAM_H_

#include <libssh/libssh.h>

#include <string>
#include <string_view>

namespace ssh {

// A key exchange that needs a signature.
struct ExchangeToSign {
  ssh_key stand_in;       // the throw-away private key that libssh holds for the host key
  std::string algorithm;  // signature algorithm: "ssh-ed25519", "rsa-sha2-512"
  std::string hash;       // the exchange hash (RFC 4253 8)
};

// A client's signature that libssh has parsed. `session` and `key` stay libssh's, and are valid
// during the call only.
struct SignatureToVerify {
  ssh_session session;
  ssh_key key;
  std::string signature;  // blob
  std::string data;       // the signed bytes (RFC 4252 7)
};

// The answer to a channel request.
enum class Reply {
  kGranted,
  kRefused,
  kNone,  // no answer, even if the client wants one
};

class Seam {
 public:
  Seam() = default;
  Seam(const Seam&) = delete;
  Seam& operator=(const Seam&) = delete;
  virtual ~Seam() = default;

  // The public blob of the host key that `stand_in` stands for; empty if there is none.
  virtual std::string PublicKeyOf(ssh_key stand_in) = 0;
  // The signature blob; empty if refused.
  // Blocks until the monitor has answered. A refusal ends the key exchange, and so the connection.
  virtual std::string Sign(const ExchangeToSign& exchange) = 0;
  // True only if the signature is good and its key may log in. libssh sends no answer on false.
  virtual bool Verify(const SignatureToVerify& signature) = 0;
  // A request on a channel (RFC 4254 5.4), as the client sent it. libssh sends the reply.
  // `fields` are the bytes after want_reply, and `name` may be any text up to its first NUL.
  virtual Reply Request(ssh_channel channel, std::string_view name, std::string_view fields) = 0;
  // libssh has read the byte `value` from `packet` into `place`; some of these bytes are packet
  // types. Returns the byte that libssh is to see instead.
  virtual std::uint8_t Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value);
};

// Installs `seam` for the process as long as this object lives, and then the previous one again.
// There is one seam at a time: libssh's internal calls carry no argument to tell seams apart, and a
// process serves one connection.
class SeamInstallation {
 public:
  // Must be destroyed in the reverse order of construction, in the same thread.
  explicit SeamInstallation(Seam& seam);
  SeamInstallation(const SeamInstallation&) = delete;
  SeamInstallation& operator=(const SeamInstallation&) = delete;
  ~SeamInstallation();

 private:
  Seam* before_;
};

// libssh's own private-key functions, for the throw-away keys of WarmUp. Empty or false on failure.
std::string SignLocally(const ExchangeToSign& exchange);
bool VerifyLocally(const SignatureToVerify& signature);
// Whether libssh can parse `signature` as a signature of `key`'s type.
bool ImportsSignature(ssh_key key, const std::string& signature);
// The public blob (RFC 4253 6.6).
std::string LocalPublicKeyOf(ssh_key private_key);

// The shell callback of a channel served through a Seam. It always grants: libssh calls it only for
// a request that the Seam has granted.
int GrantRequest(ssh_session session, ssh_channel channel, void* userdata);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SEAM_H_
