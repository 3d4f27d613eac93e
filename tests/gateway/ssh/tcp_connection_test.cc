#include "gateway/ssh/tcp_connection.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "gateway/front/address.h"

namespace ssh {
namespace {

// The two ends of a TCP connection.
class TcpConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto listener = front::ListenOn({"127.0.0.1", 0});
    ASSERT_TRUE(listener);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(getsockname(listener->get(), generic, &size), 0);
    client_.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(connect(client_.get(), generic, size), 0);
    line_.emplace(base::UniqueFd(accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC)));
    ASSERT_TRUE(line_->Prepare(std::chrono::milliseconds(500), std::chrono::milliseconds(1000)));
  }

  base::UniqueFd client_;
  std::optional<TcpConnection> line_;
};

TEST_F(TcpConnectionTest, TheKernelAsksASilentClientsHost) {
  const auto option = [this](int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    EXPECT_EQ(getsockopt(line_->fd(), level, name, &value, &size), 0);
    return value;
  };
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 1);  // half a second, rounded up
  EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 1000);
}

}  // namespace
}  // namespace ssh
