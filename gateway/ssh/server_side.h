// ServerSide: libssh's server options and stand-in host keys, made once before the first fork.
// Sessions are accepted from it; it listens on nothing.
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

class ServerSide {
 public:
  // libssh insists on private keys: it gets a throw-away one of each host key's type. kInvalid for
  // no host key, two of one kind (libssh takes one each of Ed25519, ECDSA and RSA), or options that
  // libssh does not take.
  static base::Result<ServerSide> Create(const ServerOptions& options,
                                         std::vector<HostKey> host_keys);

  // A session, non-blocking, that will speak on `connection` (a socket; libssh owns it from here
  // and closes it when it likes, so the caller keeps a duplicate). No byte is sent or read yet.
  base::Result<OwnedSession> Accept(base::UniqueFd connection) const;

  // The public blob that `stand_in` stands for, by its type; empty if there is none of that type.
  std::string PublicKeyOf(ssh_key stand_in) const;

  // Times and bounds for those who come from now on. The algorithms stay.
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
