// ChildLog: the parent's end of its children's descriptor 2. It passes their lines on to the
// operator's log. Each child has a pipe of its own, so that one that an attacker controls cannot
// speak in another's name, silence another, or reach the log itself.
//
// A line is `<LEVEL>TEXT`, with the levels of sd-daemon(3). A line without a level is a warning.
// ChildLog puts the child's name before each line, escapes it, and bounds its length and the number
// of lines.
#ifndef ONEOFF_GATEWAY_ROLE_CHILD_LOG_H_
#define ONEOFF_GATEWAY_ROLE_CHILD_LOG_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/crowd.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace role {

class ChildLog {
 public:
  static constexpr std::size_t kMaxLine = 1000;  // bytes before escaping
  static constexpr int kLinesOfChild = 50;       // a minute
  static constexpr int kLinesOfAll = 1000;       // a minute
  static constexpr std::chrono::minutes kPeriod{1};

  // `loop` and `clock` outlive the object. kSystem if epoll(7) fails.
  static base::Result<std::unique_ptr<ChildLog>> Create(base::Loop& loop, const base::Clock& clock,
                                                        base::Log log);
  ~ChildLog();
  ChildLog(const ChildLog&) = delete;
  ChildLog& operator=(const ChildLog&) = delete;

  // Returns the pipe's write end, which becomes descriptor 2 of a child (Birth::log). The parent
  // closes it once the child is born. `who` begins the child's lines in the log, as in
  // "127.0.0.1:4711: ".
  base::Result<base::UniqueFd> Open(std::string who);

  // A child whose pipe another ChildLog of this same process is to go on reading, after an exec.
  struct Held {
    int pipe = -1;  // stays this ChildLog's
    std::string who;
    std::string begun;
    bool cut = false;  // the rest of the line is to be passed over
  };
  std::vector<Held> HeldChildren() const;
  // Takes the pipe over. Its lines are counted from here on.
  base::Result<void> Resume(Held held);

 private:
  struct Child {
    base::UniqueFd pipe;
    std::string who;
    std::string begun;  // an incomplete line
    bool cut = false;   // the line is too long, and its rest left out
    int lines = 0;      // in this period
    std::uint64_t left_out = 0;
    base::MonotonicTime period;
  };

  ChildLog(std::unique_ptr<base::Crowd> crowd, const base::Clock& clock, base::Log log)
      : crowd_(std::move(crowd)), clock_(clock), log_(std::move(log)) {}

  base::Result<void> Hear(base::UniqueFd pipe, Held held);
  void OnReadable(int pipe);
  void Take(Child& child, std::string_view bytes);
  void Say(Child& child, std::string_view line);
  void TellLeftOut(Child& child);
  bool MaySay(Child& child);

  std::unique_ptr<base::Crowd> crowd_;
  const base::Clock& clock_;
  base::Log log_;
  std::map<int, Child> children_;  // by the pipe's descriptor
  int lines_ = 0;                  // of all children, in this period
  base::MonotonicTime period_;
};

// A log for a child whose descriptor 2 belongs to a ChildLog. It writes each line in one write(2)
// and never blocks; a line that does not fit the pipe is lost.
base::Log LogOfChild();

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_CHILD_LOG_H_
