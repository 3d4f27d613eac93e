// Channel: one session channel (RFC 4254 6) from its opening to its end. It carries at most one run
// or one answer, the data of both directions, and the client's requests.
//
// It runs in the session process, which is confined and trusts nothing that it reads. It owns the
// session's ends of the run's pipes or terminal; the supervisor has the other ends. It neither
// blocks nor decides who may run what. All calls come from the session's one thread: Request and
// the static callbacks from within libssh, where nothing may be written, all others from the loop.
#ifndef ONEOFF_GATEWAY_SSH_CHANNEL_H_
#define ONEOFF_GATEWAY_SSH_CHANNEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/ssh/channel_request.h"
#include "gateway/ssh/control.h"
#include "gateway/ssh/inflow.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/monitor_client.h"
#include "gateway/ssh/outflow.h"
#include "gateway/ssh/seam.h"
#include "gateway/ssh/server_options.h"
#include "gateway/ssh/sftp_refusal.h"
#include "gateway/wire/messages.h"

namespace ssh {

// What the channels of a session share. All of it outlives the channels.
struct ChannelDeps {
  base::Loop& loop;
  const base::Clock& clock;
  MonitorClient& monitor;
  const ServerOptions& options;
  const base::Log& log;
  std::string user;  // the user name as typed, for advice
  // The variables that at least one rule lets the person set. Absent: not known.
  std::optional<std::vector<std::string>> variables;
  std::unique_ptr<char[]> buffer;  // shared by the channels' Outflows, which allocate it
};

class Channel {
 public:
  // `number` identifies the channel within the session, which never uses it twice. libssh owns
  // `channel`; the destructor frees it.
  // The constructor registers callbacks and starts the timer of ServerOptions::first_request, so
  // the object cannot move.
  Channel(ssh_channel channel, std::uint32_t number, ChannelDeps& around);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  std::uint32_t number() const { return number_; }

  // Handles a request from the client. Called from within libssh's callbacks.
  // `fields` is the packet after want_reply. kNone once our CLOSE is sent: then the client may not
  // know the channel any more. An `env` request over a bound is refused, but the channel goes on.
  Reply Request(std::string_view name, std::string_view fields);

  // The launcher's answer to this channel's Start.
  //
  // Begin takes the descriptors of the run: its control socket, then one terminal or three pipes
  // (wire::Started). With descriptors of another number than `started` promises, the run counts as
  // lost (status 70). Answer ends the request without a run; a channel that has its answer ignores
  // another.
  void Begin(const wire::Started& started, std::vector<base::UniqueFd> fds);
  void Answer(const wire::Answer& answer);
  // The monitor is lost, so no answer will come.
  // A channel that waits for an answer ends with status 70; others go on.
  void LoseLauncher();

  // Moves data that can move, and ends the channel if it can end. Call only outside libssh's
  // callbacks, because it may write.
  void Settle();
  // The connection is gone: tells the run's supervisor.
  // A Start that has no answer yet stays open, so that the run can be told once it begins; see
  // starting().
  void Depart(wire::Departure how);
  // Call after Depart, when libssh is about to free the channel by itself. Only the destructor may
  // follow.
  void Abandon();

  // A Start is sent and not yet answered.
  bool starting() const { return phase_ == Phase::kStarting; }
  // The client asked for a command, and has not got its exit status yet.
  bool busy() const { return phase_ != Phase::kOpen && phase_ != Phase::kClosing; }
  // Counts for the bound on channels of a connection.
  bool occupied() const { return !close_sent_ && !closed_by_client_; }
  // The client has its exit status, but not all of the end: it has not closed the channel.
  bool closing() const { return phase_ == Phase::kClosing && !finished(); }
  // Both sides have closed the channel.
  bool finished() const { return close_sent_ && closed_by_client_ && !starting(); }
  // The client ignores its window. Only the end of the connection stops that.
  bool abused() const { return in_.overrun(); }
  // Bytes from the client that are still in memory.
  std::size_t held() const { return in_.held(); }

 private:
  enum class Phase {
    kOpen,      // the client has asked for no command yet
    kStarting,  // Start is sent
    kRunning,   // a supervisor has the run
    kRefusing,  // sftp_ answers it
    kEnding,    // the end is known: the rest of the output follows, then our text
    kClosing,   // the exit status is sent; CLOSE follows
  };

  static int OnData(ssh_session session, ssh_channel channel, void* bytes, std::uint32_t size,
                    int is_stderr, void* self) noexcept;
  static void OnEof(ssh_session session, ssh_channel channel, void* self) noexcept;
  static void OnClose(ssh_session session, ssh_channel channel, void* self) noexcept;
  static void OnSignal(ssh_session session, ssh_channel channel, const char* name,
                       void* self) noexcept;

  // Each returns whether the request is granted. They note what is asked for; only Start sends
  // anything, and that goes to the monitor, not to the client.
  bool Grant(const OtherRequest& request);
  bool Grant(const wire::PtyRequest& request);
  bool Grant(const wire::EnvironmentVariable& variable);
  bool Grant(const ShellRequest& request);
  bool Grant(const ExecRequest& request);
  bool Grant(const SubsystemRequest& request);
  bool Grant(const wire::WindowSize& size);
  bool Grant(const EndOfWriteRequest& request);

  // The client asked for no command within first_request: status 64 and a line on stderr.
  void EndUnused();
  // Sends wire::Start. A command above kMaxCommand, or one that does not fit a packet with its
  // environment, is sent cut, so that the launcher can refuse and record it.
  void Start(std::optional<std::string> command);
  // The client reads no more (eow@openssh.com): closes stdout, or drops a terminal's output.
  void StopOutput();
  void Refuse(int status, const std::string& line);
  // Ends the request with `status`; no command ran.
  void EndRefused(int status);
  void AppendText(Outflow::Stream stream, const std::string& text);
  void SettleInput();
  void SettleEnd();
  void Linger();
  // RFC 4254 6.10: exit-status. There is no exit-signal: a command that a signal ended has status
  // 128+N.
  void SendStatus();
  void SettleClose();

  ssh_channel channel_;
  std::uint32_t number_;
  ChannelDeps& deps_;
  ssh_channel_callbacks_struct callbacks_{};

  Phase phase_ = Phase::kOpen;
  std::optional<wire::PtyRequest> pty_;
  std::vector<wire::EnvironmentVariable> environment_;
  std::size_t environment_bytes_ = 0;

  Inflow in_;
  Outflow out_;
  std::unique_ptr<Control> control_;
  std::optional<SftpRefusal> sftp_;
  std::uint64_t moved_ = 0;         // bytes of both directions at the last look
  int status_ = 0;                  // known from kEnding on
  base::Loop::TimerId unused_ = 0;  // runs until the client asks for a command
  base::Loop::TimerId linger_ = 0;  // runs from the run's end to the end of its output
  bool resized_ = false;            // since Start was sent
  bool confirms_ = false;           // the supervisor wants to know what the client has taken
  bool no_reader_ = false;          // the client reads no stdout
  bool input_ended_ = false;        // the supervisor knows of the client's end of file
  bool close_sent_ = false;
  bool closed_by_client_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_CHANNEL_H_
