// Copy: sends each durable record to syslog or to the journal too. It never blocks. Records that
// cannot be sent for too long are counted and reported.
//
// It lives in the writer's process and works only on records that are durable already. A copy is
// evidence elsewhere (VERIFICATION.md); the log itself never waits for it.
#ifndef ONEOFF_GATEWAY_AUDIT_COPY_H_
#define ONEOFF_GATEWAY_AUDIT_COPY_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "gateway/audit/event.h"

namespace audit {

// The path of a datagram socket for copies; kAuto: the host's, if it has one; kNone: no copies.
struct CopyPaths {
  static constexpr const char* kAuto = "auto";
  static constexpr const char* kNone = "none";
  std::string syslog = kNone;
  std::string journal = kNone;
};

class Copy {
 public:
  enum class Form { kSyslog, kJournal };
  static constexpr std::size_t kMaxWaiting = 4U << 20;  // bytes

  // Sends to the socket at `path`, which may be missing at first. `clock` must outlive this.
  Copy(Form form, std::string path, const base::Clock& clock, base::Log log)
      : form_(form), path_(std::move(path)), clock_(&clock), log_(std::move(log)) {}

  // Makes the copies that `paths` asks for. If the journal owns /dev/log, it gets each record only
  // once, and syslog gets none.
  static std::vector<Copy> Make(const CopyPaths& paths, const base::Clock& clock,
                                const base::Log& log);

  // Beyond kMaxWaiting the record counts as lost to this receiver.
  void Add(std::uint64_t seq, std::string_view line);
  // Sends what can be sent now. Returns whether anything was sent.
  // A socket that is missing or has gone is tried again every 200 ms. A record that is too long for
  // the receiver (EMSGSIZE) is counted as lost.
  bool Flush();
  bool waiting() const { return !waiting_.empty(); }
  // Returns the loss, once records get through again, and forgets it.
  std::optional<CopiesLost> TakeLoss();

  const char* name() const { return form_ == Form::kSyslog ? "syslog" : "journal"; }

 private:
  struct Message {
    std::uint64_t seq = 0;
    std::string text;
  };

  // False if the receiver is not there, or if the last attempt was less than 200 ms ago.
  bool Connect();
  // Returns whether the message is done: sent, or given up.
  bool Send(const Message& message);
  // Counts the record. The operator's log says so once for each loss.
  void Lose(std::uint64_t seq, const std::string& why);

  Form form_;
  std::string path_;
  const base::Clock* clock_;
  base::Log log_;
  base::UniqueFd socket_;
  base::MonotonicTime next_try_;  // when to connect again
  std::deque<Message> waiting_;
  std::size_t waiting_bytes_ = 0;
  CopiesLost lost_;
  bool told_ = false;  // the operator knows of this loss
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_COPY_H_
