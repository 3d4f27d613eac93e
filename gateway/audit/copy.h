// Copy: sends each record, as soon as it is durable, to syslog or to the journal as well. It never
// blocks, and holds nobody up: what cannot be sent for too long is counted, and told.
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

// Where copies go: the path of a datagram socket; kAuto: where the host has it, if it does; kNone.
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

  // To the socket at `path`, which need not be there yet. `clock` outlives the copy.
  Copy(Form form, std::string path, const base::Clock& clock, base::Log log)
      : form_(form), path_(std::move(path)), clock_(&clock), log_(std::move(log)) {}

  // The copies that `paths` asks for on this host. The journal takes what is sent to syslog where
  // /dev/log is its own; then it gets each record once.
  static std::vector<Copy> Make(const CopyPaths& paths, const base::Clock& clock,
                                const base::Log& log);

  void Add(std::uint64_t seq, std::string_view line);
  // Sends what can be sent now; whether that was anything.
  bool Flush();
  bool waiting() const { return !waiting_.empty(); }
  // What was lost, once something gets through again; then it is told.
  std::optional<CopiesLost> TakeLoss();

  const char* name() const { return form_ == Form::kSyslog ? "syslog" : "journal"; }

 private:
  struct Message {
    std::uint64_t seq = 0;
    std::string text;
  };

  bool Connect();
  // Whether it is gone: sent, or never to be.
  bool Send(const Message& message);
  void Lose(std::uint64_t seq, const std::string& why);

  Form form_;
  std::string path_;
  const base::Clock* clock_;
  base::Log log_;
  base::UniqueFd socket_;
  base::MonotonicTime next_try_;  // when it is connected again
  std::deque<Message> waiting_;
  std::size_t waiting_bytes_ = 0;
  CopiesLost lost_;
  bool told_ = false;  // the operator, of this loss
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_COPY_H_
