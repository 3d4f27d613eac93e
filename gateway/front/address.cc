#include "gateway/front/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <array>
#include <charconv>
#include <cstring>

#include "base/text.h"

namespace front {
namespace {

// The kernel lowers it to net.core.somaxconn (listen(2)).
constexpr int kBacklog = 512;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

base::Result<SocketAddress> ToSocketAddress(const Address& address) {
  SocketAddress result;
  sockaddr_in v4{};
  // Numeric addresses only: the start must not depend on a name server.
  if (inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
    return result;
  }
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port);
    std::memcpy(&result.storage, &v6, sizeof v6);
    result.size = sizeof v6;
    return result;
  }
  return base::Fail(base::Code::kInvalid, base::Quote(address.host) + " is no numeric address");
}

}  // namespace

std::string Address::Text() const {
  if (host.find(':') == std::string::npos) return fmt::format("{}:{}", host, port);
  return fmt::format("[{}]:{}", host, port);
}

base::Result<Address> ParseAddress(const std::string& text) {
  const auto fault = [&text] {
    return base::Fail(base::Code::kInvalid,
                      base::Quote(text) + " is no ADDRESS:PORT or [IPV6]:PORT");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return fault();
  Address address{text.substr(0, colon), 0};
  const bool brackets =
      address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']';
  if (brackets) address.host = address.host.substr(1, address.host.size() - 2);
  // Without brackets, the last group of an IPv6 address could be taken for the port.
  if (brackets != (address.host.find(':') != std::string::npos)) return fault();
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || rest != end) return fault();
  if (!ToSocketAddress(address)) return fault();
  return address;
}

base::Result<base::UniqueFd> ListenOn(const Address& address) {
  const auto to = ToSocketAddress(address);
  if (!to) return base::Fail(to.error());
  const std::string what = "listen on " + address.Text();
  base::UniqueFd socket(
      ::socket(to->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return base::FailSystem(what);
  // Otherwise connections in TIME_WAIT would keep a restarted gateway from its port (socket(7)).
  const int one = 1;
  if (setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0) {
    return base::FailSystem(what);
  }
  // Without IPV6_V6ONLY, a socket on [::] also accepts IPv4 (ipv6(7)). The gateway listens only on
  // the addresses that the operator lists.
  if (to->storage.ss_family == AF_INET6 &&
      setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0) {
    return base::FailSystem(what);
  }
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&to->storage), to->size) != 0 ||
      listen(socket.get(), kBacklog) != 0) {
    return base::FailSystem(what);
  }
  return socket;
}

base::Result<Address> LocalAddress(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    return base::FailSystem("getsockname");
  }
  return AddressOf(storage);
}

base::Result<Address> AddressOf(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return Address{text.data(), ntohs(v4.sin_port)};
  }
  if (address.ss_family != AF_INET6) {
    return base::Fail(base::Code::kInvalid, "the peer's address is neither IPv4 nor IPv6");
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  // A socket from systemd may serve both families. An IPv4 client gets its IPv4 text there too, so
  // that limits, penalties and from= know one form of it.
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  }
  return Address{text.data(), ntohs(v6.sin6_port)};
}

}  // namespace front
