#include "release/lease.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::IsEmpty;

class ReleaseLease : public ::testing::Test {
 protected:
  ReleaseLease() {
    app.name = "shop";
    snapshot.release = "v1";
    folder.MakeFolder("releases/v1");
    snapshot.directory = folder.path() + "/releases/v1";
  }

  std::string ErrorOf() {
    const auto lease = TakeLease(app, snapshot);
    return lease ? "no error" : std::to_string(lease.error().status) + " " + lease.error().message;
  }
  // What flock(1) without waiting would say.
  bool CanBeRemoved() const {
    const base::UniqueFd fd(open(snapshot.directory.c_str(), O_RDONLY | O_CLOEXEC));
    return flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
  }

  TemporaryFolder folder;
  App app;
  ReleaseSnapshot snapshot;
};

TEST_F(ReleaseLease, KeepsACleanUpOutForAsLongAsItIsHeld) {
  auto first = TakeLease(app, snapshot);
  auto second = TakeLease(app, snapshot);
  ASSERT_TRUE(first && second);
  EXPECT_THAT(snapshot.warnings, IsEmpty());
  EXPECT_NE(fcntl(first->get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_FALSE(CanBeRemoved());
  first->Reset();
  EXPECT_FALSE(CanBeRemoved());
  second->Reset();
  EXPECT_TRUE(CanBeRemoved());
}

TEST_F(ReleaseLease, IsNotGivenDuringACleanUp) {
  const base::UniqueFd fd(open(snapshot.directory.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(fd.get(), LOCK_EX), 0);
  EXPECT_EQ(ErrorOf(),
            "69 shop+v1: the release is being removed: another process holds an exclusive lock on "
            "its directory, as a clean-up does");
}

TEST_F(ReleaseLease, IsNotGivenForWhatIsNotThere) {
  std::filesystem::remove(snapshot.directory);
  EXPECT_EQ(ErrorOf(), "69 shop+v1: the release was removed just now; type it again");
}

TEST_F(ReleaseLease, FollowsNoLink) {
  folder.Link("releases/v2", snapshot.directory);
  snapshot.directory = folder.path() + "/releases/v2";
  const auto lease = TakeLease(app, snapshot);
  ASSERT_TRUE(lease);
  EXPECT_FALSE(lease->valid());
  ASSERT_EQ(snapshot.warnings.size(), 1U);
  EXPECT_EQ(snapshot.warnings[0], snapshot.directory +
                                      ": cannot be locked: Not a directory: a "
                                      "clean-up of releases does not see who uses this one");
}

TEST_F(ReleaseLease, TellsWhenItsReleaseIsGone) {
  const auto lease = TakeLease(app, snapshot);
  ASSERT_TRUE(lease);
  EXPECT_FALSE(IsGone(*lease));
  std::filesystem::remove(snapshot.directory);
  EXPECT_TRUE(IsGone(*lease));
  EXPECT_FALSE(IsGone(base::UniqueFd()));
}

}  // namespace
}  // namespace release
