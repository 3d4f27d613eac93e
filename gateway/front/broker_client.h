// BrokerClient: the gateway's connection to the broker. It is kept: when the broker goes away, it
// is looked for until it is back.
#ifndef ONEOFF_GATEWAY_FRONT_BROKER_CLIENT_H_
#define ONEOFF_GATEWAY_FRONT_BROKER_CLIENT_H_

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/front/address.h"
#include "gateway/wire/messages.h"

namespace front {

class BrokerClient {
 public:
  // The broker's socket is `name` in `directory`: reached by the descriptor, however deep it lies
  // and whoever may still name it. `loop` and `log` outlive the link.
  BrokerClient(base::Loop& loop, base::UniqueFd directory, std::string name, const base::Log& log);
  BrokerClient(const BrokerClient&) = delete;
  BrokerClient& operator=(const BrokerClient&) = delete;
  ~BrokerClient();

  // One attempt: connects and exchanges the hellos, which takes five seconds at most. kInvalid if
  // the broker speaks another version of the wire.
  base::Result<void> Connect();
  // From here on, within the loop, a lost broker is looked for, with pauses that grow to 2 s.
  void Keep();

  // Called with the text of each wire::Settings, within the loop.
  void OnSettings(std::function<void(const std::string&)> callback) {
    on_settings_ = std::move(callback);
  }

  bool connected() const { return socket_.valid(); }
  // Tells the broker of a client. `monitor` (the monitor's end of its session's socket) and `words`
  // (what the monitor tells of it) stay the caller's. kUnavailable if there is no broker now.
  base::Result<void> Announce(const Address& client, int monitor, int words);
  // Tells it of connections that were turned away. kUnavailable as above.
  base::Result<void> Tell(const wire::Refused& refused);

 private:
  void Watch();
  void Hear();
  void Lose();
  void Retry();

  base::Loop& loop_;
  base::UniqueFd directory_;
  std::string name_;
  const base::Log& log_;
  base::UniqueFd socket_;
  std::function<void(const std::string&)> on_settings_;
  std::chrono::milliseconds pause_;
  base::Loop::TimerId timer_ = 0;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_BROKER_CLIENT_H_
