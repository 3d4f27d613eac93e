// Declarations of the libssh functions that this folder uses beyond the public headers. They are in
// the static archive; the declarations are those of 0.10.6. seam.h says why. Check this file with
// each new libssh.
#ifndef ONEOFF_GATEWAY_SSH_LIBSSH_INTERNAL_H_
#define ONEOFF_GATEWAY_SSH_LIBSSH_INTERNAL_H_

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

extern "C" {

// Opaque here. libssh makes and reads it.
struct ssh_signature_struct;
using ssh_signature = ssh_signature_struct*;

// Public key blobs (RFC 4253 6.6). Return SSH_OK on success; the caller then owns the result.
int ssh_pki_export_pubkey_blob(ssh_key key, ssh_string* blob);
int ssh_pki_import_pubkey_blob(ssh_string blob, ssh_key* key);
void ssh_signature_free(ssh_signature signature);

// Sends SSH_MSG_USERAUTH_FAILURE with the methods that can continue.
// RFC 4252 5.1. libssh counts no tries; the monitor does. `partial` is a boolean.
int ssh_auth_reply_default(ssh_session session, int partial);

// Adds packet handlers. libssh asks handlers in the order in which they were added. It keeps the
// pointer `callbacks` and makes no copy.
// A handler returns SSH_PACKET_USED to keep the packet from the handlers after it, or
// SSH_PACKET_NOT_USED.
void ssh_packet_set_callbacks(ssh_session session, ssh_packet_callbacks callbacks);
// Runs the handlers of `type` for the packet that libssh is reading.
void ssh_packet_process(ssh_session session, std::uint8_t type);

// The handler of SSH_MSG_CHANNEL_OPEN, whose fields `packet` holds.
int ssh_packet_channel_open(ssh_session session, std::uint8_t type, ssh_buffer packet, void* user);

// The channel with our number `id` (RFC 4254 5.1); null if there is none.
ssh_channel ssh_channel_from_local(ssh_session session, std::uint32_t id);

}  // extern "C"

namespace ssh {

// Deletes a libssh handle with the library's own function, so that each handle has one owner. Such
// a function gets no null pointer: std::unique_ptr does not call a deleter for one.
template <auto kFree>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

template <class Handle, auto kFree>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, FreeWith<kFree>>;

// ssh_free closes the session's socket, and frees its channels.
using OwnedSession = Owned<ssh_session, ssh_free>;
using OwnedEvent = Owned<ssh_event, ssh_event_free>;
using OwnedBind = Owned<ssh_bind, ssh_bind_free>;
using OwnedKey = Owned<ssh_key, ssh_key_free>;
using OwnedBuffer = Owned<ssh_buffer, ssh_buffer_free>;
using OwnedString = Owned<ssh_string, ssh_string_free>;
using OwnedSignature = Owned<ssh_signature, ssh_signature_free>;

// A copy of the bytes, which may contain NUL. `string` must not be null.
inline std::string BytesOf(ssh_string string) {
  return {static_cast<const char*>(ssh_string_data(string)), ssh_string_len(string)};
}

// Null if memory is short.
inline OwnedString StringOf(std::string_view bytes) {
  OwnedString string(ssh_string_new(bytes.size()));
  if (string != nullptr && ssh_string_fill(string.get(), bytes.data(), bytes.size()) != 0) {
    string.reset();
  }
  return string;
}

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_LIBSSH_INTERNAL_H_
