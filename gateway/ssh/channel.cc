#include "gateway/ssh/channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ssh {
namespace {

constexpr int kStatusUsage = 64;
constexpr int kStatusLost = 70;
// The names of RFC 4254 6.10 have at most four letters; private ones look like sig-name@domain.
constexpr std::size_t kMaxSignalName = 32;

Channel& Self(void* self) { return *static_cast<Channel*>(self); }

}  // namespace

Channel::Channel(ssh_channel channel, std::uint32_t number, ChannelDeps& around)
    : channel_(channel),
      number_(number),
      deps_(around),
      in_(around.loop, channel, around.options.bytes_held),
      out_(around.loop, channel, around.buffer) {
  callbacks_.userdata = this;
  callbacks_.channel_data_function = OnData;
  callbacks_.channel_eof_function = OnEof;
  callbacks_.channel_close_function = OnClose;
  callbacks_.channel_signal_function = OnSignal;
  callbacks_.channel_shell_request_function = GrantRequest;
  ssh_callbacks_init(&callbacks_);
  ssh_set_channel_callbacks(channel_, &callbacks_);
  unused_ = deps_.loop.After(deps_.options.first_request, [this] {
    unused_ = 0;
    EndUnused();
  });
}

Channel::~Channel() {
  deps_.loop.Cancel(unused_);
  deps_.loop.Cancel(linger_);
  // A copy, because Abandon forgets channel_.
  ssh_channel channel = channel_;
  Abandon();
  if (channel != nullptr) ssh_channel_free(channel);
}

void Channel::Abandon() {
  // libssh keeps a channel that the peer has not closed, and would call back into this object.
  if (channel_ != nullptr) ssh_remove_channel_callbacks(channel_, &callbacks_);
  channel_ = nullptr;
}

// --- libssh's callbacks: they note, and return --------------------------------------------------

int Channel::OnData(ssh_session, ssh_channel, void* bytes, std::uint32_t size, int is_stderr,
                    void* self) noexcept {
  if (is_stderr != 0) return static_cast<int>(size);  // dropped: commands have no such input
  const std::string_view data(static_cast<const char*>(bytes), size);
  if (Self(self).sftp_) {
    Self(self).out_.Append(Outflow::Stream::kOut, Self(self).sftp_->Take(data));
    return static_cast<int>(size);
  }
  return static_cast<int>(Self(self).in_.Offer(data));
}

void Channel::OnEof(ssh_session, ssh_channel, void* self) noexcept { Self(self).in_.End(); }

void Channel::OnClose(ssh_session, ssh_channel, void* self) noexcept {
  Self(self).closed_by_client_ = true;
}

void Channel::OnSignal(ssh_session, ssh_channel, const char* name, void* self) noexcept {
  const std::string_view signal(name);
  if (Self(self).phase_ != Phase::kRunning || signal.size() > kMaxSignalName) return;
  Self(self).control_->Signal(std::string(signal));
}

Reply Channel::Request(std::string_view name, std::string_view fields) {
  // The client may see our CLOSE before a reply, and then no longer knows the channel. PuTTY, whose
  // window adjustments are such requests, ends the connection over such a reply. libssh reads on
  // while it writes its CLOSE, so close_sent_ alone is set too late.
  if (close_sent_ || ssh_channel_is_closed(channel_) != 0) return Reply::kNone;
  const bool granted = std::visit([this](const auto& request) { return Grant(request); },
                                  ParseChannelRequest(name, fields));
  return granted ? Reply::kGranted : Reply::kRefused;
}

// One of them is "break" (RFC 4335): a pseudo-terminal has no serial line to break.
bool Channel::Grant(const OtherRequest&) { return false; }

bool Channel::Grant(const wire::PtyRequest& request) {
  if (phase_ != Phase::kOpen || pty_) return false;
  pty_ = request;
  return true;
}

bool Channel::Grant(const wire::EnvironmentVariable& variable) {
  // The environment is bounded before it is stored: a client may send any number of "env" requests,
  // and sends them before a command exists that could refuse them.
  const std::size_t bytes = environment_bytes_ + variable.name.size() + variable.value.size();
  if (phase_ != Phase::kOpen || bytes > deps_.options.environment_bytes ||
      environment_.size() >= deps_.options.environment_variables) {
    return false;
  }
  environment_bytes_ = bytes;
  environment_.push_back(variable);  // kept even if no rule accepts it: the audit names it
  // The reply tells the client the truth, so a client that shows refused variables names the right
  // ones. Without a list (`known` is empty) the launcher alone decides, when it builds the
  // environment.
  const auto& known = deps_.variables;
  const auto accepts = [&known](const std::string& element) {
    return std::find(known->begin(), known->end(), element) != known->end();
  };
  return !known || accepts(variable.name) || accepts(variable.name + "=" + variable.value);
}

// RFC 4254 6.5: only one of "shell", "exec" and "subsystem" can succeed on a channel. The same
// holds for the two functions below.
bool Channel::Grant(const ShellRequest&) {
  if (phase_ != Phase::kOpen) return false;
  Start(std::nullopt);
  return true;
}

bool Channel::Grant(const ExecRequest& request) {
  if (phase_ != Phase::kOpen) return false;
  Start(request.command);
  return true;
}

// The channel grants sftp so that it can tell the person why there is none: a refused request
// carries no text. Programs show what they read on stderr; libraries show the answer to their
// requests.
bool Channel::Grant(const SubsystemRequest& request) {
  if (phase_ != Phase::kOpen || request.name != "sftp") return false;
  const std::string why = fmt::format(
      "oneoff: no sftp here: use `ssh {0}@HOST cat log/f > f` and "
      "`ssh {0}@HOST dd of=tmp/f < f`",
      base::Escape(deps_.user, 100));
  AppendText(Outflow::Stream::kErr, why + "\n");
  sftp_.emplace(why);
  phase_ = Phase::kRefusing;
  return true;
}

bool Channel::Grant(const wire::WindowSize& size) {
  if (!pty_) return false;
  pty_->size = size;
  resized_ = true;  // sent once the run exists
  if (control_ != nullptr) control_->Resize(size);
  return true;
}

bool Channel::Grant(const EndOfWriteRequest&) {
  no_reader_ = true;
  if (control_ != nullptr) StopOutput();
  return true;
}

// --- the run -------------------------------------------------------------------------------------

// A channel without a command would otherwise keep its slot for ever.
void Channel::EndUnused() {
  if (phase_ != Phase::kOpen) return;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(deps_.options.first_request);
  deps_.log(base::Level::kInfo, "a channel was ended unused: it asked for nothing to run");
  Refuse(kStatusUsage, fmt::format("oneoff: this session was ended: it asked for no command and no "
                                   "shell within {} s",
                                   seconds.count()));
}

void Channel::Start(std::optional<std::string> command) {
  wire::Start start{number_, std::move(command), pty_, std::exchange(environment_, {})};
  auto sent = start.command && start.command->size() > kMaxCommand
                  ? base::Fail(base::Code::kTooLarge, "a long command")
                  : deps_.monitor.Start(start);
  if (!sent && sent.error().code() == base::Code::kTooLarge) {  // the launcher will refuse it
    start.CutShort();
    sent = deps_.monitor.Start(start);
  }
  if (sent) {
    phase_ = Phase::kStarting;
    resized_ = false;
  } else {
    Refuse(kStatusLost, "oneoff: this connection has lost its monitor: connect again");
  }
}

void Channel::Begin(const wire::Started& started, std::vector<base::UniqueFd> fds) {
  if (!started.pty) pty_.reset();  // the command itself asked for no pty (run:nopty)
  // The control socket, and then the terminal, or stdin, stdout and stderr.
  const std::size_t expected = pty_ ? 2 : 4;
  if (phase_ != Phase::kStarting || started.pty != pty_.has_value() || fds.size() != expected) {
    return LoseLauncher();
  }
  for (std::size_t i = 1; i < fds.size(); ++i) {
    if (!base::SetNonBlocking(fds[i].get())) return LoseLauncher();
  }
  confirms_ = !pty_ && started.confirms.value_or(false);
  control_ = std::make_unique<Control>(deps_.loop, deps_.clock, std::move(fds[0]));
  phase_ = Phase::kRunning;
  if (!pty_) {
    in_.Attach(std::move(fds[1]));
    out_.Attach(std::move(fds[2]), std::move(fds[3]));
  } else {
    // Each direction has its own descriptor, because the loop watches each on its own.
    auto to_terminal = fds[1].Duplicate();
    if (to_terminal) {
      in_.Attach(std::move(*to_terminal));
    } else {
      // A terminal that takes no keys could not be left.
      AppendText(Outflow::Stream::kErr,
                 "oneoff: the gateway has no descriptor left for the terminal's keys; the run is "
                 "hung up\n");
      control_->ClientGone(wire::Departure::kLeft);
    }
    out_.Attach(std::move(fds[1]), {});
    if (resized_) control_->Resize(pty_->size);
  }
  if (no_reader_) StopOutput();
}

void Channel::Answer(const wire::Answer& answer) {
  if (phase_ != Phase::kStarting) return;
  AppendText(Outflow::Stream::kOut, answer.out);
  AppendText(Outflow::Stream::kErr, answer.err);
  status_ = answer.status;
  in_.Discard();
  phase_ = Phase::kEnding;
}

void Channel::LoseLauncher() {
  if (phase_ == Phase::kStarting) {
    Refuse(kStatusLost, "oneoff: the run was lost: the gateway's monitor ended");
  }
}

void Channel::StopOutput() {
  // A terminal's descriptor also carries the input. Without a reader its output would fill the
  // kernel's buffer, and the command would block in write(2).
  if (pty_) return out_.DropOut();
  control_->CloseStream(wire::Stream::kStdout);  // first: closing stdout may end the command
  out_.CloseOut();
}

// Ends the request with one line; no command ran.
void Channel::Refuse(int status, const std::string& line) {
  AppendText(Outflow::Stream::kErr, line + "\n");
  EndRefused(status);
}

void Channel::EndRefused(int status) {
  status_ = status;
  in_.Discard();
  phase_ = Phase::kEnding;
}

// A terminal has one stream, and its lines end with CR LF.
void Channel::AppendText(Outflow::Stream stream, const std::string& text) {
  if (!pty_) return out_.Append(stream, text);
  out_.Append(Outflow::Stream::kOut, base::WithCarriageReturns(text));
}

// --- outside of libssh's callbacks ---------------------------------------------------------------

void Channel::Settle() {
  if (closed_by_client_) {
    Depart(wire::Departure::kLeft);
  } else {
    // Bytes taken out of libssh widen the window, and no WINDOW_ADJUST may follow our CLOSE (RFC
    // 4254 5.3).
    if (!close_sent_) in_.Settle();
    out_.Settle();
    if (control_ != nullptr) SettleInput();
    SettleEnd();
  }
  SettleClose();
}

void Channel::SettleInput() {
  control_->Settle();
  if (std::exchange(moved_, in_.moved() + out_.moved()) != in_.moved() + out_.moved()) {
    control_->Active();
  }
  if (confirms_) {
    const auto [out, err] = out_.Confirmed();
    control_->Confirm(out, err);
  }
  // On a terminal, end of file is a character, so there is no stream to close.
  if (pty_ || input_ended_ || !in_.finished()) return;
  input_ended_ = true;
  in_.Discard();
  control_->CloseStream(wire::Stream::kStdin);
}

void Channel::SettleEnd() {
  if (phase_ == Phase::kRunning && control_->ended()) {
    phase_ = Phase::kEnding;
    status_ = control_->ended()->status;
    if (!control_->ended()->text.empty()) {
      AppendText(Outflow::Stream::kErr, control_->ended()->text + "\n");
    }
    // Without a supervisor, the command's stdin stays open until the broker has ended the command.
    // Otherwise the command could take half a file for a whole one before the signal arrives.
    if (!control_->lost()) {
      in_.Discard();
      Linger();
    }
  }
  // At a terminal (`ssh -tt -s HOST sftp`) a person reads the text, and no program asks.
  if (phase_ == Phase::kRefusing && (pty_ || sftp_->over() || in_.finished())) {
    EndRefused(kStatusUsage);
  }
  if (phase_ != Phase::kEnding) return;
  out_.Settle();
  if (out_.finished()) SendStatus();
}

// A background process that holds the output open delays the end by this time at most. A slow
// client may take longer, until it has all the output.
void Channel::Linger() {
  linger_ = deps_.loop.After(deps_.options.linger, [this] {
    linger_ = 0;
    if (out_.blocked()) return Linger();
    out_.CloseAfterWhatIsThere();
  });
}

void Channel::SendStatus() {
  deps_.loop.Cancel(std::exchange(linger_, 0));
  // Not exit-signal (RFC 4254 6.10): OpenSSH's client ignores that request and ends with 255, as
  // after a lost connection. A run that signal N killed has the status 128 + N.
  ssh_channel_request_send_exit_status(channel_, status_);
  control_.reset();
  phase_ = Phase::kClosing;
}

void Channel::SettleClose() {
  if (close_sent_ || (phase_ != Phase::kClosing && !closed_by_client_)) return;
  in_.Settle();  // before CLOSE, because it may widen the window
  // SSH_AGAIN: the EOF is sent, the CLOSE not yet.
  const int sent = ssh_channel_close(channel_);
  if (sent == SSH_OK || sent == SSH_ERROR) close_sent_ = true;
}

void Channel::Depart(wire::Departure how) {
  if (control_ != nullptr && phase_ == Phase::kRunning) control_->ClientGone(how);
  // The launcher has the request, and its descriptors are still under way.
  if (phase_ == Phase::kStarting) return;  // Begin tells the run once its descriptors arrive
  deps_.loop.Cancel(std::exchange(linger_, 0));
  control_.reset();
  in_.Discard();
  out_.CloseBoth();
  phase_ = Phase::kClosing;
}

}  // namespace ssh
