#include "gateway/ssh/no_gssapi.h"

#include <libssh/libssh.h>
#include <libssh/server.h>

#include <cstdint>

#include "gateway/ssh/libssh_internal.h"

namespace ssh {

void LeaveOutGssapi() {}

}  // namespace ssh

namespace {

// SSH_PACKET_NOT_USED of libssh/callbacks.h: libssh answers with SSH_MSG_UNIMPLEMENTED.
constexpr int kPacketNotUsed = 2;

}  // namespace

extern "C" {

int ssh_gssapi_handle_userauth(ssh_session session, const char* /*user*/, std::uint32_t /*count*/,
                               ssh_string* /*oids*/) {
  return ssh_auth_reply_default(session, 0);
}

int ssh_gssapi_auth_mic(ssh_session /*session*/) { return SSH_AUTH_DENIED; }  // for clients only

int ssh_packet_userauth_gssapi_token(ssh_session /*session*/, std::uint8_t /*type*/,
                                     ssh_buffer /*packet*/, void* /*user*/) {
  return kPacketNotUsed;
}

int ssh_packet_userauth_gssapi_response(ssh_session /*session*/, std::uint8_t /*type*/,
                                        ssh_buffer /*packet*/, void* /*user*/) {
  return kPacketNotUsed;
}

int ssh_packet_userauth_gssapi_mic(ssh_session /*session*/, std::uint8_t /*type*/,
                                   ssh_buffer /*packet*/, void* /*user*/) {
  return kPacketNotUsed;
}

}  // extern "C"
