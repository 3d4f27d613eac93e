#include "gateway/broker/plumbing.h"

#include <unistd.h>

#include <utility>

#include "gateway/run/pty.h"

namespace broker {
namespace {

base::Result<void> ConnectPty(const wire::PtyRequest& request, uid_t owner, Plumbing& plumbing) {
  auto pty = run::OpenPty(request, owner);
  if (!pty) return base::Fail(std::move(pty.error()));
  auto stream = base::MakeSocketPair(SOCK_STREAM | SOCK_NONBLOCK);
  if (!stream) return base::Fail(std::move(stream.error()));
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

base::Result<void> ConnectPipes(uid_t owner, Plumbing& plumbing) {
  auto in = base::MakePipe();
  auto out = base::MakePipe();
  auto err = base::MakePipe();
  if (!in || !out || !err) return base::FailSystem("pipe");
  if (!GiveTo(owner, *in) || !GiveTo(owner, *out) || !GiveTo(owner, *err)) {
    return base::FailSystem("give a pipe to its user");
  }
  auto in_copy = in->second.Duplicate();
  auto out_copy = out->first.Duplicate();
  auto err_copy = err->first.Duplicate();
  if (!in_copy || !out_copy || !err_copy) return base::FailSystem("dup");
  plumbing.stdio = {in->first.get(), out->second.get(), err->second.get(), release::Terminal::kNo};
  plumbing.supervisor.in = std::move(*in_copy);
  plumbing.supervisor.out = std::move(*out_copy);
  plumbing.supervisor.err = std::move(*err_copy);
  plumbing.session.push_back(std::move(in->second));
  plumbing.session.push_back(std::move(out->first));
  plumbing.session.push_back(std::move(err->first));
  plumbing.command.push_back(std::move(in->first));
  plumbing.command.push_back(std::move(out->second));
  plumbing.command.push_back(std::move(err->second));
  return {};
}

}  // namespace

base::Result<Plumbing> Plumbing::Connect(const wire::PtyRequest* pty, uid_t owner) {
  Plumbing plumbing;
  auto control = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!control) return base::Fail(std::move(control.error()));
  plumbing.control = std::move(*control);
  auto connected =
      pty != nullptr ? ConnectPty(*pty, owner, plumbing) : ConnectPipes(owner, plumbing);
  if (!connected) return base::Fail(std::move(connected.error()));
  return plumbing;
}

void Plumbing::Greet(const std::string& line) const {
  // Fits: nothing else is in the socket yet.
  (void)!write(supervisor.terminal.get(), line.data(), line.size());
}

}  // namespace broker
