#include "gateway/cli/listening.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "gateway/front/address.h"

namespace cli {
namespace {

constexpr int kFirstPassed = 3;  // SD_LISTEN_FDS_START
constexpr int kMostPassed = 64;

// Returns how many descriptors this process got through sd_listen_fds(3)'s protocol. It makes them
// CLOEXEC and clears the variables, so that no later child takes them for its own. It does without
// libsystemd, which would bring five more libraries into the process that faces the network.
int TakePassedDescriptors() {
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread
  const char* pid = std::getenv("LISTEN_PID");
  const char* count_text = std::getenv("LISTEN_FDS");
  int count = 0;
  if (pid != nullptr && count_text != nullptr && pid == std::to_string(getpid())) {
    const std::string_view digits(count_text);
    std::from_chars(digits.data(), digits.data() + digits.size(), count);
  }
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(name);
  // NOLINTEND(concurrency-mt-unsafe)
  count = std::clamp(count, 0, kMostPassed);
  for (int fd = kFirstPassed; fd < kFirstPassed + count; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
  return count;
}

bool IsListening(int fd) {
  int listening = 0;
  int type = 0;
  socklen_t size = sizeof listening;
  if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0) return false;
  size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && listening != 0 &&
         type == SOCK_STREAM;
}

}  // namespace

base::Result<std::vector<base::UniqueFd>> ListenOnConfigured(
    const config::GatewaySettings& settings, const base::Log& log) {
  std::vector<base::UniqueFd> sockets;
  std::vector<std::string> faults;
  for (const std::string& text : settings.listen) {
    const auto address = front::ParseAddress(text);
    if (!address) return base::Fail(address.error());
    if (auto socket = front::ListenOn(*address)) {
      sockets.push_back(std::move(*socket));
    } else {
      faults.push_back(socket.error().message());
    }
  }
  if (sockets.empty()) return base::Fail(base::Code::kSystem, base::Join(faults, "; "));
  for (const std::string& fault : faults) log(base::Level::kError, fault);
  return sockets;
}

base::Result<std::vector<base::UniqueFd>> InheritedSockets() {
  std::vector<base::UniqueFd> sockets;
  const int count = TakePassedDescriptors();
  for (int fd = kFirstPassed; fd < kFirstPassed + count; ++fd) {
    if (!IsListening(fd)) {
      return base::Fail(base::Code::kInvalid, "a descriptor of LISTEN_FDS is no listening socket");
    }
    if (auto done = base::SetNonBlocking(fd); !done) return base::Fail(std::move(done.error()));
    sockets.emplace_back(fd);
  }
  return sockets;
}

}  // namespace cli
