#include "gateway/ssh/tcp_connection.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "gateway/front/address.h"

namespace ssh {
namespace {

// Two ends of a TCP connection: what a client's kernel says, ours has to tell apart.
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

  void Reset() {
    const linger at_once{1, 0};
    ASSERT_EQ(setsockopt(client_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    client_.Reset();
  }
  short Poll() const {
    pollfd polled{line_->fd(), static_cast<short>(POLLIN | TcpConnection::HangUpEvents()), 0};
    EXPECT_EQ(poll(&polled, 1, 5000), 1);
    return polled.revents;
  }
  // What libssh does.
  ssize_t Read() const {
    char byte = 0;
    return recv(line_->fd(), &byte, 1, 0);
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

TEST_F(TcpConnectionTest, AClientThatClosesHasLeft) {
  client_.Reset();
  line_->Note(Poll());
  EXPECT_EQ(Read(), 0);
  EXPECT_EQ(line_->Departure(), wire::Departure::kLeft);
}

TEST_F(TcpConnectionTest, AClientThatClosesUnnoticedHasLeftToo) {
  client_.Reset();
  Poll();
  EXPECT_EQ(Read(), 0);
  EXPECT_EQ(line_->Departure(), wire::Departure::kLeft);
}

TEST_F(TcpConnectionTest, AResetIsALostLine) {
  Reset();
  line_->Note(Poll());
  EXPECT_EQ(Read(), 0);  // the error is noted, and used up
  EXPECT_EQ(line_->Departure(), wire::Departure::kLost);
}

TEST_F(TcpConnectionTest, AResetThatWasReadUnnoticedIsALostLineToo) {
  Reset();
  Poll();
  EXPECT_EQ(Read(), -1);
  EXPECT_EQ(line_->Departure(), wire::Departure::kLost);
}

TEST_F(TcpConnectionTest, AResetAfterAGoodbyeIsAClientThatLeft) {
  client_.Reset();
  line_->Note(Poll());
  ASSERT_EQ(send(line_->fd(), "x", 1, MSG_NOSIGNAL), 1);  // answered with a reset
  while ((Poll() & POLLERR) == 0) {
  }
  line_->Note(Poll());
  EXPECT_EQ(line_->Departure(), wire::Departure::kLeft);
}

TEST_F(TcpConnectionTest, AnEndThatIsOursIsALostLine) {
  EXPECT_EQ(line_->Departure(), wire::Departure::kLost);  // the peer has done nothing
}

}  // namespace
}  // namespace ssh
