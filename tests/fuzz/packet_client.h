// PacketClient: an SSH client that can send any packet: libssh's own for the key exchange, the
// authentication and the encryption, with the packets' content the caller's.
//
// libssh packs every packet with one function, which the linker sends here (--wrap): for the one
// packet that is to be sent, the caller's bytes take the place of libssh's.
#ifndef ONEOFF_TESTS_FUZZ_PACKET_CLIENT_H_
#define ONEOFF_TESTS_FUZZ_PACKET_CLIENT_H_

#include <string>

#include "base/unique_fd.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/seam.h"

namespace fuzz {

class PacketClient {
 public:
  enum class State { kExchanging, kAuthenticating, kReady, kLost };

  // `key` stays the caller's.
  PacketClient(base::UniqueFd socket, ssh_key key);
  PacketClient(const PacketClient&) = delete;
  PacketClient& operator=(const PacketClient&) = delete;
  ~PacketClient();

  State state() const { return state_; }
  // Takes in what has arrived, and goes on with the key exchange. kExchanging until keys are there.
  void Pump();
  // Goes on with the authentication; kAuthenticating until it is decided.
  void Authenticate();
  // A packet of exactly these bytes: its type, and what follows.
  void Send(const std::string& packet);
  // Bytes on the socket, encrypted by nobody.
  void SendRaw(const std::string& bytes) const;
  void Leave();

 private:
  // Does libssh's own work: this side decides nothing.
  class LocalSeam final : public ssh::Seam {
   public:
    std::string PublicKeyOf(ssh_key key) override { return ssh::LocalPublicKeyOf(key); }
    std::string Sign(const ssh::ExchangeToSign& exchange) override {
      return ssh::SignLocally(exchange);
    }
    bool Verify(const ssh::SignatureToVerify& signature) override {
      return ssh::VerifyLocally(signature);
    }
    ssh::Reply Request(ssh_channel, std::string_view, std::string_view) override {
      return ssh::Reply::kRefused;
    }
  };

  LocalSeam seam_;
  ssh_key key_;
  int socket_;  // the session's
  ssh::OwnedSession session_;
  ssh::OwnedEvent event_;
  State state_ = State::kExchanging;
};

}  // namespace fuzz

#endif  // ONEOFF_TESTS_FUZZ_PACKET_CLIENT_H_
