#include "gateway/broker/export_link.h"

#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <csignal>
#include <utility>

#include "gateway/role/birth.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kDeadline{4000};

}  // namespace

base::Result<void> ExportLink::Start() {
  auto pair = base::MakeSocketPair(SOCK_STREAM);
  if (!pair) return base::Fail(std::move(pair.error()).Context("audit export"));
  const int exporters_end = pair->second.get();
  const role::Birth birth = {.keep = {exporters_end}, .first = [this]() -> base::Result<void> {
                               forget_();
                               return {};
                             }};
  auto child = role::ForkAs(role::kExporter, birth, options_->log, [&](const base::Log&) {
    return audit::RunExporter(base::UniqueFd(exporters_end), *options_);
  });
  if (!child) return base::Fail(std::move(child.error()).Context("audit export"));
  exporter_ = std::move(*child);
  control_ = std::move(pair->first);
  return {};
}

void ExportLink::OnExporterEnded() {
  exporter_.Detach();  // the broker reaps it with its other children
  control_.Reset();
}

void ExportLink::Close() {
  control_.Reset();
  if (!exporter_.valid()) return;
  pollfd ended{exporter_.pidfd(), POLLIN, 0};
  const bool over = poll(&ended, 1, static_cast<int>(kDeadline.count())) == 1;
  if (!over) (void)exporter_.Signal(SIGKILL);
  exporter_.Detach();
}

}  // namespace broker
