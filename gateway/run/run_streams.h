// RunStreams: all streams between a run's command and its present client, if it has one: a
// terminal, or stdin, stdout and stderr.
//
// It runs in the supervisor's loop and never blocks. It decides nothing: the supervisor says when a
// client comes or goes, and when no client will come.
#ifndef ONEOFF_GATEWAY_RUN_RUN_STREAMS_H_
#define ONEOFF_GATEWAY_RUN_RUN_STREAMS_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/unique_fd.h"
#include "gateway/record/writer.h"
#include "gateway/run/input_relay.h"
#include "gateway/run/output_log.h"
#include "gateway/run/output_relay.h"
#include "gateway/run/pty_relay.h"
#include "gateway/wire/messages.h"

namespace run {

// The supervisor's descriptors. With a pty: master and terminal. Without: the command's pipes, and
// pipes to the session. Those towards the client are invalid if the run is started detached.
struct Streams {
  base::UniqueFd master;
  base::UniqueFd terminal;
  base::UniqueFd in;          // written to
  base::UniqueFd out;         // read from
  base::UniqueFd err;         // read from
  base::UniqueFd client_in;   // read from
  base::UniqueFd client_out;  // written to
  base::UniqueFd client_err;  // written to
  std::size_t greeted = 0;    // bytes of the gateway's that client_err has already
};

class RunStreams {
 public:
  // `on_bytes`: bytes have moved. `on_change`: HasPassedMark or done may have changed.
  struct Hooks {
    std::function<void()> on_bytes;
    std::function<void()> on_change;
  };
  // The recording and the log may be null; they and the loop outlive this.
  RunStreams(base::Loop& loop, Streams streams, record::Writer* recording, OutputLog* log,
             Hooks hooks);

  bool terminal() const { return relay_.has_value(); }
  // The foreground process group of the terminal; 0 without one.
  pid_t Foreground() const;

  // A client comes. `fds`: the terminal's stream, or the client's stdout and stderr. A line on
  // stderr, ahead of the output, says where each stream goes on; `label` names the run in it.
  void Attach(std::vector<base::UniqueFd> fds, const wire::OutputFrom& from,
              const std::string& label);
  // How many descriptors Attach takes.
  std::size_t sinks() const { return terminal() ? 1 : 2; }
  // The client has gone, and the run goes on.
  void Detach();
  // The run is over. Keeps what the client has not confirmed for a later one.
  void Preserve();
  // No client will come: records and drops all output.
  void Discard();

  void Resize(wire::WindowSize size);
  // RFC 4254 5.3 and eow@openssh.com: the client has ended a stream.
  void Close(wire::Stream stream);
  void Confirm(const wire::Confirmed& taken);
  // The client has sent stdin, and no end of file yet.
  bool HasPartOfInput() const;
  // A line of the gateway for the client.
  void Say(const std::string& line);
  // The recording can be written again.
  void Resume();

  // The command has ended: from now on HasPassedMark says whether its output has been delivered.
  void CommandEnded();
  // No process of the run is left.
  void TreeGone();
  bool HasPassedMark() const;
  // No output is to come.
  bool done() const;

 private:
  void ConnectPipes(Streams streams, OutputLog* log);

  base::Loop& loop_;
  record::Writer* recording_;
  Hooks hooks_;
  std::optional<PtyRelay> relay_;
  std::optional<InputRelay> in_;
  std::optional<OutputRelay> out_;
  std::optional<OutputRelay> err_;
  bool input_ended_ = false;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_RUN_STREAMS_H_
