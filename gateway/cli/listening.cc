#include "gateway/cli/listening.h"

#include <fcntl.h>
#include <systemd/sd-daemon.h>

#include <string>
#include <utility>

#include "base/file.h"
#include "gateway/ssh/address.h"

namespace cli {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;  // bytes

}  // namespace

base::Result<config::GatewaySettings> ReadGatewaySettings(const config::Paths& paths) {
  const std::string file = paths.etc + "/gateway.json";
  const auto text = base::ReadFile(AT_FDCWD, file, kMaxFile);
  if (!text && text.error().code() == base::Code::kNotFound) return config::GatewaySettings{};
  if (!text) return base::Fail(text.error());
  config::Problems problems;
  auto settings = config::ParseGatewaySettings(file, *text, problems);
  if (settings) return std::move(*settings);
  std::string all;
  for (const config::Problem& problem : problems) all += problem.Render() + "\n";
  return base::Fail(base::Code::kInvalid, all + "the configuration has errors");
}

base::Result<std::vector<base::UniqueFd>> ListenOnConfigured(
    const config::GatewaySettings& settings) {
  std::vector<base::UniqueFd> sockets;
  for (const std::string& text : settings.listen) {
    const auto address = ssh::ParseAddress(text);
    if (!address) return base::Fail(address.error());
    auto socket = ssh::ListenOn(*address);
    if (!socket) return base::Fail(std::move(socket.error()));
    sockets.push_back(std::move(*socket));
  }
  return sockets;
}

base::Result<std::vector<base::UniqueFd>> InheritedSockets() {
  const int count = sd_listen_fds(/*unset_environment=*/1);
  if (count < 0) return base::FailSystem("sd_listen_fds", -count);
  std::vector<base::UniqueFd> sockets;
  for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; ++fd) {
    if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, /*listening=*/1) <= 0) {
      return base::Fail(base::Code::kInvalid,
                        "what was passed in LISTEN_FDS is no listening socket");
    }
    if (auto done = base::SetNonBlocking(fd); !done) return base::Fail(std::move(done.error()));
    sockets.emplace_back(fd);
  }
  return sockets;
}

}  // namespace cli
