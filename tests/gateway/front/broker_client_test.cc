#include "gateway/front/broker_client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "base/child.h"
#include "gateway/wire/transport.h"

namespace front {
namespace {

using ::testing::ElementsAre;

// A broker in a child of its own, which says another version at each connection.
class Broker {
 public:
  explicit Broker(const std::string& path, std::vector<int> versions) {
    base::UniqueFd listener(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener.get(), 8), 0);
    child_ = std::move(*base::Child::Fork([&] {
      for (const int version : versions) {
        const base::UniqueFd peer(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        (void)wire::Receive<std::variant<wire::Hello>>(peer.get(), base::Wait::kYes);
        wire::BrokersHello hello;
        hello.version = version;
        (void)wire::Send(peer.get(), hello);
        // Until the gateway has gone.
        if (version == wire::kVersion) {
          (void)wire::Receive<std::variant<wire::Hello>>(peer.get(), base::Wait::kYes);
        }
      }
      return 0;
    }));
  }

 private:
  base::Child child_;
};

TEST(BrokerClient, AnotherVersionIsLoggedOnceUntilItChanges) {
  std::string folder = "/tmp/broker-client-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  {
    const Broker broker(folder + "/s", {7, 7, 8, wire::kVersion});
    const base::SystemClock clock;
    base::Loop loop(clock);
    std::vector<std::string> lines;
    const base::Log log = [&](base::Level, const std::string& line) {
      lines.push_back(line);
      if (line == "the broker is back") loop.Stop();
    };
    BrokerClient client(loop, base::UniqueFd(open(folder.c_str(), O_PATH | O_CLOEXEC)), "s", log);
    client.Keep();
    loop.Run();
    const auto mismatch = [](int version) {
      return fmt::format(
          "the broker speaks version {} of the wire, this gateway {}: restart the older of them",
          version, wire::kVersion);
    };
    EXPECT_THAT(lines, ElementsAre(mismatch(7), mismatch(8), "the broker is back"));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace front
