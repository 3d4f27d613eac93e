// ServerOptions: the settings that the executable hands to the SSH side. Plain values; the defaults
// are the shipped ones.
//
// config::GatewaySettings fills most of them from gateway.json, whose page gives their ranges; this
// folder checks no range. A session keeps those of the process that forked it: a reload changes
// connections that come later.
#ifndef ONEOFF_GATEWAY_SSH_SERVER_OPTIONS_H_
#define ONEOFF_GATEWAY_SSH_SERVER_OPTIONS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace ssh {

// The longest command that the session passes on, in bytes. It answers a longer one itself.
inline constexpr std::size_t kMaxCommand = 131'071;

struct ServerOptions {
  // The software part of the version string (RFC 4253 4.2). It has to begin with "OpenSSH": OpenSSH
  // clients send eow@openssh.com only to servers of that name, and without it `ssh host yes | head
  // -1` never ends.
  std::string banner = "OpenSSH_9.2-oneoff";

  // Lists as in RFC 4253 7.1, in order of preference. libssh skips names that it does not know, so
  // the post-quantum ones may stand first. No SHA-1, no finite-field groups.
  std::string key_exchange =
      "mlkem768x25519-sha256,sntrup761x25519-sha512@openssh.com,"
      "curve25519-sha256,curve25519-sha256@libssh.org";
  // Appended to key_exchange, unless the operator turns them off. Clients in FIPS mode, and
  // Net::SSH without its optional parts, have only these.
  static constexpr const char* kNistKeyExchange =
      ",ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521";
  // Both directions have the same list. The first three are authenticated ciphers, which need no
  // MAC.
  std::string ciphers =
      "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,"
      "aes256-ctr,aes128-ctr";
  std::string macs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com";
  // Appended to macs for clients that are no longer developed. These compute the MAC over the
  // plaintext (encrypt-and-MAC), not over the ciphertext. No SHA-1 either.
  static constexpr const char* kOldMacs = ",hmac-sha2-256,hmac-sha2-512";
  // Signature algorithms for people's keys (RFC 8308 3.1) and certificates.
  std::string public_key_algorithms =
      "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,"
      "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,"
      "sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,"
      "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,"
      "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
      "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";

  // Time from the accepted connection to the end of authentication.
  std::chrono::milliseconds login_grace{30'000};
  // Packets that a client may send before it is authenticated.
  // The monitor counts publickey requests only; this bounds all others, for example SSH_MSG_IGNORE
  // and requests of other methods.
  std::uint64_t packets_before_login = 1000;
  // Time from the login to the first session that the client asks for. Some clients ask for none.
  std::chrono::milliseconds first_session{60'000};
  // Time from a channel's opening to its request for a command.
  std::chrono::milliseconds first_request{60'000};
  // Open sessions on one connection.
  // A further request is refused (RFC 4254 5.1); the connection goes on. sshd's MaxSessions is 10
  // too.
  std::size_t channels = 10;
  // The environment that a client may send on one channel: the number of variables, and the bytes
  // of their names and values together.
  // A variable beyond either bound is refused, and the command runs without it.
  std::size_t environment_variables = 64;
  std::size_t environment_bytes = 32'768;
  // After `keepalive` of silence the session asks the client for a sign of life. After `lost_after`
  // it takes the client for lost; after `idle_lost_after`, if no run goes on.
  std::chrono::milliseconds keepalive{15'000};
  std::chrono::milliseconds lost_after{45'000};
  std::chrono::milliseconds idle_lost_after{600'000};
  // How long, after a run's end, the session waits for output that a background process may still
  // write.
  std::chrono::milliseconds linger{2'000};
  // Bytes held in memory for a channel whose client ignores its window. An honest client stays
  // below 1.3 MB.
  std::size_t bytes_held = 4UL << 20;
  // The same bound for all channels of a connection together.
  std::size_t bytes_held_in_all = 16UL << 20;
  // Bytes and time before a key re-exchange. 0 bytes: libssh's default for the cipher; 0 s: no
  // bound.
  std::uint64_t rekey_bytes = 1UL << 30;
  std::chrono::seconds rekey_time{3600};
  // How long the monitor may take for an answer.
  // A monitor that takes longer is lost: before the login that ends the connection.
  std::chrono::milliseconds monitor_patience{10'000};
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SERVER_OPTIONS_H_
