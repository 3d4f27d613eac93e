// ChildLog: what children say on their descriptor 2, passed on to the operator's log by their
// parent. Each has a pipe of its own: a child that was broken into says nothing in another's name,
// silences no other, and cannot reach the log itself.
//
// A line is `<LEVEL>TEXT`, of sd-daemon(3)'s levels; one without a level is a warning. Lines are
// prefixed by who says them, escaped, and bounded in length and number.
#ifndef ONEOFF_GATEWAY_ROLE_CHILD_LOG_H_
#define ONEOFF_GATEWAY_ROLE_CHILD_LOG_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crowd.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace role {

class ChildLog {
 public:
  static constexpr std::size_t kMaxLine = 1000;  // bytes, as they come
  static constexpr int kLinesOfChild = 50;       // in a minute
  static constexpr int kLinesOfAll = 1000;       // in a minute
  static constexpr std::chrono::minutes kPeriod{1};

  // `loop` and `clock` outlive it.
  static base::Result<std::unique_ptr<ChildLog>> Create(base::Loop& loop, const base::Clock& clock,
                                                        base::Log log);
  ~ChildLog();
  ChildLog(const ChildLog&) = delete;
  ChildLog& operator=(const ChildLog&) = delete;

  // What becomes descriptor 2 of a child (Birth::log): its end is the child's, and is closed here
  // once the child is born. `who` begins its lines in the log, as "127.0.0.1:4711: ".
  base::Result<base::UniqueFd> Open(std::string who);

 private:
  struct Child {
    base::UniqueFd pipe;
    std::string who;
    std::string begun;  // a line without its end
    bool cut = false;   // the rest of the line is too long, and left out
    int lines = 0;      // in this period
    std::uint64_t left_out = 0;
    base::MonotonicTime period;
  };

  ChildLog(std::unique_ptr<base::Crowd> crowd, const base::Clock& clock, base::Log log)
      : crowd_(std::move(crowd)), clock_(clock), log_(std::move(log)) {}

  void OnReadable(int pipe);
  void Take(Child& child, std::string_view bytes);
  void Say(Child& child, std::string_view line);
  void TellLeftOut(Child& child);
  bool MaySay(Child& child);

  std::unique_ptr<base::Crowd> crowd_;
  const base::Clock& clock_;
  base::Log log_;
  std::map<int, Child> children_;  // by their pipe
  int lines_ = 0;                  // of all, in this period
  base::MonotonicTime period_;
};

// A log for a child whose descriptor 2 is a ChildLog's: a line in one write, which never waits; one
// for which there is no room is lost.
base::Log LogOfChild();

}  // namespace role

#endif  // ONEOFF_GATEWAY_ROLE_CHILD_LOG_H_
