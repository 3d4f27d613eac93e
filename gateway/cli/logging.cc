#include "gateway/cli/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <ctime>
#include <memory>

namespace cli {

base::Log LogTo(const std::string& name) {
  auto logger =
      std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_st>());
  // In UTC, as in the audit log.
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %n: %v", spdlog::pattern_time_type::utc);
  tzset();  // reads its file now: a confined process cannot open it later
  // Every copy of the returned function owns `logger`.
  return [logger = std::move(logger)](base::Level level, const std::string& line) {
    switch (level) {
      case base::Level::kInfo:
        logger->info("{}", line);
        break;
      case base::Level::kWarning:
        logger->warn("{}", line);
        break;
      case base::Level::kError:
        logger->error("{}", line);
        break;
    }
  };
}

}  // namespace cli
