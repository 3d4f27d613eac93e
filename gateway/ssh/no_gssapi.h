// libssh's GSSAPI, left out: stand-ins for the functions of its gssapi.c that its other parts call,
// so that the linker takes neither that file nor the Kerberos library.
//
// The method is not offered, but libssh would begin with it for anybody who asks, before anybody
// has authenticated: files, names and hosts are looked up. Whoever asks is refused, as for any
// method that there is not; the packets that would follow are unknown ones. And a fork has seven
// shared objects less to copy.
#ifndef ONEOFF_GATEWAY_SSH_NO_GSSAPI_H_
#define ONEOFF_GATEWAY_SSH_NO_GSSAPI_H_

namespace ssh {

// Does nothing. Because it is called, the linker finds the stand-ins before it looks into libssh.
void LeaveOutGssapi();

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_NO_GSSAPI_H_
