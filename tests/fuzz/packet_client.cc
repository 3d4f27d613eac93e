#include "tests/fuzz/packet_client.h"

#include <sys/socket.h>

#include <cstdarg>
#include <utility>

#include "tests/fuzz/input.h"

namespace fuzz {
namespace {

constexpr char kNewKeys = 21;  // RFC 4253 12

// What the next packet that is packed is instead; null: itself.
const std::string* instead = nullptr;

}  // namespace

PacketClient::PacketClient(base::UniqueFd socket, ssh_key key)
    : key_(key), socket_(socket.Release()), session_(ssh_new()) {
  const bool no = false;
  Require(session_ != nullptr);
  ssh_options_set(session_.get(), SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(session_.get(), SSH_OPTIONS_HOST, "fuzz");
  ssh_options_set(session_.get(), SSH_OPTIONS_USER, "shop");
  ssh_options_set(session_.get(), SSH_OPTIONS_FD, &socket_);
  ssh_set_blocking(session_.get(), 0);
}

PacketClient::~PacketClient() { Leave(); }

void PacketClient::Leave() {
  if (event_ != nullptr) ssh_event_remove_session(event_.get(), session_.get());
  event_.reset();
  if (session_ != nullptr) ssh_silent_disconnect(session_.get());
  session_.reset();
  state_ = State::kLost;
}

void PacketClient::Pump() {
  if (session_ == nullptr) return;
  const ssh::SeamInstallation installation(seam_);
  if (state_ == State::kExchanging) {
    const int rc = ssh_connect(session_.get());
    if (rc == SSH_AGAIN) return;
    if (rc != SSH_OK) return Leave();
    event_.reset(ssh_event_new());
    ssh_event_add_session(event_.get(), session_.get());
    state_ = State::kReady;
  }
  int rc = SSH_OK;
  while (rc == SSH_OK) rc = ssh_event_dopoll(event_.get(), 0);
  if (rc == SSH_ERROR) Leave();
}

void PacketClient::Authenticate() {
  if (session_ == nullptr || state_ == State::kExchanging) return;
  const ssh::SeamInstallation installation(seam_);
  const int rc = ssh_userauth_publickey(session_.get(), nullptr, key_);
  state_ = rc == SSH_AUTH_AGAIN ? State::kAuthenticating : State::kReady;
}

void PacketClient::Send(const std::string& packet) {
  if (state_ != State::kReady || packet.empty()) return;
  // SSH_MSG_NEWKEYS: this client's libssh would take it for its own and switch to keys that it does
  // not have.
  if (packet.front() == kNewKeys) return;
  const ssh::SeamInstallation installation(seam_);
  instead = &packet;
  ssh_send_ignore(session_.get(), "");
  instead = nullptr;  // a closed socket is not written to
}

void PacketClient::SendRaw(const std::string& bytes) const {
  if (session_ != nullptr) (void)send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace fuzz

// The names are what the linker's --wrap makes of libssh's.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl50-cpp)
extern "C" {

int ssh_buffer_pack_va(ssh_buffer buffer, const char* format, std::size_t count, va_list values);

int __wrap__ssh_buffer_pack(ssh_buffer buffer, const char* format, std::size_t count, ...) {
  if (const std::string* const packet = std::exchange(fuzz::instead, nullptr)) {
    return ssh_buffer_add_data(buffer, packet->data(), static_cast<std::uint32_t>(packet->size()));
  }
  va_list values;
  va_start(values, count);
  const int rc = ssh_buffer_pack_va(buffer, format, count, values);
  va_end(values);
  return rc;
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,cert-dcl50-cpp)
