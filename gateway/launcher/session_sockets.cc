#include "gateway/launcher/session_sockets.h"

#include <sys/socket.h>

#include <utility>

#include "base/packet.h"
#include "gateway/wire/transport.h"

namespace launcher {

base::Result<SessionSockets> SessionSockets::Make(bool with_terminal) {
  SessionSockets sockets;
  auto control = base::MakeSocketPair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  if (!control) return base::Fail(std::move(control.error()));
  // The session sends bytes only. To close a descriptor of its choice could block this process.
  base::RefuseDescriptors(control->second.get());
  sockets.control = std::move(*control);
  if (with_terminal) {
    auto stream = base::MakeSocketPair(SOCK_STREAM | SOCK_NONBLOCK);
    if (!stream) return base::Fail(std::move(stream.error()));
    base::RefuseDescriptors(stream->second.get());
    sockets.session.push_back(std::move(stream->first));
    sockets.terminal = std::move(stream->second);
    return sockets;
  }
  auto in = base::MakePipe();
  auto out = base::MakePipe();
  auto err = base::MakePipe();
  for (auto* const pipe : {&in, &out, &err}) {
    if (!*pipe) return base::Fail(std::move(pipe->error()));
  }
  for (const int fd : {out->second.get(), err->second.get()}) {
    if (auto done = base::SetNonBlocking(fd); !done) return base::Fail(std::move(done.error()));
  }
  sockets.session.push_back(std::move(in->second));  // no process reads what the client sends
  sockets.session.push_back(std::move(out->first));
  sockets.session.push_back(std::move(err->first));
  sockets.out = std::move(out->second);
  sockets.err = std::move(err->second);
  return sockets;
}

void SessionSockets::Start(const Asked& asked, const std::string& run) const {
  SendStarted(asked, run, control.first, session);
}

void SendStarted(const Asked& asked, const std::string& run, const base::UniqueFd& control,
                 const std::vector<base::UniqueFd>& session) {
  std::vector<int> fds = {control.get()};
  for (const base::UniqueFd& fd : session) fds.push_back(fd.get());
  // If the session is gone, the kernel closes the descriptors in the message, and the other process
  // reads an end of file on its control socket.
  (void)wire::Send(asked.session.get(),
                   wire::Started{.channel = asked.request.start.channel,
                                 .run = run,
                                 .pty = session.size() == 1,  // else stdin, stdout and stderr
                                 .confirms = true},
                   fds);
  asked.TellAnswered();
}

}  // namespace launcher
