// The monitor's table of requests against any sequence of packets. The model beside it knows one
// thing: whether a genuine signature was given. Without it nobody is let in and nothing starts; a
// request out of its phase ends the connection.
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "authz/ssh_data.h"
#include "base/packet.h"
#include "gateway/monitor/monitor.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/transport.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/still_clock.h"

namespace {

using fuzz::Require;

constexpr monitor::MonitorBounds kBounds{
    .key_tries = 3, .key_probes = 4, .exchange_every = std::chrono::milliseconds(0)};

// Keys and people, which no input changes.
struct World {
  World() {
    host_keys.push_back(std::move(*authz::SigningKey::Generate()));
    config::Problems problems;
    people = authz::People::Load({{"alice", "alice.pub", alice.PublicLine() + "\n"}}, problems);
    Require(people.has_value());
  }
  std::vector<authz::SigningKey> host_keys;
  authz::SigningKey alice = std::move(*authz::SigningKey::Generate());
  authz::SigningKey mallory = std::move(*authz::SigningKey::Generate());
  std::optional<authz::People> people;
  authz::Policy policy;
};

// What a client signs (RFC 4252 7).
std::string SignedData(const std::string& session_id, const std::string& user,
                       const std::string& key) {
  authz::DataWriter data;
  data.String(session_id).Byte(50).String(user).String("ssh-connection").String("publickey");
  data.Byte(1).String("ssh-ed25519").String(key);
  return data.bytes();
}

class Connection {
 public:
  explicit Connection(const World& world)
      : world_(world),
        monitor_({session_.first.get(), broker_.first.get()}, "192.0.2.7",
                 {world.host_keys, *world.people, world.policy, clock_}, kBounds) {}

  // One request. Whether the connection lives on.
  bool Step(fuzz::Input& input) {
    switch (input.Byte() % 5) {
      case 0:
        return Serve(input.Until('\0'), /*genuine=*/false);
      case 1:
        return Exchange(input);
      case 2:
        return Send(wire::Probe{input.String(), input.Bool() ? world_.alice.PublicBlob() : "?"},
                    authenticating_);
      case 3:
        return Verify(input);
      default:
        return Send(wire::Start{.channel = input.Byte(),
                                .command = input.String(),
                                .pty = {},
                                .environment = {{input.String(), input.String()}}},
                    authenticated_);
    }
  }

  // The session goes, and the monitor tells what was refused.
  void End() {
    session_.second.Reset();
    Require(monitor_.Run().has_value());
    CheckBroker();
    Require(told_tries_ == refused_ + (authenticated_ ? 0 : refused_probes_));
  }

 private:
  bool Exchange(fuzz::Input& input) {
    const std::string hash = input.String();
    const bool known = input.Byte() != 0;
    const wire::SignExchange message{known ? world_.host_keys[0].PublicBlob() : input.String(),
                                     input.Byte() != 0 ? "ssh-ed25519" : input.String(), hash};
    const bool lives = Send(message, !authenticating_ || authenticated_);
    if (lives && session_id_.empty()) {
      Require(known && hash.size() >= 20 && hash.size() <= 64);
      session_id_ = hash;
      authenticating_ = true;
    }
    return lives;
  }

  // Alice's genuine signature, or one with something changed in it.
  bool Verify(fuzz::Input& input) {
    const std::string user = "s" + input.String();
    const authz::SigningKey& signer = input.Byte() != 1 ? world_.alice : world_.mallory;
    const bool other_session = input.Byte() == 1;
    std::string data = SignedData(other_session ? std::string(32, 'x') : session_id_, user,
                                  world_.alice.PublicBlob());
    wire::Verify message{world_.alice.PublicBlob(), *signer.Sign(data, "ssh-ed25519"), data};
    const bool changed =
        Change(message.key, input) | Change(message.signature, input) | Change(message.data, input);
    const bool genuine = &signer == &world_.alice && !changed &&
                         (!other_session || session_id_ == std::string(32, 'x')) &&
                         user.size() <= 256;
    return Serve(wire::Encode(message), genuine);
  }

  static bool Change(std::string& bytes, fuzz::Input& input) {
    const std::uint8_t flips = input.Byte();
    if (flips == 0 || bytes.empty()) return false;
    char& byte = bytes[input.Number(2) % bytes.size()];
    byte = static_cast<char>(byte ^ flips);
    return true;
  }

  template <class Message>
  bool Send(const Message& message, bool in_phase) {
    const bool lives = Serve(wire::Encode(message), /*genuine=*/false);
    Require(in_phase || !lives);
    return lives;
  }

  bool Serve(const std::string& packet, bool genuine) {
    const bool was_authenticated = authenticated_;
    const bool was_authenticating = authenticating_ && !authenticated_;
    const auto asked = wire::Decode<wire::FromSession>(packet);
    const bool asked_about_a_key = asked && std::holds_alternative<wire::Probe>(*asked);
    const bool lives = monitor_.Serve(packet).has_value();
    while (auto answer = wire::Receive<wire::ToSession>(session_.second.get(), base::Wait::kNo)) {
      const auto* verdict = std::get_if<wire::Verdict>(&answer->message);
      if (verdict != nullptr) Require(was_authenticating && !was_authenticated);
      if (verdict != nullptr && !verdict->accepted && asked_about_a_key) ++refused_probes_;
      Require(answer->fds.empty());
    }
    CheckBroker();
    if (authenticated_ != was_authenticated) Require(genuine && was_authenticating);
    if (genuine && lives) Require(authenticated_);
    const auto message = wire::Decode<wire::FromSession>(packet);
    if (lives && !authenticated_ && std::holds_alternative<wire::Verify>(*message)) ++refused_;
    return lives;
  }

  // What the monitor has told the broker.
  void CheckBroker() {
    while (auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo)) {
      if (const auto* somebody = std::get_if<wire::Authenticated>(&told->message)) {
        Require(!authenticated_ && somebody->person == "alice" &&
                somebody->fingerprint == world_.alice.Fingerprint());
        authenticated_ = true;
      } else if (const auto* request = std::get_if<wire::Request>(&told->message)) {
        Require(authenticated_ && request->person == "alice" && told->fds.size() == 1);
        Require(request->key == world_.alice.PublicBlob() && request->address == "192.0.2.7");
      } else {
        told_tries_ += std::get<wire::FailedTries>(told->message).count;
      }
    }
  }

  const World& world_;
  fuzz::StillClock clock_;
  base::FdPair session_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  base::FdPair broker_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  monitor::Monitor monitor_;
  std::string session_id_;
  bool authenticating_ = false;  // keys were exchanged
  bool authenticated_ = false;
  std::uint32_t refused_ = 0;  // signatures
  std::uint32_t refused_probes_ = 0;
  std::uint32_t told_tries_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  fuzz::Input input(data, size);
  Connection connection(world);
  while (!input.empty()) {
    if (!connection.Step(input)) return 0;
  }
  connection.End();
  return 0;
}
