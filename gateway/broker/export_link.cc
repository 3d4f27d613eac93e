#include "gateway/broker/export_link.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <utility>

#include "base/child.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kDeadline{4000};

}  // namespace

base::Result<void> ExportLink::Start() {
  auto pair = base::MakeSocketPair(SOCK_STREAM);
  if (!pair) return base::Fail(std::move(pair.error()).Context("audit export"));
  const int exporters_end = pair->second.get();
  auto child = base::Child::Fork([&] {
    base::NameProcess("oneoff-export");
    base::CloseAllFdsBut({exporters_end});
    return audit::RunExporter(base::UniqueFd(exporters_end), *options_);
  });
  if (!child) return base::Fail(std::move(child.error()).Context("audit export"));
  exporter_ = child->pid();
  child->Detach();  // reaped with the broker's other children
  control_ = std::move(pair->first);
  return {};
}

void ExportLink::OnExporterEnded() {
  exporter_ = -1;
  control_.Reset();
}

void ExportLink::Close() {
  const base::UniqueFd pidfd(exporter_ > 0 ? static_cast<int>(syscall(SYS_pidfd_open, exporter_, 0))
                                           : -1);
  control_.Reset();
  if (!pidfd) return;
  pollfd ended{pidfd.get(), POLLIN, 0};
  if (poll(&ended, 1, static_cast<int>(kDeadline.count())) == 1) return;
  syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

}  // namespace broker
