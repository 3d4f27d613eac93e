#include "gateway/ssh/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"

namespace ssh {
namespace {

constexpr int kPackets = 64;  // reads of 4 KiB before other descriptors have their turn
constexpr int kRounds = 16;   // of Settle, because libssh also reads while it writes
// How long the launcher may take to answer a Start whose client is gone. The run still has to learn
// that.
constexpr std::chrono::milliseconds kLastAnswers{10'000};

Session& Self(void* self) { return *static_cast<Session*>(self); }

}  // namespace

base::Result<std::unique_ptr<Session>> Session::Create(const ServerSide& server_side,
                                                       wire::SessionSockets sockets,
                                                       const base::Clock& clock,
                                                       const base::Log& log) {
  // libssh closes its descriptor by itself, on a DISCONNECT or an error. The loop watches another
  // one, whose number cannot be reused meanwhile.
  auto copy = sockets.client.Duplicate();
  if (!copy) return base::Fail(std::move(copy.error()));
  auto accepted = server_side.Accept(std::move(*copy));
  if (!accepted) return base::Fail(std::move(accepted.error()));
  std::unique_ptr<Session> session(
      new Session(server_side, std::move(*accepted), std::move(sockets), clock, log));
  if (auto done =
          session->connection_.Prepare(session->options_.keepalive, session->options_.lost_after);
      !done) {
    return base::Fail(std::move(done.error()));
  }
  return session;
}

Session::Session(const ServerSide& server_side, OwnedSession ssh, wire::SessionSockets sockets,
                 const base::Clock& clock, const base::Log& log)
    : server_side_(server_side),
      options_(server_side.options()),
      log_(log),
      loop_(clock),
      ssh_(std::move(ssh)),
      connection_(std::move(sockets.client)),
      monitor_(std::move(sockets.monitor), options_.monitor_patience, clock),
      filter_(ssh_.get(), options_.public_key_algorithms),
      deps_{loop_, clock, monitor_, options_, log_, {}, {}, {}},
      held_report_(loop_, std::move(sockets.held),
                   [this](wire::HeldBound bound) { EndOverHeld(bound); }),
      seam_(*this) {
  callbacks_.userdata = this;
  callbacks_.auth_pubkey_function = OnPublicKey;
  callbacks_.channel_open_request_session_function = OnOpen;
  ssh_callbacks_init(&callbacks_);
  ssh_set_server_callbacks(ssh_.get(), &callbacks_);
  ssh_set_counters(ssh_.get(), nullptr, &packets_);
  // This shapes only the list that a client is shown. libssh refuses the other methods because they
  // have no callback.
  ssh_set_auth_methods(ssh_.get(), SSH_AUTH_METHOD_PUBLICKEY);
}

wire::SessionEnding Session::Serve(const ServerSide& server_side, wire::SessionSockets sockets,
                                   const base::Clock& clock, const base::Log& log) {
  auto session = Create(server_side, std::move(sockets), clock, log);
  if (!session) {
    log(base::Level::kError, session.error().message());
    return wire::SessionEnding::kBroken;
  }
  return (*session)->Run();
}

Session::~Session() {
  liveness_.reset();
  // Before the session: libssh frees a session's channels with it, and these objects point to them.
  channels_.clear();
  if (event_ != nullptr) ssh_event_remove_session(event_.get(), ssh_.get());
  ssh_silent_disconnect(ssh_.get());
}

wire::SessionEnding Session::Run() {
  loop_.Watch(connection_.fd(), POLLIN, [this](short) { OnSocket(); });
  grace_ = loop_.After(options_.login_grace, [this] {
    EndBeforeLogin("login grace is over", wire::SessionEnding::kGrace);
  });
  WatchMonitor();
  loop_.OnIdle([this] { Settle(); });
  OnSocket();  // sends our version string
  loop_.Run();
  return ending_;
}

// --- what libssh asks ---------------------------------------------------------------------------

std::string Session::PublicKeyOf(ssh_key stand_in) { return server_side_.PublicKeyOf(stand_in); }

std::string Session::Sign(const ExchangeToSign& exchange) {
  auto signature = monitor_.Ask(
      wire::SignExchange{PublicKeyOf(exchange.stand_in), exchange.algorithm, exchange.hash});
  return signature ? std::move(signature->blob) : std::string();
}

bool Session::Verify(const SignatureToVerify& signature) {
  verified_key_.clear();
  const auto& request = filter_.request();
  if (request && request->signature) {
    const auto verdict =
        monitor_.Ask(wire::Verify{request->key, signature.signature, signature.data});
    if (verdict && verdict->disconnect) told_to_disconnect_ = true;
    if (verdict && verdict->accepted) {
      verified_key_ = request->key;
      deps_.variables = verdict->variables;
      return true;
    }
    if (verdict && verdict->words) {
      // The connection ends with these words. After a USERAUTH_FAILURE the client would leave
      // before it reads them.
      told_why_ = *verdict->words;
      return false;
    }
  }
  ssh_auth_reply_default(ssh_.get(), 0);  // libssh itself would not answer
  return false;
}

Reply Session::Request(ssh_channel channel, std::string_view name, std::string_view fields) {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return Reply::kRefused;
  return found->second->Request(name, fields);
}

std::uint8_t Session::Read(ssh_buffer packet, const std::uint8_t* place, std::uint8_t value) {
  return filter_.rekeying().Read(packet, place, value);
}

int Session::OnPublicKey(ssh_session, const char*, ssh_key, char state, void* self) noexcept {
  bool accepted = false;
  // Every other state, SSH_PUBLICKEY_STATE_WRONG among them, is denied.
  if (state == SSH_PUBLICKEY_STATE_NONE) accepted = Self(self).Probe();
  if (state == SSH_PUBLICKEY_STATE_VALID) accepted = Self(self).Accept();
  return accepted ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

bool Session::Probe() {
  const auto& request = filter_.request();
  if (!request || request->signature) return false;
  const auto verdict = monitor_.Ask(wire::Probe{request->user, request->key});
  if (verdict && verdict->disconnect) told_to_disconnect_ = true;
  return verdict && verdict->accepted;
}

// Only the monitor's verdict on the key of this same request logs the client in.
bool Session::Accept() {
  const auto& request = filter_.request();
  const std::string verified = std::exchange(verified_key_, {});
  if (!request || !request->signature || verified.empty() || verified != request->key) return false;
  authenticated_ = true;
  filter_.rekeying().Allow();
  deps_.user = request->user;
  return true;
}

ssh_channel Session::OnOpen(ssh_session, void* self) noexcept { return Self(self).Open(); }

ssh_channel Session::Open() {
  std::size_t occupied = 0;
  for (const auto& [_, channel] : channels_) occupied += channel->occupied() ? 1 : 0;
  if (!authenticated_ || ended_ || filter_.max_packet() < kLeastMaxPacket ||
      occupied >= options_.channels || channels_.size() >= options_.channels + kMostUnclosed) {
    return nullptr;
  }
  ssh_channel channel = ssh_channel_new(ssh_.get());
  if (channel == nullptr) return nullptr;
  channels_[channel] = std::make_unique<Channel>(channel, next_channel_++, deps_);
  return channel;
}

// --- the loop's side ----------------------------------------------------------------------------

void Session::OnSocket() {
  heard_ = heard_ || connection_.HasInput();  // before libssh takes it
  if (!ended_) Pump();
  Check();
}

void Session::Pump() {
  if (!authenticated_) connection_.AcknowledgeAtOnce();
  if (event_ == nullptr && !ExchangeKeys()) return;
  for (int i = 0; i < kPackets; ++i) {
    const int rc = ssh_event_dopoll(event_.get(), 0);
    if (rc == SSH_AGAIN) break;
    if (rc != SSH_OK) return End("the connection ended");
    if (!authenticated_) connection_.AcknowledgeAtOnce();
  }
  if (authenticated_ && !liveness_) Authenticated();
}

// Returns whether the first key exchange is done.
bool Session::ExchangeKeys() {
  const int rc = ssh_handle_key_exchange(ssh_.get());
  if (rc == SSH_AGAIN) return false;
  if (rc == SSH_OK) event_.reset(ssh_event_new());
  if (event_ == nullptr || ssh_event_add_session(event_.get(), ssh_.get()) != SSH_OK) {
    event_.reset();
    // When the client has just gone, libssh reports "Socket error" and an unrelated errno.
    const std::string_view how = connection_.HowEnded();
    End(how.empty() ? "the key exchange failed: " + base::Escape(ssh_get_error(ssh_.get()))
                    : fmt::format("the client {} before its keys were exchanged", how));
    return false;
  }
  return true;
}

void Session::Authenticated() {
  loop_.Cancel(grace_);
  grace_ = loop_.After(options_.first_session, [this] {
    grace_ = 0;
    EndUnused();
  });
  liveness_.emplace(
      loop_, deps_.clock, ssh_.get(), packets_,
      Liveness::Bounds{options_.keepalive, options_.lost_after, options_.idle_lost_after},
      Liveness::Calls{[this] { return Busy(); },
                      [this] { End("no sign of life", wire::Departure::kLost); }});
}

bool Session::Busy() const {
  for (const auto& [_, channel] : channels_) {
    if (channel->busy()) return true;
  }
  return false;
}

// A DISCONNECT that follows an exit status at once can take it from a client of ssh's master: the
// master passes the status on only when it has read so far.
bool Session::Closing() const {
  return std::any_of(channels_.begin(), channels_.end(),
                     [](const auto& entry) { return entry.second->closing(); });
}

// `ssh -N` asks for no session, and would wait for ever for forwardings, which this server does not
// have.
void Session::EndUnused() {
  if (next_channel_ != 1) return;
  log_(base::Level::kInfo, "ended unused: the client asked for no session");
  End("nothing to run: the client asked for no command and no shell (ssh -N?), and nothing is "
      "forwarded here",
      wire::Departure::kLeft);
}

// Ends the connection for the reasons that the callbacks have noted. No callback may do that
// itself.
void Session::Check() {
  if (ended_) return;
  if (ssh_get_fd(ssh_.get()) < 0 ||
      (ssh_get_status(ssh_.get()) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0) {
    return End("the connection ended");
  }
  if (!authenticated_) {
    if (told_to_disconnect_) return End(told_why_.empty() ? "too many tries" : told_why_);
    if (monitor_.lost()) return EndBeforeLogin("the monitor is lost", wire::SessionEnding::kBroken);
    // libssh calls no callback for requests that it cannot parse, so only the count of packets
    // bounds a client that sends such requests.
    if (packets_.in_packets > options_.packets_before_login) return End("too many packets");
  }
  // Nothing can start on it any more. A client that keeps it for later commands, as ssh's
  // ControlPersist does, connects anew.
  if (authenticated_ && monitor_.lost() && !Busy() && !Closing()) {
    return End("the gateway was restarted, so no more can start on this connection; connect again",
               wire::Departure::kLeft);
  }
  if (authenticated_ && filter_.no_more_sessions()) EndUnused();
  if (!filter_.abuse().empty()) return EndAbused(filter_.abuse());
  std::size_t held = 0;
  for (const auto& [_, channel] : channels_) {
    if (channel->abused()) return EndAbused("a channel's window was ignored");
    held += channel->held();
  }
  if (held > options_.bytes_held_in_all) {
    return EndAbused(fmt::format("{} bytes are held of what its channels have sent, more than {}",
                                 held, options_.bytes_held_in_all));
  }
  held_report_.Report(held);
}

void Session::EndOverHeld(wire::HeldBound bound) {
  const bool of_person = bound == wire::HeldBound::kPerson;
  EndAbused(
      fmt::format("the connections of {} hold more of what was sent to them than {} allows, and "
                  "this one holds most",
                  of_person ? "one person" : "one source",
                  of_person ? "bytes_held_per_person" : "bytes_held_per_source"));
}

void Session::WatchMonitor() {
  if (watched_monitor_ == monitor_.fd()) return;
  if (watched_monitor_ >= 0) loop_.Unwatch(watched_monitor_);
  watched_monitor_ = monitor_.fd();
  if (watched_monitor_ < 0) return;
  loop_.Watch(watched_monitor_, POLLIN, [this](short) { monitor_.Receive(); });
}

void Session::HearLauncher() {
  while (auto next = monitor_.Next()) {
    const std::uint32_t number =
        std::visit([](const auto& message) { return message.channel; }, next->message);
    for (const auto& [_, channel] : channels_) {
      if (channel->number() != number) continue;
      if (const auto* started = std::get_if<wire::Started>(&next->message)) {
        channel->Begin(*started, std::move(next->fds));
      } else {
        channel->Answer(std::get<wire::Answer>(next->message));
      }
      break;
    }
  }
  if (!monitor_.lost()) return;
  for (const auto& [_, channel] : channels_) channel->LoseLauncher();
}

void Session::Settle() {
  WatchMonitor();  // first: a lost monitor's descriptor number may be in use again
  HearLauncher();
  // PuTTY holds its packets back during an exchange, and sends them when it gets a packet after it.
  if (!ended_ && filter_.EndRekeying(ssh_.get())) ssh_send_ignore(ssh_.get(), "");
  if (!ended_) SettleChannels();
  Check();
  if (ended_) return Depart();
  // libssh asks for POLLOUT only while it has bytes to send.
  const int flags = ssh_get_poll_flags(ssh_.get());
  const int events = ((flags & SSH_READ_PENDING) != 0 ? POLLIN : 0) |
                     ((flags & SSH_WRITE_PENDING) != 0 ? POLLOUT : 0) |
                     TcpConnection::HangUpEvents();
  loop_.Rearm(connection_.fd(), static_cast<short>(events));
}

void Session::SettleChannels() {
  // libssh also reads while it writes, so data or a new channel may appear meanwhile.
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t packets = packets_.in_packets;
    std::vector<Channel*> present;
    present.reserve(channels_.size());
    for (const auto& [_, channel] : channels_) present.push_back(channel.get());
    for (Channel* channel : present) channel->Settle();
    std::erase_if(channels_, [](const auto& entry) { return entry.second->finished(); });
    if (packets == packets_.in_packets) return;
  }
}

void Session::End(std::string_view why, std::optional<wire::Departure> how) {
  if (ended_) return;
  // A client that leaves says so: with CLOSE (the channel's affair) or DISCONNECT. One whose
  // process was killed, or whose computer fell asleep, has not meant to.
  if (!how) how = filter_.disconnected() ? wire::Departure::kLeft : wire::Departure::kLost;
  ended_ = *how;
  // A client that is still there shows this text.
  const std::string_view prefix = why.starts_with("oneoff: ") ? "" : "oneoff: ";
  ssh_session_set_disconnect_message(ssh_.get(), fmt::format("{}{}", prefix, why).c_str());
  loop_.Cancel(std::exchange(grace_, 0));
  if (authenticated_) {
    ending_ = wire::SessionEnding::kDone;
  } else if (ending_ == wire::SessionEnding::kNoLogin && !heard_ &&
             ssh_get_clientbanner(ssh_.get()) == nullptr) {
    ending_ = wire::SessionEnding::kSilent;  // a health probe: not worth a log line
  } else {
    log_(base::Level::kInfo, fmt::format("ended before login: {}", why));
  }
}

// The log shows it to the operator too.
void Session::EndAbused(std::string_view why) {
  log_(base::Level::kWarning, fmt::format("ended: {}", why));
  End(why, wire::Departure::kLost);
}

void Session::EndBeforeLogin(std::string_view why, wire::SessionEnding ending) {
  if (ended_) return;
  ending_ = ending;
  End(why);
}

// Tells the runs, and waits for the ones that are being started.
void Session::Depart() {
  loop_.Unwatch(connection_.fd());
  liveness_.reset();
  bool starting = false;
  for (const auto& [_, channel] : channels_) {
    channel->Depart(*ended_);
    starting = starting || channel->starting();
  }
  if (!starting) {
    // Sends a DISCONNECT. libssh then frees the channels, whose CLOSE would go out before the
    // DISCONNECT; a client that sees a CLOSE reads no further.
    for (const auto& [_, channel] : channels_) channel->Abandon();
    ssh_disconnect(ssh_.get());
    return loop_.Stop();
  }
  if (grace_ == 0) grace_ = loop_.After(kLastAnswers, [this] { loop_.Stop(); });
}

}  // namespace ssh
