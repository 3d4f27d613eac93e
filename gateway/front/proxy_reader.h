// ProxyReader: reads the PROXY header of one connection from a configured load balancer, in a
// process of its own. That process is confined as a session is, and it ends before the session
// starts. So the gateway reads no byte from a client, and an attacker who takes over a session
// cannot forge the client's address.
#ifndef ONEOFF_GATEWAY_FRONT_PROXY_READER_H_
#define ONEOFF_GATEWAY_FRONT_PROXY_READER_H_

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "base/child.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/front/address.h"

namespace front {

// What a balancer says about a connection.
// ProxyLocal stands for the command LOCAL, ProxySilent for an end of file before the first byte. An
// Error's message says what is wrong with the header; kUnavailable: none came in time; kSystem: the
// process ended without an answer.
struct ProxyLocal {};   // the connection is the balancer's own
struct ProxySilent {};  // nothing: the client left, as a health probe does
using ProxyWord = std::variant<Address, ProxyLocal, ProxySilent, base::Error>;

class ProxyReader {
 public:
  using Callback = std::function<void(const ProxyWord&)>;

  // Reads the header of `client` and no byte after it. The loop calls `done` once, after at most
  // `patience`; `done` may delete the reader. `client` and `loop` stay the caller's and outlive the
  // reader. kSystem if the host is out of descriptors or processes.
  // The process is forked (role::kProxy), reads with recv(2) exactly the header's bytes, writes one
  // answer of at most 256 bytes to a pipe and exits. `client` is non-blocking, and the process
  // waits with poll(2).
  static base::Result<std::unique_ptr<ProxyReader>> Start(base::Loop& loop,
                                                          const base::UniqueFd& client,
                                                          std::chrono::milliseconds patience,
                                                          Callback done);
  ProxyReader(const ProxyReader&) = delete;
  ProxyReader& operator=(const ProxyReader&) = delete;
  // Kills the process if it still runs.
  ~ProxyReader();

 private:
  ProxyReader(base::Loop& loop, base::Child child, base::UniqueFd answer, Callback done);

  void OnAnswer();
  void Finish(const ProxyWord& word);

  base::Loop& loop_;
  base::Child child_;
  base::UniqueFd answer_;
  Callback done_;
  base::Loop::TimerId timer_ = 0;
};

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_PROXY_READER_H_
