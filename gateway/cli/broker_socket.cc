#include "gateway/cli/broker_socket.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "base/file.h"
#include "base/packet.h"

namespace cli {

base::Result<base::UniqueFd> ConnectToBroker(const config::Paths& paths, const std::string& name) {
  const auto directory = base::OpenDirectory(paths.run);
  if (!directory) return base::Fail(directory.error());
  // Through the descriptor, because a path may exceed the 108 bytes of sun_path (unix(7)).
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory->get(), name);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  base::UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket ||
      connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return base::FailSystem(paths.run + "/" + name);
  }
  base::HoldLongPackets(socket.get());
  return socket;
}

}  // namespace cli
