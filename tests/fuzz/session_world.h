// SessionWorld: what surrounds one ssh::Session: the client's end of its connection, the real
// monitor behind it, and runs that do as the input says. No process, no thread, no real time.
#ifndef ONEOFF_TESTS_FUZZ_SESSION_WORLD_H_
#define ONEOFF_TESTS_FUZZ_SESSION_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "authz/people.h"
#include "authz/signing_key.h"
#include "base/unique_fd.h"
#include "gateway/monitor/monitor.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/server_side.h"
#include "gateway/wire/messages.h"
#include "tests/fuzz/virtual_time.h"

namespace fuzz {

// What no input changes: keys, people, libssh's server options. Made once.
struct Fixture {
  Fixture();
  ssh::OwnedKey client_key;  // alice's
  std::vector<authz::SigningKey> host_keys;
  std::optional<authz::People> people;
  authz::Policy policy;
  std::optional<ssh::ServerSide> server_side;
};
const Fixture& TheFixture();

// As many descriptors are open at its end as at its beginning.
class DescriptorCount {
 public:
  DescriptorCount();
  DescriptorCount(const DescriptorCount&) = delete;
  DescriptorCount& operator=(const DescriptorCount&) = delete;
  ~DescriptorCount();

 private:
  static std::ptrdiff_t Now();
  std::ptrdiff_t before_;
};

// A TCP connection with this machine itself: first the server's end.
base::FdPair Connect();

// The far side of one run.
class FarRun {
 public:
  explicit FarRun(const wire::Start& start);
  // For the session; valid until Give.
  std::vector<int> SessionFds() const;
  void Give() { session_.clear(); }

  // Bytes of output; what does not fit is dropped.
  void Write(bool is_stderr, std::string_view bytes);
  // Takes in what was sent to stdin.
  void Read();
  void End(int status, const std::string& text);
  void CloseOutput();
  void CloseControl() { control_.Reset(); }
  // Not a message.
  void SayNonsense();
  // Takes in the session's words. Every one has to be a message, and none follows its last.
  void Hear();
  bool pty() const { return pty_; }

 private:
  bool pty_;
  bool client_gone_ = false;
  base::UniqueFd control_;
  std::vector<base::UniqueFd> far_;      // stdin, stdout, stderr; or the terminal
  std::vector<base::UniqueFd> session_;  // control, and the other ends of `far_`
};

// How the next Start is answered.
enum class Answering : std::uint8_t {
  kRun,
  kAnswer,
  kNothing,
  kTooFewDescriptors,
  kOtherKind,     // a terminal where none was asked for, and the other way round
  kOtherChannel,  // a channel that does not exist
  kTwice,
  kMonitorGone,
  kLast = kMonitorGone,
};

class SessionWorld {
 public:
  // `client` has one turn: see VirtualTime.
  explicit SessionWorld(std::function<bool()> client);

  // Serves a client at `server_end` until the session ends. What it left behind is checked.
  void Serve(base::UniqueFd server_end);

  VirtualTime& time() { return time_; }
  void PlanAnswer(Answering how) { answering_ = how; }
  FarRun* Run(std::size_t which) { return runs_.empty() ? nullptr : &runs_[which % runs_.size()]; }
  void LoseMonitor() { far_link_.Reset(); }

 private:
  bool Turn();
  bool MonitorsTurn();
  void HearMonitor();
  void AnswerTo(const wire::Request& request, int session);

  std::function<bool()> client_;
  VirtualTime time_;
  base::FdPair broker_;
  base::UniqueFd near_link_;  // the session's
  base::UniqueFd far_link_;   // the monitor's
  monitor::Monitor monitor_;
  std::deque<FarRun> runs_;
  Answering answering_ = Answering::kRun;
  bool authenticated_ = false;
};

}  // namespace fuzz

#endif  // ONEOFF_TESTS_FUZZ_SESSION_WORLD_H_
