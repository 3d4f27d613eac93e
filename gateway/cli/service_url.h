// ServiceUrl: where a URL such as DATABASE_URL leads, as far as one can see whether anybody answers
// there.
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
  std::string host;  // of kTcp; never in a message, as nothing of a value is
  std::string port;
  std::string path;  // of the others; a file's may be relative to the release
};

// nullopt for what is no URL of a known database, cache or queue.
std::optional<ServiceUrl> ParseServiceUrl(std::string_view text);

// Whether anybody listens there: empty, or why it seems not. Blocks for about 4 seconds at most,
// but for the resolution of the name.
std::string WhyUnreachable(const ServiceUrl& url);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_SERVICE_URL_H_
