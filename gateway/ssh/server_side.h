// ServerSide: libssh's server options and stand-in host keys, made once before the first fork. It
// accepts sessions on given sockets; it does not listen.
#ifndef ONEOFF_GATEWAY_SSH_SERVER_SIDE_H_
#define ONEOFF_GATEWAY_SSH_SERVER_SIDE_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/ssh/host_key.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/server_options.h"

namespace ssh {

// It lives in the gateway process, which forks a copy into each session. ssh_bind_accept_fd only
// reads the ssh_bind, so the copies need nothing from each other.
class ServerSide {
 public:
  // libssh insists on private keys, so it gets a throw-away key of each host key's type. kInvalid
  // if there is no host key, if two are of one kind (libssh takes one each of Ed25519, ECDSA and
  // RSA), or if libssh refuses an option. kSystem if libssh fails.
  static base::Result<ServerSide> Create(const ServerOptions& options,
                                         std::vector<HostKey> host_keys);

  // Makes a non-blocking session on the socket `connection`. libssh owns the socket from here on
  // and may close it at any time, so the caller keeps a duplicate. No byte is sent or read yet.
  // kSystem if libssh has no memory or refuses. Compression is off; the rekey bounds are those of
  // options(). libssh's own files under /etc/ssh are never read.
  base::Result<OwnedSession> Accept(base::UniqueFd connection) const;

  // The public blob of the host key that has the type of `stand_in`; empty if there is none.
  std::string PublicKeyOf(ssh_key stand_in) const;

  // Times and bounds apply to connections that come from now on. The algorithms stay.
  // To change an algorithm or a host key, make another ServerSide.
  void Adopt(const ServerOptions& options);
  const ServerOptions& options() const { return options_; }

 private:
  ServerSide(const ServerOptions& options, std::vector<HostKey> host_keys, OwnedBind bind)
      : options_(options), host_keys_(std::move(host_keys)), bind_(std::move(bind)) {}

  ServerOptions options_;
  std::vector<HostKey> host_keys_;
  OwnedBind bind_;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SERVER_SIDE_H_
