// ExportLink: the broker's exporter of the audit log, where one is configured: starts it, and
// starts it again.
#ifndef ONEOFF_GATEWAY_BROKER_EXPORT_LINK_H_
#define ONEOFF_GATEWAY_BROKER_EXPORT_LINK_H_

#include <sys/types.h>

#include <optional>

#include "base/child.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/audit/exporter.h"

namespace broker {

class ExportLink {
 public:
  // What exporters are forked with. Without this, there is none.
  void Configure(audit::ExporterOptions options) { options_ = std::move(options); }
  bool configured() const { return options_.has_value(); }

  // Forks an exporter. After it has ended (the caller reaps it), once more.
  base::Result<void> Start();
  pid_t exporter() const { return exporter_.pid(); }  // -1: none
  // After it was reaped.
  void OnExporterEnded();

  // Lets the exporter hand over what is there, and end. Waits for at most 4 seconds.
  void Close();

 private:
  std::optional<audit::ExporterOptions> options_;
  base::UniqueFd control_;
  base::Child exporter_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_EXPORT_LINK_H_
