#include "gateway/ssh/warm_up.h"

#include <fmt/format.h>

#include <functional>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/seam.h"
#include "gateway/ssh/server_side.h"

namespace ssh {
namespace {

constexpr int kSteps = 1000;  // of each side; about thirty are needed

// Does libssh's own work, and counts the calls.
class CountingSeam final : public Seam {
 public:
  std::string PublicKeyOf(ssh_key stand_in) override {
    ++public_keys;
    return LocalPublicKeyOf(stand_in);
  }
  std::string Sign(const ExchangeToSign& exchange) override {
    ++signatures;
    return SignLocally(exchange);
  }
  bool Verify(const SignatureToVerify& signature) override {
    // The client verifies the exchange first; then the server verifies the authentication.
    ++verdicts;
    return VerifyLocally(signature);
  }
  Reply Request(ssh_channel, std::string_view name, std::string_view) override {
    if (name == "exec") ++requests;
    return Reply::kGranted;
  }

  std::uint8_t Read(ssh_buffer, const std::uint8_t*, std::uint8_t value) override {
    ++bytes;
    return value;
  }

  int public_keys = 0;
  int signatures = 0;
  int verdicts = 0;
  int requests = 0;
  int bytes = 0;  // bytes read, packet types among them
};

// Accepts every client.
class Server {
 public:
  explicit Server(OwnedSession accepted) : session_(std::move(accepted)) {
    callbacks_.userdata = this;
    callbacks_.auth_pubkey_function = [](ssh_session, const char*, ssh_key, char, void*) -> int {
      return SSH_AUTH_SUCCESS;
    };
    callbacks_.channel_open_request_session_function = [](ssh_session session,
                                                          void* self) -> ssh_channel {
      ssh_channel channel = ssh_channel_new(session);
      ssh_set_channel_callbacks(channel, &static_cast<Server*>(self)->channel_callbacks_);
      return channel;
    };
    channel_callbacks_.channel_shell_request_function = GrantRequest;
    ssh_callbacks_init(&callbacks_);
    ssh_callbacks_init(&channel_callbacks_);
    ssh_set_server_callbacks(session_.get(), &callbacks_);
    ssh_set_auth_methods(session_.get(), SSH_AUTH_METHOD_PUBLICKEY);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    if (event_ != nullptr) ssh_event_remove_session(event_.get(), session_.get());
    ssh_silent_disconnect(session_.get());
  }

  void Step() {
    if (event_ != nullptr) {
      (void)ssh_event_dopoll(event_.get(), 0);
    } else if (ssh_handle_key_exchange(session_.get()) == SSH_OK) {
      event_.reset(ssh_event_new());
      ssh_event_add_session(event_.get(), session_.get());
    }
  }

 private:
  ssh_server_callbacks_struct callbacks_{};
  ssh_channel_callbacks_struct channel_callbacks_{};
  OwnedSession session_;
  OwnedEvent event_;
};

// Repeats `client` until it is done; after each try the server makes a step.
base::Result<void> Alternate(Server& server, std::string_view what,
                             const std::function<int()>& client) {
  for (int i = 0; i < kSteps; ++i) {
    const int rc = client();
    if (rc == SSH_OK) return {};
    if (rc != SSH_AGAIN) break;
    server.Step();
  }
  return base::Fail(base::Code::kSystem, fmt::format("the trial connection's {} failed", what));
}

base::Result<OwnedKey> MakeKey() {
  ssh_key key = nullptr;
  if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK) {
    return base::Fail(base::Code::kSystem, "libssh makes no ed25519 key");
  }
  return OwnedKey(key);
}

base::Result<OwnedSession> MakeClient(base::UniqueFd socket) {
  OwnedSession client(ssh_new());
  if (client == nullptr) return base::Fail(base::Code::kSystem, "libssh gives no session");
  const bool no = false;
  int fd = socket.Release();
  // Otherwise libssh reads ~/.ssh/config and /etc/ssh/ssh_config.
  ssh_options_set(client.get(), SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(client.get(), SSH_OPTIONS_HOST, "trial");
  ssh_options_set(client.get(), SSH_OPTIONS_USER, "trial");
  ssh_options_set(client.get(), SSH_OPTIONS_FD, &fd);
  ssh_set_blocking(client.get(), 0);
  return client;
}

base::Result<void> Try(Server& server, ssh_session client, ssh_key key) {
  auto done = Alternate(server, "key exchange", [&] { return ssh_connect(client); });
  if (done) {
    done = Alternate(server, "authentication", [&] {
      const int rc = ssh_userauth_publickey(client, nullptr, key);
      if (rc == SSH_AUTH_SUCCESS) return SSH_OK;
      return rc == SSH_AUTH_AGAIN ? SSH_AGAIN : SSH_ERROR;
    });
  }
  if (!done) return done;
  const Owned<ssh_channel, ssh_channel_free> channel(ssh_channel_new(client));
  done = Alternate(server, "channel", [&] { return ssh_channel_open_session(channel.get()); });
  if (!done) return done;
  return Alternate(server, "request",
                   [&] { return ssh_channel_request_exec(channel.get(), "true"); });
}

}  // namespace

base::Result<void> WarmUp(const ServerOptions& options) {
  const auto key = MakeKey();
  if (!key) return base::Fail(key.error());
  auto server_side =
      ServerSide::Create(options, {HostKey{"ssh-ed25519", LocalPublicKeyOf(key->get())}});
  if (!server_side) return base::Fail(std::move(server_side.error()));
  auto sockets = base::MakeSocketPair(SOCK_STREAM | SOCK_NONBLOCK);
  if (!sockets) return base::Fail(std::move(sockets.error()));
  auto client = MakeClient(std::move(sockets->first));
  auto accepted = server_side->Accept(std::move(sockets->second));
  if (!client) return base::Fail(std::move(client.error()));
  if (!accepted) return base::Fail(std::move(accepted.error()));
  CountingSeam seam;
  const SeamInstallation installation(seam);
  Server server(std::move(*accepted));
  auto done = Try(server, client->get(), key->get());
  // Both ends are in this process: a DISCONNECT has no reader.
  ssh_silent_disconnect(client->get());
  // Both sides sign once and verify once.
  if (seam.public_keys < 2 || seam.signatures != 2 || seam.verdicts != 2 || seam.requests != 1 ||
      seam.bytes == 0) {
    return base::Fail(
        base::Code::kSystem,
        fmt::format(
            "libssh goes past the seam that keeps keys out of the network process "
            "({} public keys, {} signatures, {} verdicts, {} requests, {} bytes passed it{}): "
            "the gateway serves no connection; rebuild oneoff with this libssh",
            seam.public_keys, seam.signatures, seam.verdicts, seam.requests, seam.bytes,
            done ? "" : "; " + done.error().message()));
  }
  return done;
}

}  // namespace ssh
