#include "gateway/broker/login_recorder.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "base/text.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kFlushFailures{5000};

}  // namespace

void LoginRecorder::Record(const wire::Authenticated& login) {
  const std::string by = login.certificate.empty() ? "" : " " + login.certificate;
  log_(base::Level::kInfo, fmt::format("{} ({}{}) from {} as {}", login.person, login.fingerprint,
                                       by, login.address, base::Quote(login.user, 70)));
  audit_.Post(audit::Authenticated{.person = login.person,
                                   .key = login.fingerprint,
                                   .source = login.address,
                                   .user = login.user,
                                   .certificate = login.certificate});
}

void LoginRecorder::Record(const wire::FailedTries& tries) {
  failed_.Add(tries, clock_.Now());
  if (const std::string line = failed_.Line(tries); !line.empty()) {
    log_(base::Level::kWarning, line);
  }
  if (flush_ == 0) {
    flush_ = loop_.After(kFlushFailures, [this] { Flush(); });
  }
}

// Summed like refused signatures, so that repeated requests do not fill the log.
void LoginRecorder::Record(const wire::LocalStranger& caller) {
  Record(wire::FailedTries{.address = wire::SourceOfAccount(caller.account),
                           .user = base::Escape(caller.account, 64),
                           .count = 1});
}

void LoginRecorder::Flush() {
  loop_.Cancel(std::exchange(flush_, 0));
  for (const auto& event : failed_.Take()) {
    const bool local = event.source.starts_with(wire::SourceOfAccount(""));
    log_(base::Level::kWarning,
         fmt::format("{} refused {} from {}{}", event.count, local ? "requests" : "logins",
                     event.source,
                     event.reason.empty() ? "" : ": " + base::Escape(event.reason, 256)));
    audit_.Post(event);
  }
}

}  // namespace broker
