// Seam: what libssh asks of us instead of doing it itself, so that the network process holds no key
// and decides nothing.
//
// Stock libssh signs the key exchange and verifies the client's signature in the process that talks
// to strangers. cmake/libssh.cmake links it statically and has the linker send six of its internal
// calls here (--wrap). Without an installed Seam every one of them refuses: it fails closed.
// WarmUp (warm_up.h) proves at start that the calls arrive.
#ifndef ONEOFF_GATEWAY_SSH_SEAM_H_
#define ONEOFF_GATEWAY_SSH_SEAM_H_

#include <libssh/libssh.h>

#include <string>
#include <string_view>

namespace ssh {

// A signature over a key exchange that is wanted.
struct ExchangeToSign {
  ssh_key stand_in;       // the throw-away private key that libssh holds for the host key
  std::string algorithm;  // signature algorithm: "ssh-ed25519", "rsa-sha2-512"
  std::string hash;       // the exchange hash (RFC 4253 8)
};

struct SignatureToVerify {
  ssh_session session;
  ssh_key key;
  std::string signature;  // blob
  std::string data;       // what was signed (RFC 4252 7)
};

// What becomes of a request on a channel.
enum class Reply {
  kGranted,
  kRefused,
  kNone,  // whether or not one is wanted
};

class Seam {
 public:
  Seam() = default;
  Seam(const Seam&) = delete;
  Seam& operator=(const Seam&) = delete;
  virtual ~Seam() = default;

  // The public blob of the key that `stand_in` stands for; empty: there is none.
  virtual std::string PublicKeyOf(ssh_key stand_in) = 0;
  // The signature blob; empty: refused.
  virtual std::string Sign(const ExchangeToSign& exchange) = 0;
  virtual bool Verify(const SignatureToVerify& signature) = 0;
  // A request on a channel (RFC 4254 5.4), as it came. The reply is libssh's to send.
  virtual Reply Request(ssh_channel channel, std::string_view name, std::string_view fields) = 0;
  // libssh has read the byte `value` from `packet` to `place`: a packet's type, among others. What
  // it is to see instead.
  virtual std::uint8_t Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value);
};

// Makes `seam` the process's own for as long as the installation lives, and then the one before it
// again. One at a time: libssh's internal calls carry nothing that would tell one seam from
// another, and a process is one connection.
class SeamInstallation {
 public:
  explicit SeamInstallation(Seam& seam);
  SeamInstallation(const SeamInstallation&) = delete;
  SeamInstallation& operator=(const SeamInstallation&) = delete;
  ~SeamInstallation();

 private:
  Seam* before_;
};

// libssh's own work with private keys, for the throw-away keys of WarmUp. Empty or false on
// failure.
std::string SignLocally(const ExchangeToSign& exchange);
bool VerifyLocally(const SignatureToVerify& signature);
// Whether libssh can read `signature` as one of `key`.
bool ImportsSignature(ssh_key key, const std::string& signature);
std::string LocalPublicKeyOf(ssh_key private_key);

// The shell callback of a channel that is served through a Seam: libssh is asked to grant a request
// by way of it (see Request), and it grants.
int GrantRequest(ssh_session session, ssh_channel channel, void* userdata);

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SEAM_H_
