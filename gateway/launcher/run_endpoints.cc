#include "gateway/launcher/run_endpoints.h"

#include <unistd.h>

#include <utility>

#include "base/packet.h"
#include "gateway/run/pty.h"

namespace launcher {
namespace {

base::Result<void> ConnectPty(const wire::PtyRequest& request, uid_t owner, int devpts,
                              RunEndpoints& endpoints) {
  auto pty = run::OpenPty(request, owner, devpts);
  if (!pty) return base::Fail(std::move(pty.error()));
  auto stream = base::MakeSocketPair(SOCK_STREAM | SOCK_NONBLOCK);
  if (!stream) return base::Fail(std::move(stream.error()));
  base::RefuseDescriptors(stream->first.get());
  const int slave = pty->slave.get();
  endpoints.stdio = {slave, slave, slave, release::Terminal::kControlling};
  endpoints.supervisor.master = std::move(pty->master);
  endpoints.supervisor.terminal = std::move(stream->first);
  endpoints.command.push_back(std::move(pty->slave));
  endpoints.session.push_back(std::move(stream->second));
  return {};
}

// A command that opens /dev/stdin, /dev/stdout or /dev/stderr opens the pipe anew through /proc, so
// the pipe must belong to the command's user.
bool GiveTo(uid_t owner, const base::FdPair& pipe) {
  return owner == geteuid() || fchown(pipe.first.get(), owner, static_cast<gid_t>(-1)) == 0;
}

// Connects the command's output to the session, by way of the supervisor.
base::Result<void> ConnectOutput(uid_t owner, int& stdio, base::UniqueFd& from_command,
                                 base::UniqueFd& to_session, RunEndpoints& endpoints) {
  auto command = base::MakePipe();
  auto session = base::MakePipe();
  if (!command) return base::Fail(std::move(command.error()));
  if (!session) return base::Fail(std::move(session.error()));
  if (!GiveTo(owner, *command)) return base::FailSystem("give a pipe to its user");
  stdio = command->second.get();
  endpoints.command.push_back(std::move(command->second));
  from_command = std::move(command->first);
  to_session = std::move(session->second);
  endpoints.session.push_back(std::move(session->first));
  return {};
}

// Connects the client's input to the command, by way of the supervisor, which counts it.
base::Result<void> ConnectInput(uid_t owner, RunEndpoints& endpoints) {
  auto command = base::MakePipe();
  auto session = base::MakePipe();
  if (!command) return base::Fail(std::move(command.error()));
  if (!session) return base::Fail(std::move(session.error()));
  if (!GiveTo(owner, *command)) return base::FailSystem("give a pipe to its user");
  endpoints.stdio.in = command->first.get();
  endpoints.command.push_back(std::move(command->first));
  endpoints.supervisor.in = std::move(command->second);
  endpoints.supervisor.client_in = std::move(session->first);
  endpoints.session.push_back(std::move(session->second));
  return {};
}

base::Result<void> ConnectPipes(uid_t owner, RunEndpoints& endpoints) {
  endpoints.stdio.terminal = release::Terminal::kNo;
  run::Streams& s = endpoints.supervisor;
  auto done = ConnectInput(owner, endpoints);
  if (done) done = ConnectOutput(owner, endpoints.stdio.out, s.out, s.client_out, endpoints);
  if (done) done = ConnectOutput(owner, endpoints.stdio.err, s.err, s.client_err, endpoints);
  return done;
}

}  // namespace

base::Result<RunEndpoints> RunEndpoints::Connect(const wire::PtyRequest* pty, uid_t owner,
                                                 int devpts) {
  RunEndpoints endpoints;
  auto control = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!control) return base::Fail(std::move(control.error()));
  base::RefuseDescriptors(control->second.get());
  endpoints.control = std::move(*control);
  auto connected =
      pty != nullptr ? ConnectPty(*pty, owner, devpts, endpoints) : ConnectPipes(owner, endpoints);
  if (!connected) return base::Fail(std::move(connected.error()));
  return endpoints;
}

void RunEndpoints::Greet(const std::string& line) const {
  const base::UniqueFd& terminal = supervisor.terminal;
  const std::string text = line + (terminal ? "\r\n" : "\n");
  // Cannot block: the pipe or terminal is still empty.
  (void)!write((terminal ? terminal : supervisor.client_err).get(), text.data(), text.size());
}

}  // namespace launcher
