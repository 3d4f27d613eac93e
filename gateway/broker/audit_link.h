// AuditLink: the broker's connection to the audit writer. It forks the writer, restarts it and
// sends it events.
//
// The broker owns it. The writer (role::kWriter) has a user of its own, may open only its log, and
// has no key file: the broker hands it the keys. Other processes reach the writer through
// control().
#ifndef ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_
#define ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
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
  // `forget` drops, in a writer just forked, what only the broker needs: the private host keys.
  AuditLink(base::Log log, std::function<void()> forget)
      : log_(std::move(log)), forget_(std::move(forget)) {}

  // Sets what later writers are forked with. `user` nullopt: the writer keeps this process's user
  // and reads the keys itself.
  void Configure(audit::WriterOptions options, std::optional<base::Identity> user) {
    options_ = std::move(options);
    user_ = std::move(user);
  }

  // Forks a writer. To be called again after the writer has ended and the caller has reaped it.
  // Gives the log's folder, and root's files in it, to the writer's user. Any error leaves no
  // writer behind, or one that exits by itself.
  base::Result<void> Start();
  pid_t writer() const { return writer_.pid(); }  // -1 if there is no writer
  // To be called after the caller has reaped the writer.
  void OnWriterEnded();

  // Readable when the writer has a message about keys; -1 if the writer reads the keys itself.
  int keys() const { return keys_.get(); }
  // Returns false if no more message will come.
  bool OnKeys();
  // Sends the keys again, because the key files may have changed.
  void HandKeys();

  // Launchers introduce themselves here (audit::Introduce). -1 if there is no writer.
  int control() const { return control_.get(); }

  // Returns once the event is durable. Waits for at most 3 seconds.
  // kUnavailable if there is no writer, or none answers in time: then the event may still get
  // recorded. Other codes are those of audit::Client::Record.
  base::Result<void> Record(const audit::Event& event);
  // The same for the first event of a log, which waits until the writer has found the log's end: at
  // most 10 minutes.
  base::Result<void> RecordFirst(const audit::Event& event);
  // Records several events that become durable together. Returns one answer for each, in order.
  std::vector<base::Result<void>> RecordAll(const std::vector<audit::Event>& events);
  // Hands the event over without waiting until it is durable. The first failure goes to the
  // operator's log, until an event succeeds again. Lost events are counted, and the count is
  // recorded.
  void Post(const audit::Event& event);
  // Adds `count` events that another process could not hand over.
  void AddDropped(std::uint64_t count);
  // Records that count, if it is not 0 and the writer takes it.
  void TellDropped();

  // Closes the connection and waits at most 3 seconds for the writer. The writer exits when its
  // last client has gone.
  void Close();

 private:
  base::Result<void> MakeLine(base::UniqueFd& writers_end);
  base::Result<void> GiveLog(int folder) const;

  audit::WriterOptions options_;
  std::optional<base::Identity> user_;
  base::Log log_;
  std::function<void()> forget_;
  base::UniqueFd control_;
  base::UniqueFd keys_;
  std::optional<audit::Client> client_;
  base::Child writer_;
  std::uint64_t dropped_ = 0;  // events that the writer did not get
  bool told_ = false;          // the operator has been told that events are lost
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_AUDIT_LINK_H_
