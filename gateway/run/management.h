// Management: a run's management socket, RUN/runs/ID.socket, by which launchers attach clients to
// the run, detach them, and stop the run (gateway/wire/management_messages.h).
//
// The launcher makes the socket before it becomes the supervisor. The broker removes its name once
// the run's end is recorded. Only root can enter the folder, so no other user can connect.
#ifndef ONEOFF_GATEWAY_RUN_MANAGEMENT_H_
#define ONEOFF_GATEWAY_RUN_MANAGEMENT_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/wire/management_messages.h"

namespace run {

// The folder of all management sockets. Its owner is root, or the user of a development
// installation. Open makes it if it is missing.
class ManagementFolder {
 public:
  static base::Result<ManagementFolder> Open(const std::string& run);

  // A non-blocking listening socket for the run. Replaces the name of an earlier run of that id.
  base::Result<base::UniqueFd> Listen(const std::string& id) const;
  // A blocking socket: each call on it waits at most five seconds. kNotFound if no process listens.
  base::Result<base::UniqueFd> Connect(const std::string& id) const;
  // Removes the name. No error if there is none.
  void Remove(const std::string& id) const;
  int fd() const { return folder_.get(); }

 private:
  explicit ManagementFolder(base::UniqueFd folder) : folder_(std::move(folder)) {}

  base::UniqueFd folder_;
};

// The supervisor's side. Drops a caller that sends nothing for five seconds.
class Management {
 public:
  static constexpr std::size_t kMostCallers = 16;  // at once; others wait in the kernel's queue

  struct Hooks {
    std::function<wire::RunAnswer(const wire::Attach&, std::vector<base::UniqueFd>)> attach;
    std::function<wire::RunAnswer(const wire::Detach&)> detach;
    std::function<wire::RunAnswer(const wire::Stop&)> stop;
  };
  // `loop` outlives this. An invalid `listener`: nothing is served.
  Management(base::Loop& loop, base::UniqueFd listener, Hooks hooks);
  Management(const Management&) = delete;
  Management& operator=(const Management&) = delete;
  ~Management();

 private:
  struct Caller {
    base::UniqueFd socket;
    base::Loop::TimerId patience = 0;
  };

  void OnListener();
  void OnCaller(int socket);
  void Drop(int socket);

  base::Loop& loop_;
  base::UniqueFd listener_;
  Hooks hooks_;
  std::map<int, Caller> callers_;  // by descriptor
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_MANAGEMENT_H_
