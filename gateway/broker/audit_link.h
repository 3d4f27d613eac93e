// AuditLink: the broker's audit writer: starts it, starts it again, and talks to it.
#ifndef ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_
#define ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_

#include <sys/types.h>

#include <optional>
#include <vector>

#include "base/child.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "gateway/audit/client.h"
#include "gateway/audit/writer.h"

namespace broker {

class AuditLink {
 public:
  explicit AuditLink(base::Log log) : log_(std::move(log)) {}

  // What writers are forked with from now on.
  void Configure(audit::WriterOptions options) { options_ = std::move(options); }

  // Forks a writer. After it has ended (the caller reaps it), once more.
  base::Result<void> Start();
  pid_t writer() const { return writer_.pid(); }  // -1: none
  // After it was reaped.
  void OnWriterEnded();

  // Where desks introduce themselves; -1 without a writer.
  int control() const { return control_.get(); }

  // Durable when it returns. Waits for at most 3 seconds.
  base::Result<void> Record(const audit::Event& event);
  // The same for several, which become durable together; one answer each, in order.
  std::vector<base::Result<void>> RecordAll(const std::vector<audit::Event>& events);
  // Soon durable. A failure goes to the operator's log.
  void Post(const audit::Event& event);

  // Lets the writer finish: it ends by itself when nobody is left to write. Waits for at most 3
  // seconds.
  void Close();

 private:
  audit::WriterOptions options_;
  base::Log log_;
  base::UniqueFd control_;
  std::optional<audit::Client> client_;
  base::Child writer_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_
