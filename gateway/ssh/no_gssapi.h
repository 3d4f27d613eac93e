// Stand-ins for the functions of libssh's gssapi.c that its other parts call. With them the linker
// takes neither that file nor the Kerberos library.
//
// The server offers no GSSAPI, but libssh would begin it for every client that asks, before
// authentication: it would look up files, names and hosts. The stand-ins refuse such a request as
// any other unknown method, and the packets that would follow count as unknown. A fork also has
// seven shared objects less to copy.
#ifndef ONEOFF_GATEWAY_SSH_NO_GSSAPI_H_
#define ONEOFF_GATEWAY_SSH_NO_GSSAPI_H_

namespace ssh {

// Does nothing. The call makes the linker find the stand-ins before it searches libssh.
// A symbol of no_gssapi.cc has to be needed before the linker opens libssh.a, or it takes gssapi.o.
// SeamInstallation calls it, so each program with a Seam has the stand-ins.
void LeaveOutGssapi();

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_NO_GSSAPI_H_
