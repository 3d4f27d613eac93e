#include "gateway/broker/plumbing.h"

#include <unistd.h>

#include <utility>

#include "base/packet.h"
#include "gateway/run/pty.h"

namespace broker {
namespace {

base::Result<void> ConnectPty(const wire::PtyRequest& request, uid_t owner, Plumbing& plumbing) {
  auto pty = run::OpenPty(request, owner);
  if (!pty) return base::Fail(std::move(pty.error()));
  auto stream = base::MakeSocketPair(SOCK_STREAM | SOCK_NONBLOCK);
  if (!stream) return base::Fail(std::move(stream.error()));
  base::RefuseDescriptors(stream->first.get());
  const int slave = pty->slave.get();
  plumbing.stdio = {slave, slave, slave, release::Terminal::kControlling};
  plumbing.supervisor.master = std::move(pty->master);
  plumbing.supervisor.terminal = std::move(stream->first);
  plumbing.command.push_back(std::move(pty->slave));
  plumbing.session.push_back(std::move(stream->second));
  return {};
}

// /dev/stdin, /dev/stdout and /dev/stderr are opened anew by name: the pipes have to be their
// user's.
bool GiveTo(uid_t owner, const base::FdPair& pipe) {
  return owner == geteuid() || fchown(pipe.first.get(), owner, static_cast<gid_t>(-1)) == 0;
}

// What the command writes, by way of the supervisor.
base::Result<void> ConnectOutput(uid_t owner, int& stdio, base::UniqueFd& from_command,
                                 base::UniqueFd& to_session, Plumbing& plumbing) {
  auto command = base::MakePipe();
  auto session = base::MakePipe();
  if (!command || !session) return base::FailSystem("pipe");
  if (!GiveTo(owner, *command)) return base::FailSystem("give a pipe to its user");
  stdio = command->second.get();
  plumbing.command.push_back(std::move(command->second));
  from_command = std::move(command->first);
  to_session = std::move(session->second);
  plumbing.session.push_back(std::move(session->first));
  return {};
}

// What the client sends, by way of the supervisor, which counts it.
base::Result<void> ConnectInput(uid_t owner, Plumbing& plumbing) {
  auto command = base::MakePipe();
  auto session = base::MakePipe();
  if (!command || !session) return base::FailSystem("pipe");
  if (!GiveTo(owner, *command)) return base::FailSystem("give a pipe to its user");
  plumbing.stdio.in = command->first.get();
  plumbing.command.push_back(std::move(command->first));
  plumbing.supervisor.in = std::move(command->second);
  plumbing.supervisor.client_in = std::move(session->first);
  plumbing.session.push_back(std::move(session->second));
  return {};
}

base::Result<void> ConnectPipes(uid_t owner, Plumbing& plumbing) {
  plumbing.stdio.terminal = release::Terminal::kNo;
  run::Streams& s = plumbing.supervisor;
  auto done = ConnectInput(owner, plumbing);
  if (done) done = ConnectOutput(owner, plumbing.stdio.out, s.out, s.client_out, plumbing);
  if (done) done = ConnectOutput(owner, plumbing.stdio.err, s.err, s.client_err, plumbing);
  return done;
}

}  // namespace

base::Result<Plumbing> Plumbing::Connect(const wire::PtyRequest* pty, uid_t owner) {
  Plumbing plumbing;
  auto control = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!control) return base::Fail(std::move(control.error()));
  base::RefuseDescriptors(control->second.get());
  plumbing.control = std::move(*control);
  auto connected =
      pty != nullptr ? ConnectPty(*pty, owner, plumbing) : ConnectPipes(owner, plumbing);
  if (!connected) return base::Fail(std::move(connected.error()));
  return plumbing;
}

void Plumbing::Greet(const std::string& line) const {
  const base::UniqueFd& terminal = supervisor.terminal;
  const std::string text = line + (terminal ? "\r\n" : "\n");
  // Fits: nothing else is in it yet.
  (void)!write((terminal ? terminal : supervisor.client_err).get(), text.data(), text.size());
}

}  // namespace broker
