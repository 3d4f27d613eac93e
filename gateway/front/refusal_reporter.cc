#include "gateway/front/refusal_reporter.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/text.h"

namespace front {
namespace {

constexpr std::chrono::milliseconds kReportAfter{1'000};

}  // namespace

void RefusalReporter::Add(const base::Network& source, Reason reason, std::string_view person) {
  refusals_.Add(source, reason, person);
  ReportSoon();
}

void RefusalReporter::Add(wire::Reexecuted reexecuted) {
  reexecuted_ = std::move(reexecuted);
  ReportSoon();
}

void RefusalReporter::ReportSoon() {
  if (timer_ != 0) return;
  timer_ = loop_.After(kReportAfter, [this] {
    timer_ = 0;
    if (broker_.connected()) Report(refusals_.Take());
    ReportReexecuted();
    if (refusals_.untold() || reexecuted_) ReportSoon();
  });
}

void RefusalReporter::ReportAll() {
  Report(refusals_.TakeAll());
  ReportReexecuted();
}

void RefusalReporter::ReportReexecuted() {
  if (reexecuted_ && broker_.Tell(*reexecuted_)) reexecuted_.reset();
}

void RefusalReporter::Report(const std::vector<wire::Refused>& refusals) {
  for (const wire::Refused& refused : refusals) {
    log_(base::Level::kWarning,
         fmt::format("{} connections from {} turned away: {}{}", refused.count, refused.source,
                     base::Join(refused.reasons, ", "),
                     refused.people ? " (" + base::Join(*refused.people, ", ") + ")" : ""));
    (void)broker_.Tell(refused);
  }
}

}  // namespace front
