// BrokerClient: the gateway's connection to the broker. When the broker goes away, the client tries
// to connect again until the broker is back.
//
// It runs in the gateway process. The broker alone can fork a monitor, so a gateway without a
// broker admits no connection. The broker is trusted here; the broker takes clients' addresses and
// counts from the gateway, and never who a person is.
#ifndef ONEOFF_GATEWAY_FRONT_BROKER_CLIENT_H_
#define ONEOFF_GATEWAY_FRONT_BROKER_CLIENT_H_

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/front/address.h"
#include "gateway/wire/messages.h"

namespace front {

class BrokerClient {
 public:
  // The broker's socket is `name` in `directory`. The client reaches it through the descriptor, so
  // a long or renamed path does no harm. `loop` and `log` outlive the client.
  BrokerClient(base::Loop& loop, base::UniqueFd directory, std::string name, const base::Log& log);
  BrokerClient(const BrokerClient&) = delete;
  BrokerClient& operator=(const BrokerClient&) = delete;
  ~BrokerClient();

  // Makes one attempt: connects and exchanges the hellos. Each step may block for five seconds.
  // kInvalid if the broker speaks another version of the wire.
  // The socket is SOCK_SEQPACKET, and its time limits (SO_SNDTIMEO, SO_RCVTIMEO) last: a broker
  // that stops reading blocks Announce and Tell for five seconds, too. Other errors are those of
  // connect(2) (kSystem, kNotFound, kDenied), of base::ReceivePacket, and kTooLarge for a long
  // `name`. On an error the previous connection stays as it was.
  base::Result<void> Connect();
  // Takes over a connection that Connect made before the gateway executed itself anew.
  // `socket` has its time limits already. host_keys() is empty until the next hello.
  void Resume(base::UniqueFd socket) { socket_ = std::move(socket); }
  // Descriptors, which stay the client's: of the connection, -1 if there is none; of the directory.
  int socket() const { return socket_.get(); }
  int directory() const { return directory_.get(); }
  // From here on, the loop replaces a lost connection. The pauses between attempts grow to 2 s.
  // Each attempt of the loop is a Connect, so it may block the gateway while the broker is hung. A
  // broker of another version is logged once, and again when the version is another one.
  void Keep();

  // `callback` gets the text of each wire::Settings. The loop calls it.
  // The text is a whole gateway.json, and not yet parsed.
  void OnSettings(std::function<void(const std::string&)> callback) {
    on_settings_ = std::move(callback);
  }

  // The public halves of the broker's host keys, "TYPE BASE64", as the last hello had them. Empty
  // if the broker is too old to say.
  const std::vector<std::string>& host_keys() const { return host_keys_; }
  // `callback` gets them when a later broker has other ones. The loop calls it.
  void OnHostKeys(std::function<void(const std::vector<std::string>&)> callback) {
    on_host_keys_ = std::move(callback);
  }

  bool connected() const { return socket_.valid(); }
  // Tells the broker of a client. `monitor` (the monitor's end of the session's socket) and `words`
  // (on which the monitor tells the gateway the login's outcome) stay the caller's. kUnavailable if
  // the broker is away.
  // The connection itself goes to the broker as an address only; its socket stays in this process
  // and in the session. If the send fails, the broker counts as gone: the error is that of
  // base::SendPacket, and the loop tries to connect again.
  base::Result<void> Announce(const Address& client, int monitor, int words);
  // Tells the broker of connections that the gateway turned away. kUnavailable as above.
  base::Result<void> Tell(const wire::Refused& refused);
  // Tells it that this process has executed itself anew. kUnavailable as above.
  base::Result<void> Tell(const wire::Reexecuted& reexecuted);

 private:
  void Watch();
  // A message that cannot be parsed counts as a lost broker.
  void Hear();
  void Lose();
  // After 50 ms at first, then after twice as long each time, up to 2 s.
  void Retry();

  base::Loop& loop_;
  base::UniqueFd directory_;
  std::string name_;
  const base::Log& log_;
  base::UniqueFd socket_;
  std::function<void(const std::string&)> on_settings_;
  std::vector<std::string> host_keys_;
  std::function<void(const std::vector<std::string>&)> on_host_keys_;
  std::string mismatch_;  // the last one logged; empty: none since the last connection
  std::chrono::milliseconds pause_;
  base::Loop::TimerId timer_ = 0;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_BROKER_CLIENT_H_
