#include "gateway/launcher/unit_lookup.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "base/unique_fd.h"

namespace launcher {
namespace {

// The answers of a real systemd are in tests/e2e.
class UnitLookup : public ::testing::Test {
 protected:
  UnitLookup() {
    std::string name = "/tmp/oneoff-bus.XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + folder_ + "/bus").c_str(), 1);
  }
  ~UnitLookup() override {
    unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    unlink((folder_ + "/bus").c_str());
    rmdir(folder_.c_str());
  }

  std::string folder_;
};

TEST_F(UnitLookup, WithoutABusItSaysSo) {
  const auto unit = LookUpUnit("shop-web.service");
  ASSERT_FALSE(unit);
  EXPECT_EQ(unit.error().code(), base::Code::kUnavailable);
  EXPECT_EQ(unit.error().message(),
            "there is no system bus over which to ask systemd (No such file or directory)");
}

TEST_F(UnitLookup, ABusThatDoesNotAnswerIsNotWaitedFor) {
  const base::UniqueFd server(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (folder_ + "/bus").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(server.get(), 5), 0);
  const auto begin = std::chrono::steady_clock::now();
  const auto unit = LookUpUnit("shop-web.service");
  ASSERT_FALSE(unit);
  EXPECT_EQ(unit.error().code(), base::Code::kUnavailable);
  EXPECT_EQ(unit.error().message(), "the system bus does not answer in time");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1900));
}

}  // namespace
}  // namespace launcher
