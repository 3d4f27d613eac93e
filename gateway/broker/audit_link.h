// AuditLink: the broker's audit writer: starts it, starts it again, and talks to it.
#ifndef ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_
#define ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/child.h"
#include "base/identity.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "gateway/audit/client.h"
#include "gateway/audit/writer.h"

namespace broker {

class AuditLink {
 public:
  explicit AuditLink(base::Log log) : log_(std::move(log)) {}

  // What writers are forked with from now on.
  // `user` nullopt: this process's own user, and then the writer reads the keys itself.
  void Configure(audit::WriterOptions options, std::optional<base::Identity> user) {
    options_ = std::move(options);
    user_ = std::move(user);
  }

  // Forks a writer. After it has ended (the caller reaps it), once more.
  base::Result<void> Start();
  pid_t writer() const { return writer_.pid(); }  // -1: none
  // After it was reaped.
  void OnWriterEnded();

  // What the writer says of keys: readable when something has come; -1 without such a writer.
  int keys() const { return keys_.get(); }
  // false: nothing more will come.
  bool OnKeys();
  // The files of the keys may have changed.
  void HandKeys();

  // Where launchers introduce themselves; -1 without a writer.
  int control() const { return control_.get(); }

  // Durable when it returns. Waits for at most 3 seconds.
  base::Result<void> Record(const audit::Event& event);
  // The same for several, which become durable together; one answer each, in order.
  std::vector<base::Result<void>> RecordAll(const std::vector<audit::Event>& events);
  // Soon durable. A failure goes to the operator's log, once until one succeeds; what was not
  // handed over is counted, and the count is recorded.
  void Post(const audit::Event& event);
  // Counts `count` events of another process that it could not hand over.
  void AddDropped(std::uint64_t count);
  // Hands over that count, if there is one and the writer takes it.
  void TellDropped();

  // Lets the writer finish: it ends by itself when nobody is left to write. Waits for at most 3
  // seconds.
  void Close();

 private:
  base::Result<void> MakeLine(base::UniqueFd& writers_end);
  base::Result<void> GiveLog(int folder) const;

  audit::WriterOptions options_;
  std::optional<base::Identity> user_;
  base::Log log_;
  base::UniqueFd control_;
  base::UniqueFd keys_;
  std::optional<audit::Client> client_;
  base::Child writer_;
  std::uint64_t dropped_ = 0;  // events that the writer does not know of
  bool told_ = false;          // the operator, that events are dropped
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_
