// Refusal: why a request does not run: the exit status and the line that the person gets.
#ifndef ONEOFF_RELEASE_REFUSAL_H_
#define ONEOFF_RELEASE_REFUSAL_H_

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace release {

// The gateway's own exit statuses (sysexits(3) where one fits). Never 255: ssh(1) exits with it on
// an error of its own.
inline constexpr int kUsage = 64;           // cannot be parsed, or needs a shell or a pty
inline constexpr int kNoSuchRelease = 65;   // no such release, or no such app
inline constexpr int kUnusable = 69;        // the release is unusable
inline constexpr int kLost = 70;            // the run was lost
inline constexpr int kCannotRecord = 73;    // the run cannot be recorded, or kept track of
inline constexpr int kCannotAudit = 74;     // the audit log cannot take the run's start
inline constexpr int kBusy = 75;            // a lock, limit or key is held; a later try may succeed
inline constexpr int kDenied = 77;          // the policy does not allow it
inline constexpr int kConfiguration = 78;   // a file of the operator's has an error
inline constexpr int kTimeLimit = 124;      // time, idle or output limit
inline constexpr int kCannotExecute = 126;  // as a shell: found, but not executable
inline constexpr int kNotFound = 127;       // as a shell: no such program
inline constexpr int kHungUp = 129;         // 128 + SIGHUP
inline constexpr int kOutOfMemory = 137;    // 128 + SIGKILL
inline constexpr int kStopped = 143;        // 128 + SIGTERM: stopped by a person

struct Refusal {
  int status = kUsage;
  // One line, safe to print, without a newline and without "oneoff: " in front: the caller that
  // prints it adds that.
  std::string message;
};

// Not base::Result: a Refusal is meant for the person who typed the command, and has an exit
// status.
template <typename T>
using Outcome = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> Refuse(int status, std::string message) {
  return tl::unexpected<Refusal>(Refusal{status, std::move(message)});
}

}  // namespace release

#endif  // ONEOFF_RELEASE_REFUSAL_H_
