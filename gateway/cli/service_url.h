// ServiceUrl: the service that a URL such as DATABASE_URL names, and whether it accepts
// connections.
#ifndef ONEOFF_GATEWAY_CLI_SERVICE_URL_H_
#define ONEOFF_GATEWAY_CLI_SERVICE_URL_H_

#include <optional>
#include <string>
#include <string_view>

namespace cli {

struct ServiceUrl {
  enum class Kind { kTcp, kSocket, kFile };
  std::string service;  // "PostgreSQL"
  Kind kind = Kind::kTcp;
  std::string host;  // of kTcp; no message shows any part of a value
  // Not checked to be a number: getaddrinfo(3) refuses what is no port.
  std::string port;
  std::string path;  // of kSocket and kFile; a file's may be relative to the release
};

// nullopt for text that is no URL of a known database, cache or queue.
// Of a list of hosts it takes the first. User and password are skipped and kept nowhere. A query's
// host counts if the URL has none.
std::optional<ServiceUrl> ParseServiceUrl(std::string_view text);

// Empty if the service accepts a connection, else the reason. Blocks for about 4 seconds at most,
// and for the name's resolution.
// It connects and says nothing. Two addresses of a name are tried, two seconds each. For a file it
// checks access(2) only.
std::string WhyUnreachable(const ServiceUrl& url);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_SERVICE_URL_H_
