#include "gateway/broker/gateways.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

#include "base/text.h"

namespace broker {
namespace {

constexpr std::chrono::milliseconds kListenAgain{100};
// Limits for the gateway's report of a refused source: bytes of a text, and reasons.
constexpr std::size_t kMaxSource = 64;
constexpr std::size_t kMaxTime = 32;
constexpr std::size_t kMaxReasons = 8;
constexpr std::size_t kMaxCaller = 64;  // bytes of an operator's name

// Who may send a message, when, how large its packet may be, and with how many descriptors.
enum class Sender { kGateway, kOperator };
enum class Phase { kFirst, kGreeted };  // the first message of a connection; one after the hello
struct Rule {
  std::string_view message;
  Sender sender;
  Phase phase;
  std::size_t bytes;
  std::size_t least_fds;
  std::size_t most_fds;
};
// In the order of wire::FromGateway.
constexpr auto kRules = std::to_array<Rule>({
    {wire::Hello::kName, Sender::kGateway, Phase::kFirst, 1024, 0, 0},
    {wire::Connection::kName, Sender::kGateway, Phase::kGreeted, 1024, 1, 2},
    {wire::Refused::kName, Sender::kGateway, Phase::kGreeted, 16384, 0, 0},
    {wire::Reexecuted::kName, Sender::kGateway, Phase::kGreeted, 16384, 0, 0},
    {wire::Prune::kName, Sender::kOperator, Phase::kFirst, 4096, 1, 1},
    {wire::Reload::kName, Sender::kOperator, Phase::kFirst, 4096, 1, 1},
});
template <std::size_t... I>
constexpr bool AreInOrder(std::index_sequence<I...> /*indices*/) {
  return ((kRules[I].message == std::variant_alternative_t<I, wire::FromGateway>::kName) && ...);
}
static_assert(kRules.size() == std::variant_size_v<wire::FromGateway> &&
              AreInOrder(std::make_index_sequence<kRules.size()>()));

// The largest packet of any message. Nothing longer is parsed.
constexpr std::size_t MostBytes() {
  std::size_t most = 0;
  for (const Rule& rule : kRules) most = std::max(most, rule.bytes);
  return most;
}

// Why the packet is refused; empty: it is not.
std::string WhyRefused(const Rule& rule, Sender sender, Phase phase, std::size_t bytes,
                       std::size_t fds) {
  if (rule.sender == Sender::kOperator && sender != Sender::kOperator) {
    return "that only an operator may send";
  }
  if (rule.phase != phase) return "out of phase";
  if (bytes > rule.bytes) return fmt::format("of {} bytes", bytes);
  if (fds < rule.least_fds || fds > rule.most_fds) return fmt::format("with {} descriptors", fds);
  return "";
}

// The user at the other end; nullopt if the kernel does not say.
std::optional<uid_t> PeerOf(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace

Gateways::Gateways(base::UniqueFd listener, Deps deps, Hooks hooks)
    : listener_(std::move(listener)), deps_(deps), hooks_(std::move(hooks)) {}

void Gateways::Listen() {
  deps_.loop.Watch(listener_.get(), POLLIN, [this](short) { OnListener(); });
}

void Gateways::Close() {
  if (!std::exchange(closed_, true)) deps_.loop.Unwatch(listener_.get());
}

void Gateways::OnListener() {
  base::UniqueFd peer(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!peer) return Pause();
  // The kernel says who connected (unix(7)); a process cannot claim another user.
  const auto user = PeerOf(peer.get());
  if (!user || (*user != deps_.user && *user != geteuid())) {
    deps_.log(base::Level::kError,
              fmt::format("a process of {} asked for the broker",
                          user ? fmt::format("user {}", *user) : "an unknown user"));
    return;
  }
  const int fd = peer.get();
  deps_.loop.Watch(fd, POLLIN, [this, fd](short) { OnPacket(fd); });
  peers_[fd] = Peer{std::move(peer)};
}

// The connection stays in the kernel's queue, and poll(2) would report it again at once.
void Gateways::Pause() {
  deps_.loop.Rearm(listener_.get(), 0);
  deps_.loop.After(kListenAgain, [this] {
    if (!closed_) deps_.loop.Rearm(listener_.get(), POLLIN);
  });
}

void Gateways::OnPacket(int peer) {
  const SpareDescriptors::Loan loan(deps_.spare);
  auto packet = base::ReceivePacket(peer, base::Wait::kNo);
  if (packet) {
    auto handled = Handle(peer, std::move(*packet));
    if (handled) return;
    deps_.log(base::Level::kError, "gateway: " + handled.error().message());
    return Forget(peer);
  }
  if (packet.error().code() == base::Code::kUnavailable) return;
  if (packet.error().code() != base::Code::kNotFound) {
    deps_.log(base::Level::kError, "gateway: " + packet.error().message());
    // kSystem: no descriptors were free for those of the message. Its session loses its monitor.
    if (packet.error().code() == base::Code::kSystem) return;
  }
  Forget(peer);
}

base::Result<void> Gateways::Handle(int peer, base::Packet packet) {
  const std::size_t bytes = packet.bytes.size();
  if (bytes > MostBytes()) {
    return base::Fail(base::Code::kTooLarge, fmt::format("a packet of {} bytes", bytes));
  }
  auto message = wire::Decode<wire::FromGateway>(packet.bytes);
  if (!message) return base::Fail(std::move(message.error()));
  const Rule& rule = kRules[message->index()];
  const Sender sender = PeerOf(peer) == geteuid() ? Sender::kOperator : Sender::kGateway;
  const Phase phase = peers_.at(peer).greeted ? Phase::kGreeted : Phase::kFirst;
  if (auto why = WhyRefused(rule, sender, phase, bytes, packet.fds.size()); !why.empty()) {
    return base::Fail(base::Code::kDenied, fmt::format("a message \"{}\" {}", rule.message, why));
  }
  Act(peer, *message, std::move(packet.fds));
  return {};
}

void Gateways::Act(int peer, wire::FromGateway& message, std::vector<base::UniqueFd> fds) {
  std::visit(Overloaded{[&](const wire::Hello& hello) { Greet(peer, hello); },
                        [&](wire::Connection& connection) {
                          deps_.connections.Add(std::move(connection), std::move(fds));
                        },
                        [&](const wire::Refused& refused) { Record(refused); },
                        [&](const wire::Reexecuted& reexecuted) { Record(reexecuted); },
                        [&](const wire::Prune& prune) {
                          hooks_.prune(base::Escape(prune.by, kMaxCaller), std::move(fds.front()));
                          Forget(peer);
                        },
                        [&](const wire::Reload&) {
                          Reload(fds.front().get());
                          Forget(peer);
                        }},
             message);
}

void Gateways::Greet(int peer, const wire::Hello& hello) {
  wire::BrokersHello answer{.host_keys = std::vector<std::string>()};
  for (const auto& key : deps_.host_keys) answer.host_keys->push_back(key.PublicLine());
  // Answered also to another version: the gateway then knows why it is refused.
  const auto sent = wire::Send(peer, answer);
  if (!sent) deps_.log(base::Level::kError, "gateway: " + sent.error().message());
  const bool same = hello.version == wire::kVersion;
  // It tries again and again.
  if (!same && std::exchange(foreign_version_, hello.version) != hello.version) {
    deps_.log(base::Level::kError,
              fmt::format("a gateway speaks version {} of the wire, this broker {}: restart the "
                          "older of them",
                          hello.version, wire::kVersion));
  }
  if (!sent || !same) return Forget(peer);
  foreign_version_.reset();
  peers_.at(peer).greeted = true;
  SendSettings(peer);
}

void Gateways::Record(const wire::Refused& message) {
  // Bounded here, because the gateway process may be under an attacker's control.
  audit::ConnectionsRefused event{.source = message.source.substr(0, kMaxSource),
                                  .count = message.count,
                                  .first = message.first.substr(0, kMaxTime),
                                  .last = message.last.substr(0, kMaxTime),
                                  .reasons = {},
                                  .people = {}};
  for (const std::string& reason : message.reasons) {
    if (event.reasons.size() < kMaxReasons) event.reasons.push_back(reason.substr(0, kMaxSource));
  }
  for (const std::string& person : message.people.value_or(std::vector<std::string>())) {
    if (event.people.size() < kMaxReasons) event.people.push_back(person.substr(0, kMaxSource));
  }
  deps_.audit.Post(event);
}

void Gateways::Record(const wire::Reexecuted& message) {
  audit::GatewayReexecuted event{.crashes = message.crashes, .sources = {}};
  for (const std::string& source : message.sources) {
    if (event.sources.size() < kMaxReasons) event.sources.push_back(source.substr(0, kMaxSource));
  }
  deps_.audit.Post(event);
}

// `answer` is a pipe that holds the whole answer, so that the write does not block.
void Gateways::Reload(int answer) {
  const std::string text = deps_.configuration.ReloadOnRequest();
  // The asker may hold a full pipe; the broker must not wait for it.
  (void)base::SetNonBlocking(answer);
  (void)!write(answer, text.data(), text.size());
}

void Gateways::SendSettings() {
  for (const auto& [peer, state] : peers_) {
    // Before the answer to its hello, a gateway would take them for that answer.
    if (state.greeted) SendSettings(peer);
  }
}

void Gateways::SendSettings(int peer) {
  const std::string text = config::FormatGatewaySettings(deps_.configuration.settings());
  if (auto sent = wire::Send(peer, wire::Settings{text}); !sent) {
    deps_.log(base::Level::kError, "gateway: " + sent.error().message());
  }
}

void Gateways::Forget(int peer) {
  deps_.loop.Unwatch(peer);
  peers_.erase(peer);
  hooks_.gone();
}

}  // namespace broker
