#include "gateway/cli/service_url.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/unique_fd.h"

namespace cli {
namespace {

struct Service {
  std::string_view scheme;
  std::string_view name;
  std::string_view port;    // empty: a file
  std::string_view socket;  // the socket without a host; empty: localhost
};
constexpr auto kServices = std::to_array<Service>({
    {"postgres", "PostgreSQL", "5432", "/var/run/postgresql/.s.PGSQL.5432"},
    {"postgresql", "PostgreSQL", "5432", "/var/run/postgresql/.s.PGSQL.5432"},
    {"postgis", "PostgreSQL", "5432", "/var/run/postgresql/.s.PGSQL.5432"},
    {"mysql", "MySQL", "3306", "/var/run/mysqld/mysqld.sock"},
    {"mysql2", "MySQL", "3306", "/var/run/mysqld/mysqld.sock"},
    {"trilogy", "MySQL", "3306", "/var/run/mysqld/mysqld.sock"},
    {"mariadb", "MariaDB", "3306", "/var/run/mysqld/mysqld.sock"},
    {"redis", "Redis", "6379", ""},
    {"rediss", "Redis", "6379", ""},
    {"mongodb", "MongoDB", "27017", ""},
    {"amqp", "AMQP", "5672", ""},
    {"amqps", "AMQP", "5671", ""},
    {"sqlite", "SQLite", "", ""},
    {"sqlite3", "SQLite", "", ""},
});

constexpr int kPatience = 2000;  // milliseconds for one address
constexpr int kAddresses = 2;    // to try

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string Unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
                        HexValue(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

// Parses host, host:port or [::1]:port; from a list with commas, the first.
void SetHost(std::string_view text, ServiceUrl& url) {
  text = text.substr(0, text.find(','));
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = std::min(text.find(']'), text.size());
    host = text.substr(1, close - 1);
    if (text.substr(close).starts_with("]:")) port = text.substr(close + 2);
  } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  url.host = Unescaped(host);
  if (!port.empty()) url.port = port;
}

// Parses `?host=/var/run/postgresql`.
std::string HostOfQuery(std::string_view query) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (pair.starts_with("host=")) return Unescaped(pair.substr(5));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return {};
}

std::string WhyNot(int family, const sockaddr* address, socklen_t size) {
  const base::UniqueFd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return std::generic_category().message(errno);
  if (connect(fd.get(), address, size) == 0) return {};
  if (errno != EINPROGRESS) return std::generic_category().message(errno);
  pollfd wait{fd.get(), POLLOUT, 0};
  if (poll(&wait, 1, kPatience) <= 0) return "no answer within 2 s";
  int error = 0;
  socklen_t length = sizeof error;
  // POLLOUT also comes after a failure; SO_ERROR tells which of the two it is (connect(2)).
  if (getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  return error == 0 ? std::string() : std::generic_category().message(error);
}

std::string WhyNotTcp(const ServiceUrl& url) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int failed = getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &raw);
  if (failed != 0) return std::string("its host: ") + gai_strerror(failed);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(raw, &freeaddrinfo);
  std::string why;
  int tried = 0;
  for (const addrinfo* a = list.get(); a != nullptr && tried < kAddresses;
       a = a->ai_next, ++tried) {
    why = WhyNot(a->ai_family, a->ai_addr, a->ai_addrlen);
    if (why.empty()) break;
  }
  return why;
}

std::string WhyNotSocket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return "its socket's path is too long";
  path.copy(address.sun_path, path.size());
  return WhyNot(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace

std::optional<ServiceUrl> ParseServiceUrl(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto* const service = std::find_if(
      kServices.begin(), kServices.end(),
      [&](const Service& candidate) { return candidate.scheme == text.substr(0, colon); });
  if (colon == text.size() || service == kServices.end()) return std::nullopt;
  ServiceUrl url;
  url.service = service->name;
  url.port = service->port;
  std::string_view rest = text.substr(colon + 1);
  std::string_view query;
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (service->port.empty()) {
    // sqlite3:db/x, sqlite3:///srv/x, sqlite3:/srv/x
    if (rest.starts_with("//")) rest.remove_prefix(2);
    url.kind = ServiceUrl::Kind::kFile;
    url.path = Unescaped(rest);
    return url;
  }
  if (!rest.starts_with("//")) return std::nullopt;
  std::string_view authority = rest.substr(2, rest.find('/', 2) - 2);
  // The last @, because a password may contain one that its author did not escape.
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  SetHost(authority, url);
  if (url.host.empty()) url.host = HostOfQuery(query);
  if (url.host.starts_with('/')) {
    url.kind = ServiceUrl::Kind::kSocket;
    url.path = url.host + (url.service == "PostgreSQL" ? "/.s.PGSQL." + url.port : "");
  } else if (url.host.empty() && !service->socket.empty()) {
    url.kind = ServiceUrl::Kind::kSocket;
    url.path = service->socket;
  } else if (url.host.empty()) {
    url.host = "localhost";
  }
  return url;
}

std::string WhyUnreachable(const ServiceUrl& url) {
  switch (url.kind) {
    case ServiceUrl::Kind::kTcp:
      return WhyNotTcp(url);
    case ServiceUrl::Kind::kSocket:
      return WhyNotSocket(url.path);
    case ServiceUrl::Kind::kFile:
      if (url.path == ":memory:" || access(url.path.c_str(), R_OK | W_OK) == 0) return {};
      return std::generic_category().message(errno);
  }
  return {};
}

}  // namespace cli
