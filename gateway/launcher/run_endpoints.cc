#include "gateway/launcher/run_endpoints.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "base/packet.h"
#include "gateway/run/pty.h"

namespace launcher {
namespace {

using Client = RunEndpoints::Client;

base::Result<void> ConnectPty(const wire::PtyRequest& request, uid_t owner, int devpts,
                              Client client, RunEndpoints& endpoints) {
  auto pty = run::OpenPty(request, owner, devpts);
  if (!pty) return base::Fail(std::move(pty.error()));
  const int slave = pty->slave.get();
  endpoints.stdio = {slave, slave, slave, release::Terminal::kControlling};
  endpoints.supervisor.master = std::move(pty->master);
  endpoints.command.push_back(std::move(pty->slave));
  if (client == Client::kDetached) return {};
  auto stream = base::MakeSocketPair(SOCK_STREAM | SOCK_NONBLOCK);
  if (!stream) return base::Fail(std::move(stream.error()));
  base::RefuseDescriptors(stream->first.get());
  endpoints.supervisor.terminal = std::move(stream->first);
  endpoints.session.push_back(std::move(stream->second));
  return {};
}

// A command that opens /dev/stdin, /dev/stdout or /dev/stderr opens the pipe anew through /proc, so
// the pipe must belong to the command's user.
bool GiveTo(uid_t owner, const base::FdPair& pipe) {
  return owner == geteuid() || fchown(pipe.first.get(), owner, static_cast<gid_t>(-1)) == 0;
}

// Bytes in an output pipe, in place of the kernel's 64 KiB, so that the processes that move the
// bytes wake less often.
constexpr int kOutputPipe = 256 * 1024;

// A failure is no error: the pipe keeps its size if fs.pipe-max-size is smaller, or, without
// CAP_SYS_RESOURCE, if the user is over fs.pipe-user-pages-soft (pipe(7)).
void Widen(const base::FdPair& pipe) { (void)fcntl(pipe.second.get(), F_SETPIPE_SZ, kOutputPipe); }

// Connects the command's output to the supervisor, and that to the session.
base::Result<void> ConnectOutput(uid_t owner, Client client, int& stdio,
                                 base::UniqueFd& from_command, base::UniqueFd& to_session,
                                 RunEndpoints& endpoints) {
  auto command = base::MakePipe();
  if (!command) return base::Fail(std::move(command.error()));
  if (!GiveTo(owner, *command)) return base::FailSystem("give a pipe to its user");
  Widen(*command);
  stdio = command->second.get();
  endpoints.command.push_back(std::move(command->second));
  from_command = std::move(command->first);
  if (client == Client::kDetached) return {};
  auto session = base::MakePipe();
  if (!session) return base::Fail(std::move(session.error()));
  Widen(*session);
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

base::Result<void> ConnectNoInput(RunEndpoints& endpoints) {
  base::UniqueFd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing) return base::FailSystem("/dev/null");
  endpoints.stdio.in = nothing.get();
  endpoints.command.push_back(std::move(nothing));
  return {};
}

base::Result<void> ConnectPipes(uid_t owner, Client client, RunEndpoints& endpoints) {
  endpoints.stdio.terminal = release::Terminal::kNo;
  run::Streams& s = endpoints.supervisor;
  release::Stdio& stdio = endpoints.stdio;
  auto done =
      client == Client::kDetached ? ConnectNoInput(endpoints) : ConnectInput(owner, endpoints);
  if (done) done = ConnectOutput(owner, client, stdio.out, s.out, s.client_out, endpoints);
  if (done) done = ConnectOutput(owner, client, stdio.err, s.err, s.client_err, endpoints);
  return done;
}

}  // namespace

base::Result<RunEndpoints> RunEndpoints::Connect(const wire::PtyRequest* pty, uid_t owner,
                                                 int devpts, Client client) {
  RunEndpoints endpoints;
  if (client == Client::kAttached) {
    auto control = base::MakeSocketPair(SOCK_SEQPACKET);
    if (!control) return base::Fail(std::move(control.error()));
    base::RefuseDescriptors(control->second.get());
    endpoints.control = std::move(*control);
  }
  auto connected = pty != nullptr ? ConnectPty(*pty, owner, devpts, client, endpoints)
                                  : ConnectPipes(owner, client, endpoints);
  if (!connected) return base::Fail(std::move(connected.error()));
  return endpoints;
}

void RunEndpoints::Greet(const std::string& line) {
  const base::UniqueFd& terminal = supervisor.terminal;
  const base::UniqueFd& to = terminal ? terminal : supervisor.client_err;
  if (!to) return;
  const std::string text = line + (terminal ? "\r\n" : "\n");
  // Cannot block: the pipe or terminal is still empty.
  const ssize_t n = write(to.get(), text.data(), text.size());
  if (n > 0 && !terminal) supervisor.greeted += static_cast<std::size_t>(n);
}

}  // namespace launcher
