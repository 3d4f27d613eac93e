#include "gateway/front/broker_client.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

#include "gateway/wire/messages.h"
#include "gateway/wire/transport.h"

namespace front {
namespace {

constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{2'000};
constexpr timeval kPatience{5, 0};

base::Result<base::UniqueFd> ConnectTo(int directory, const std::string& name) {
  // sun_path holds 108 bytes (unix(7)). The path through /proc stays short, wherever the directory
  // is.
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory, name);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::Fail(base::Code::kTooLarge, "the socket's name is too long");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  base::UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return base::FailSystem("socket");
  // The event loop waits in Connect, so a broker that accepts and says nothing must not hold it.
  for (const int option : {SO_SNDTIMEO, SO_RCVTIMEO}) {
    if (setsockopt(socket.get(), SOL_SOCKET, option, &kPatience, sizeof kPatience) != 0) {
      return base::FailSystem("setsockopt");
    }
  }
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return base::FailSystem("connect to " + name);
  }
  return socket;
}

}  // namespace

BrokerClient::BrokerClient(base::Loop& loop, base::UniqueFd directory, std::string name,
                           const base::Log& log)
    : loop_(loop),
      directory_(std::move(directory)),
      name_(std::move(name)),
      log_(log),
      pause_(kFirstPause) {}

BrokerClient::~BrokerClient() {
  loop_.Cancel(timer_);
  if (socket_) loop_.Unwatch(socket_.get());
}

base::Result<void> BrokerClient::Connect() {
  auto socket = ConnectTo(directory_.get(), name_);
  if (!socket) return base::Fail(std::move(socket.error()));
  if (auto sent = wire::Send(socket->get(), wire::Hello{}); !sent) return sent;
  const auto hello =
      wire::Receive<std::variant<wire::BrokersHello>>(socket->get(), base::Wait::kYes);
  if (!hello) return base::Fail(base::Error(hello.error()).Context("the broker's hello"));
  const auto& said = std::get<wire::BrokersHello>(hello->message);
  // A gateway and a broker of different versions meet when a package update restarts only one.
  const int version = said.version;
  if (version != wire::kVersion) {
    return base::Fail(base::Code::kInvalid,
                      fmt::format("the broker speaks version {} of the wire, this gateway {}: "
                                  "restart the older of them",
                                  version, wire::kVersion));
  }
  socket_ = std::move(*socket);
  pause_ = kFirstPause;
  mismatch_.clear();
  auto host_keys = said.host_keys.value_or(std::vector<std::string>());
  if (host_keys == host_keys_) return {};
  host_keys_ = std::move(host_keys);
  if (on_host_keys_) on_host_keys_(host_keys_);
  return {};
}

void BrokerClient::Keep() {
  if (connected()) {
    Watch();
  } else {
    Retry();
  }
}

void BrokerClient::Watch() {
  loop_.Watch(socket_.get(), POLLIN, [this](short) { Hear(); });
}

void BrokerClient::Hear() {
  const auto received = wire::Receive<wire::ToGateway>(socket_.get(), base::Wait::kNo);
  if (!received) {
    if (received.error().code() != base::Code::kUnavailable) Lose();
    return;
  }
  const auto* settings = std::get_if<wire::Settings>(&received->message);
  if (settings != nullptr && on_settings_) on_settings_(settings->text);
}

void BrokerClient::Lose() {
  if (!socket_) return;
  loop_.Unwatch(socket_.get());
  socket_.Reset();
  log_(base::Level::kError, "the broker is gone: new connections are refused until it is back");
  Retry();
}

void BrokerClient::Retry() {
  timer_ = loop_.After(pause_, [this] {
    timer_ = 0;
    if (const auto done = Connect(); !done) {
      if (done.error().code() == base::Code::kInvalid && done.error().message() != mismatch_) {
        mismatch_ = done.error().message();
        log_(base::Level::kError, mismatch_);
      }
      // The first tries come fast, because a restarted broker is back within a second. Later ones
      // must not load the host.
      pause_ = std::min(pause_ * 2, kLongestPause);
      return Retry();
    }
    log_(base::Level::kInfo, "the broker is back");
    Watch();
  });
}

base::Result<void> BrokerClient::Announce(const Address& client, int monitor, int words) {
  if (!connected()) return base::Fail(base::Code::kUnavailable, "the broker is away");
  auto sent =
      wire::Send(socket_.get(), wire::Connection{client.host, client.port}, {monitor, words});
  if (!sent) Lose();
  return sent;
}

base::Result<void> BrokerClient::Tell(const wire::Refused& refused) {
  if (!connected()) return base::Fail(base::Code::kUnavailable, "the broker is away");
  auto sent = wire::Send(socket_.get(), refused);
  if (!sent) Lose();
  return sent;
}

base::Result<void> BrokerClient::Tell(const wire::Reexecuted& reexecuted) {
  if (!connected()) return base::Fail(base::Code::kUnavailable, "the broker is away");
  auto sent = wire::Send(socket_.get(), reexecuted);
  if (!sent) Lose();
  return sent;
}

}  // namespace front
