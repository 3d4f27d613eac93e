// FakeBroker: the other side of a gateway under test, in one process each: a broker that forks
// monitors, which let in one key and start whatever they are asked to with /bin/sh.
//
// Commands that begin with "fake:" get an answer of their own: see Launcher().
#ifndef ONEOFF_TESTS_GATEWAY_SSH_FAKE_BROKER_H_
#define ONEOFF_TESTS_GATEWAY_SSH_FAKE_BROKER_H_

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <functional>
#include <string>
#include <utility>

#include "base/child.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "gateway/ssh/libssh_internal.h"
#include "gateway/ssh/seam.h"
#include "gateway/wire/messages.h"
#include "gateway/wire/transport.h"
#include "tests/gateway/ssh/fake_run.h"

namespace ssh::testing {

// Forks a process that nobody waits for; it dies with `body`.
inline void Spawn(const std::function<void()>& body) {
  auto child = base::Child::Fork([&] {
    body();
    return 0;
  });
  if (child) child->Detach();
}

struct FakeBrokerFiles {
  std::string run;       // folder of broker.socket
  std::string host_key;  // private
  std::string accepted;  // public: let in
  std::string notes;     // see FakeRun; also "tries: N" where a connection was ended for them
};

class FakeMonitor {
 public:
  // `words` is where the gateway listens.
  FakeMonitor(FakeBrokerFiles files, base::UniqueFd session, base::UniqueFd words)
      : files_(std::move(files)),
        session_(std::move(session)),
        words_(std::move(words)),
        verifier_(ssh_new()) {
    ssh_key key = nullptr;
    ssh_pki_import_privkey_file(files_.host_key.c_str(), nullptr, nullptr, nullptr, &key);
    host_key_.reset(key);
    key = nullptr;
    ssh_pki_import_pubkey_file(files_.accepted.c_str(), &key);
    accepted_.reset(key);
    ssh_string blob = nullptr;
    ssh_pki_export_pubkey_blob(accepted_.get(), &blob);
    accepted_blob_ = BytesOf(OwnedString(blob).get());
  }

  void Run() {
    for (;;) {
      auto received = wire::Receive<wire::FromSession>(session_.get(), base::Wait::kYes);
      if (!received) return;
      if (!std::visit([this](const auto& message) { return Handle(message); }, received->message)) {
        return;
      }
    }
  }

 private:
  bool Handle(const wire::SignExchange& message) {
    if (session_id_.empty()) session_id_ = message.hash;
    return Send(wire::Signature{SignLocally({host_key_.get(), message.algorithm, message.hash})});
  }
  // Every key of "accepted", and for the user "liar" any at all: it is refused when it signs.
  bool Handle(const wire::Probe& message) {
    return Send(wire::Verdict{message.key == accepted_blob_ || message.user == "liar", false});
  }
  bool Handle(const wire::Verify& message) {
    const bool bound = message.data.find(session_id_) == 4;
    const bool good =
        bound && message.key == accepted_blob_ &&
        VerifyLocally({verifier_.get(), accepted_.get(), message.signature, message.data});
    if (!good) ++tries_;
    (void)base::WriteAll(words_.get(), good ? "a" : "f");
    if (tries_ == 3) AppendLine(files_.notes, "tries: 3");
    return Send(wire::Verdict{good, tries_ >= 3});
  }
  // "fake:lost": a supervisor that dies without a word; "fake:denied": an answer; "fake:monitor":
  // this process ends; "fake:late ...": starts after half a second.
  bool Handle(const wire::Start& message) {
    const std::string command = message.command.value_or("");
    if (command == "fake:monitor") return false;
    if (command == "fake:denied") {
      return Send(wire::Answer{message.channel, 77, "what was asked\n", "oneoff: denied\n"});
    }
    if (message.cut.value_or(false)) {
      return Send(wire::Answer{message.channel, 64, "",
                               "oneoff: cut: " + std::to_string(command.size()) + "\n"});
    }
    wire::Start start = message;
    const bool late = command.starts_with("fake:late ");
    if (late) start.command = command.substr(10);
    Spawn([&] {
      if (late) poll(nullptr, 0, 500);
      FakeRun run(start, files_.notes);
      (void)wire::Send(session_.get(),
                       wire::Started{start.channel, "abcdefgh", start.pty.has_value()},
                       run.SessionFds());
      session_.Reset();
      if (command != "fake:lost") run.Supervise();
    });
    return true;
  }
  template <class Message>
  bool Send(const Message& message) {
    return wire::Send(session_.get(), message).has_value();
  }

  FakeBrokerFiles files_;
  base::UniqueFd session_;
  base::UniqueFd words_;
  OwnedSession verifier_;
  OwnedKey host_key_;
  OwnedKey accepted_;
  std::string accepted_blob_;
  std::string session_id_;
  int tries_ = 0;
};

// Serves until it is killed.
inline int RunFakeBroker(const FakeBrokerFiles& files) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_IGN);
  const std::string path = files.run + "/broker.socket";
  unlink(path.c_str());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const base::UniqueFd listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return 1;
  }
  chmod(path.c_str(), 0777);
  listen(listener.get(), 4);
  for (;;) {
    const base::UniqueFd gateway(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    for (;;) {
      auto received = wire::Receive<wire::FromGateway>(gateway.get(), base::Wait::kYes);
      if (!received) break;
      if (std::holds_alternative<wire::Hello>(received->message)) {
        (void)wire::Send(gateway.get(), wire::Hello{});
        continue;
      }
      if (std::holds_alternative<wire::Refused>(received->message)) continue;
      Spawn([&] {
        signal(SIGCHLD, SIG_DFL);
        FakeMonitor(files, std::move(received->fds.at(0)), std::move(received->fds.at(1))).Run();
      });
    }
  }
}

}  // namespace ssh::testing

#endif  // ONEOFF_TESTS_GATEWAY_SSH_FAKE_BROKER_H_
