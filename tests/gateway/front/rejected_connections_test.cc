#include "gateway/front/rejected_connections.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace front {
namespace {

TEST(RejectionBytes, AreAVersionLineAndADisconnectInTheClear) {
  EXPECT_EQ(RejectionBytes("oneoff: no"),
            std::string("SSH-2.0-oneoff\r\n"
                        "\0\0\0\x1c\x04"                    // length, padding
                        "\1\0\0\0\x0c\0\0\0\x0aoneoff: no"  // disconnect, reason, description
                        "\0\0\0\0\0\0\0\0",                 // language, padding
                        16 + 5 + 19 + 8));
}

TEST(RejectionBytes, ArePaddedToWholeBlocks) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string packet = RejectionBytes(std::string(size, 'x')).substr(16);
    EXPECT_EQ(packet.size() % 8, 0U) << size;
    EXPECT_GE(packet[4], 4) << size;
    EXPECT_EQ(static_cast<std::size_t>(packet[3]), packet.size() - 4) << size;
  }
}

struct Pair {
  base::UniqueFd ours;
  base::UniqueFd theirs;
};

Pair Connection() {
  auto pair = base::MakeSocketPair(SOCK_STREAM);
  return {std::move(pair->first), std::move(pair->second)};
}

std::string Everything(int fd) {
  std::string all;
  std::array<char, 4096> buffer{};
  ssize_t n = 0;
  while ((n = recv(fd, buffer.data(), buffer.size(), 0)) > 0) {
    all.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return all;
}

TEST(RejectedConnections, AreSaidThoughTheClientHasSpoken) {
  const base::SystemClock clock;
  base::Loop loop(clock);
  RejectedConnections rejected(loop);
  Pair connection = Connection();
  ASSERT_EQ(send(connection.theirs.get(), "SSH-2.0-x\r\n", 11, 0), 11);
  rejected.Send(std::move(connection.ours), "oneoff: no");
  EXPECT_EQ(Everything(connection.theirs.get()), RejectionBytes("oneoff: no"));
  connection.theirs.Reset();
  loop.Run();  // until nothing is left to wait for
}

TEST(RejectedConnections, HoldNoMoreThanTheirBound) {
  const base::SystemClock clock;
  base::Loop loop(clock);
  RejectedConnections rejected(loop);
  std::vector<base::UniqueFd> clients;
  for (std::size_t i = 0; i <= RejectedConnections::kMostHeld; ++i) {
    Pair connection = Connection();
    rejected.Send(std::move(connection.ours), "oneoff: no");
    clients.push_back(std::move(connection.theirs));
  }
  const auto closed = [&clients](std::size_t i) {
    pollfd look{clients[i].get(), 0, 0};
    return poll(&look, 1, 0) == 1 && (look.revents & POLLHUP) != 0;
  };
  EXPECT_TRUE(closed(0));
  EXPECT_FALSE(closed(1));
  EXPECT_FALSE(closed(RejectedConnections::kMostHeld));
  rejected.Drop();
  EXPECT_TRUE(closed(1));
  EXPECT_TRUE(closed(RejectedConnections::kMostHeld));
}

}  // namespace
}  // namespace front
