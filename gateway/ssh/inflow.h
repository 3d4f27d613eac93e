// Inflow: what a client sends on one channel, on its way to the command's stdin.
//
// Memory stays bounded: what the command does not read stays in libssh, whose window then stops
// growing. libssh 0.10 has its terms: what it holds is taken all at once or not at all (taken in
// pieces it grants too much and at last drops data), and its data callback takes what it can
// itself.
#ifndef ONEOFF_GATEWAY_SSH_INFLOW_H_
#define ONEOFF_GATEWAY_SSH_INFLOW_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/ssh/libssh_internal.h"

namespace ssh {

class Inflow {
 public:
  // A client that ignores its window may fill libssh's buffer up to `most_held` bytes.
  Inflow(base::Loop& loop, ssh_channel channel, std::size_t most_held)
      : loop_(loop), channel_(channel), most_held_(most_held) {}
  Inflow(const Inflow&) = delete;
  Inflow& operator=(const Inflow&) = delete;
  ~Inflow() { Close(); }

  // In libssh's data callback: `bytes` is all that libssh holds. How many of them it may forget.
  std::uint32_t Offer(std::string_view bytes);
  // In libssh's EOF callback: nothing more comes; what is held still goes its way.
  void End() { ended_ = true; }

  // From here on bytes go to `fd`: non-blocking, the command's stdin or its terminal.
  void Attach(base::UniqueFd fd);
  // From here on bytes are dropped: nobody reads them, and the client may send what it likes.
  void Discard();

  // RootOwnedSources of libssh's callbacks: moves what can be moved, and asks the loop to be called
  // again when more can.
  void Settle();

  // Everything has been passed on, up to the client's end of file.
  bool finished() const { return ended_ && held_ == 0 && rest_.empty(); }
  // The client sends more than it was granted: its connection is to be ended.
  bool overrun() const { return overrun_; }
  // Bytes of the client's that are in memory.
  std::size_t held() const { return held_ + rest_.size(); }
  // Bytes that were passed on; it only grows.
  std::uint64_t moved() const { return moved_; }
  bool attached() const { return fd_.valid(); }
  void Close();

 private:
  enum class Sink { kWaits, kOpen, kGone };

  std::size_t Write(std::string_view bytes);
  bool TakeHeld();

  base::Loop& loop_;
  ssh_channel channel_;
  std::size_t most_held_;
  Sink sink_ = Sink::kWaits;
  base::UniqueFd fd_;
  std::uint32_t held_ = 0;  // bytes that libssh holds
  std::string rest_;        // taken out of libssh, and not yet written from position_ on
  std::size_t position_ = 0;
  std::uint64_t moved_ = 0;
  bool ended_ = false;
  bool overrun_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_INFLOW_H_
