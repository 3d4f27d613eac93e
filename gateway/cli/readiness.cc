#include "gateway/cli/readiness.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/unique_fd.h"

namespace cli {

// Without libsystemd, which would bring five more libraries into the process that faces the
// network.
Manager::Manager() {
  const char* const variable = std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe)
  if (variable != nullptr) path_ = variable;
  unsetenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe): one thread
}

void Manager::Tell(const std::string& message) const {
  sockaddr_un address{};
  if (path_.size() < 2 || path_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  if (path_[0] == '@') address.sun_path[0] = '\0';  // an abstract name
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
  const base::UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  // If the manager does not get READY=1, it reports that the process never got ready.
  (void)sendto(socket.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address), size);
}

void TellReady() { Manager().Tell("READY=1"); }

}  // namespace cli
