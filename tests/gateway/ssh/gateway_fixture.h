// GatewayTest: a gateway of this folder's parts with a fake broker behind it, and the real `ssh` in
// front of it.
#ifndef ONEOFF_TESTS_GATEWAY_SSH_GATEWAY_FIXTURE_H_
#define ONEOFF_TESTS_GATEWAY_SSH_GATEWAY_FIXTURE_H_

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "gateway/front/broker_client.h"
#include "gateway/front/listener.h"
#include "gateway/role/birth.h"
#include "gateway/ssh/session.h"
#include "gateway/ssh/warm_up.h"
#include "tests/gateway/ssh/fake_broker.h"

namespace ssh::testing {

inline std::string Slurp(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Whether `condition` came true within a minute.
inline bool Eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

class GatewayTest : public ::testing::Test {
 protected:
  struct Outcome {
    int status = -1;
    std::string out;
    std::string err;
  };

  void SetUp() override {
    std::string name = "/tmp/oneoff-ssh-test-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    chmod(folder_.c_str(), 0755);
    for (const char* key : {"host", "mine", "other"}) {
      ASSERT_EQ(Shell("ssh-keygen -q -t ed25519 -N '' -f " + folder_ + "/" + key).status, 0);
    }
    bounds_.penalties.exempt = {*base::Network::Parse("127.0.0.1")};
    options_.linger = std::chrono::milliseconds(500);
    StartBroker();
    StartGateway();
  }

  void TearDown() override {
    gateway_ = {};
    broker_ = {};
    if (HasFailure()) std::fprintf(stderr, "--- the log\n%s---\n", Slurp(Path("log")).c_str());
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Notes() const { return Slurp(Path("notes")); }

  void StartBroker() {
    const FakeBrokerFiles files{folder_, Path("host"), Path("mine.pub"), Path("notes")};
    auto child = base::Child::Fork([&] { return RunFakeBroker(files); });
    ASSERT_TRUE(child);
    broker_ = std::move(*child);
  }

  void StartGateway() {
    auto socket = front::ListenOn({"127.0.0.1", 0});
    ASSERT_TRUE(socket);
    port_ = front::LocalAddress(socket->get())->port;
    auto child = base::Child::Fork([&] { return RunGateway(std::move(*socket)); });
    ASSERT_TRUE(child);
    gateway_ = std::move(*child);
    std::ofstream(Path("known")) << "[127.0.0.1]:" << port_ << " " << Slurp(Path("host.pub"));
  }

  // What oneoff-gateway's main does.
  int RunGateway(base::UniqueFd socket) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    // Opened once: a session opens nothing. The sanitizers' reports go there, too.
    const base::UniqueFd file(open(Path("log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
    dup2(file.get(), STDERR_FILENO);
    const base::Log log = [](base::Level, const std::string& line) {
      (void)base::WriteAll(STDERR_FILENO, line + "\n");
    };
    const base::SystemClock clock;
    base::Loop loop(clock);
    front::BrokerClient broker(loop, *base::OpenDirectory(folder_), "broker.socket", log);
    if (!Eventually([&] { return broker.Connect().has_value(); })) return 1;
    auto server_side = ServerSide::Create(options_, {*ParseHostKey(Slurp(Path("host.pub")))});
    if (!server_side || !WarmUp(options_)) return 2;
    if (!role::AssumeIdentity(
            role::kGateway,
            geteuid() == 0 ? std::optional(base::Identity{kNobody, kNobody, {}}) : std::nullopt)) {
      return 3;
    }
    std::vector<base::UniqueFd> sockets;
    sockets.push_back(std::move(socket));
    const auto serve = [&](wire::SessionSockets sockets_of, const base::Log& log_of) {
      return Session::Serve(*server_side, std::move(sockets_of), clock, log_of);
    };
    front::Listener listener({loop, clock, log, broker, serve}, std::move(sockets), bounds_);
    return listener.Run() ? 0 : 4;
  }

  static Outcome Shell(const std::string& line) {
    std::string name = "/tmp/oneoff-ssh-out-XXXXXX";
    const base::UniqueFd held(mkstemp(name.data()));
    const int status = std::system(  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
        ("{ " + line + "\n} > " + name + " 2> " + name + ".err").c_str());
    Outcome outcome{WEXITSTATUS(status), Slurp(name), Slurp(name + ".err")};
    std::filesystem::remove(name);
    std::filesystem::remove(name + ".err");
    return outcome;
  }

  // The start of a command line of the real client.
  std::string SshLine(const std::string& options = "", const std::string& user = "shop") const {
    return "timeout 60 " + UntimedSshLine(options, user);
  }
  // As SshLine; $! of it in the background is the client itself.
  std::string UntimedSshLine(const std::string& options = "",
                             const std::string& user = "shop") const {
    return "ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o LogLevel=ERROR -i " +
           Path("mine") + " -o UserKnownHostsFile=" + Path("known") + " -p " +
           std::to_string(port_) + " " + options + " " + user + "@127.0.0.1 ";
  }
  // `command` as one word of the remote side's.
  Outcome Ssh(const std::string& command, const std::string& options = "") const {
    return Shell(SshLine(options) + base::ShellJoin({command}));
  }

  static constexpr uid_t kNobody = 65534;

  std::string folder_;
  ServerOptions options_;
  front::FrontBounds bounds_;
  std::uint16_t port_ = 0;
  base::Child broker_;
  base::Child gateway_;
};

}  // namespace ssh::testing

#endif  // ONEOFF_TESTS_GATEWAY_SSH_GATEWAY_FIXTURE_H_
