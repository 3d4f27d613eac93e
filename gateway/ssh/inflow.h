// Inflow: carries a client's bytes on one channel to the command's stdin.
//
// Memory stays bounded: bytes that the command does not read stay in libssh, whose window then
// stops growing. libssh 0.10 sets a condition: outside its data callback, a caller has to take all
// buffered bytes at once or none. After partial reads libssh grants too much window, and at last it
// drops data. So only the data callback takes a part.
//
// Without a sink (before Attach) the bytes wait in libssh. A command that has closed its stdin
// (EPIPE) turns the sink into one that drops: the client may send the rest of its file without an
// error.
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
  // If a client ignores its window, libssh's buffer may fill up to `most_held` bytes.
  Inflow(base::Loop& loop, ssh_channel channel, std::size_t most_held)
      : loop_(loop), channel_(channel), most_held_(most_held) {}
  Inflow(const Inflow&) = delete;
  Inflow& operator=(const Inflow&) = delete;
  ~Inflow() { Close(); }

  // Called in libssh's data callback: `bytes` is all that libssh holds. Returns how many of them
  // libssh may forget.
  // Writes to the sink at once if nothing waits before these bytes. From an overrun on, all bytes
  // are dropped.
  std::uint32_t Offer(std::string_view bytes);
  // Called in libssh's EOF callback: no more bytes come; held bytes still go to the command.
  void End() { ended_ = true; }

  // From here on bytes go to `fd`, which is non-blocking: the command's stdin or its terminal.
  // Inflow owns it.
  void Attach(base::UniqueFd fd);
  // From here on Inflow drops bytes, because no process reads them. The client may go on sending.
  void Discard();

  // Moves bytes that can move, and asks the loop to wake up when more can. Call only outside
  // libssh's callbacks.
  void Settle();

  // All bytes have been passed on, and the client has sent EOF.
  bool finished() const { return ended_ && held_ == 0 && rest_.empty(); }
  // The client sends more than its window allows. The session ends its connection.
  bool overrun() const { return overrun_; }
  // Bytes from the client that are in memory.
  // Both those in libssh and those taken out of it; at most about 1.3 MB for an honest client.
  std::size_t held() const { return held_ + rest_.size(); }
  // Bytes passed on so far.
  // Bytes that a write(2) to the sink took; dropped bytes do not count.
  std::uint64_t moved() const { return moved_; }
  void Close();

 private:
  // kWaits: no descriptor yet. kOpen: writes to fd_. kGone: drops.
  enum class Sink { kWaits, kOpen, kGone };

  std::size_t Write(std::string_view bytes);
  // Returns whether it took a byte.
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
