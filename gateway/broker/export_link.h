// ExportLink: the broker's exporter of the audit log, if one is configured. It forks the exporter
// and restarts it.
//
// The exporter (role::kExporter) is root's, because it reads the log and forks the configured
// command under another user. Without it nothing is lost: the next one goes on from its recorded
// position.
#ifndef ONEOFF_GATEWAY_BROKER_EXPORT_LINK_H_
#define ONEOFF_GATEWAY_BROKER_EXPORT_LINK_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <utility>

#include "base/child.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/audit/exporter.h"

namespace broker {

class ExportLink {
 public:
  // `forget` drops, in an exporter just forked, what only the broker needs: the private host keys.
  explicit ExportLink(std::function<void()> forget) : forget_(std::move(forget)) {}

  // Sets what exporters are forked with. Without this call no exporter runs.
  void Configure(audit::ExporterOptions options) { options_ = std::move(options); }
  bool configured() const { return options_.has_value(); }

  // Forks an exporter. To be called again after the exporter has ended and the caller has reaped
  // it.
  base::Result<void> Start();
  pid_t exporter() const { return exporter_.pid(); }  // -1 if there is no exporter
  // To be called after the caller has reaped the exporter.
  void OnExporterEnded();

  // Lets the exporter hand over what is left and exit. Waits for at most 4 seconds.
  // An exporter that takes longer is killed. Does not reap it.
  void Close();

 private:
  std::function<void()> forget_;
  std::optional<audit::ExporterOptions> options_;
  base::UniqueFd control_;
  base::Child exporter_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_EXPORT_LINK_H_
