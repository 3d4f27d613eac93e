#include "base/trusted_path.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace base {
namespace {

class TrustedPath : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "trusted-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    ASSERT_EQ(mkdir((root_ + "/etc").c_str(), 0755), 0);
    ASSERT_EQ(mkdir(people_.insert(0, root_).c_str(), 0755), 0);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string FaultOf(const std::string& folder) {
    const auto good = CheckTrustedFolder(folder);
    return good ? "" : good.error().message();
  }

  std::string root_;
  std::string people_ = "/etc/people";
};

TEST_F(TrustedPath, AFolderThatOnlyItsOwnerWritesIsGood) { EXPECT_EQ(FaultOf(people_), ""); }

TEST_F(TrustedPath, AFolderThatOthersMayWriteToIsNot) {
  ASSERT_EQ(chmod(people_.c_str(), 0777), 0);
  EXPECT_EQ(FaultOf(people_), "mode 0777 of " + people_ +
                                  " lets other users replace what is in it: chmod go-w " + people_);
  // Its sticky bit keeps others' files, but not new ones.
  ASSERT_EQ(chmod(people_.c_str(), 01777), 0);
  EXPECT_NE(FaultOf(people_), "");
}

TEST_F(TrustedPath, NorIsOneBelowAFolderThatOthersMayWriteTo) {
  ASSERT_EQ(chmod(root_.c_str(), 0775), 0);
  EXPECT_EQ(FaultOf(people_), "mode 0775 of " + root_ +
                                  " lets other users replace what is in it: chmod go-w " + root_);
  ASSERT_EQ(chmod(root_.c_str(), 01777), 0);  // as /tmp
  EXPECT_EQ(FaultOf(people_), "");
}

TEST_F(TrustedPath, NorIsAnotherUsersFolder) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  ASSERT_EQ(chown((root_ + "/etc").c_str(), 65534, 65534), 0);
  EXPECT_EQ(FaultOf(people_),
            root_ + "/etc is owned by user 65534, not by root: chown root " + root_ + "/etc");
}

TEST_F(TrustedPath, ALinkIsFollowedAndItsOwnFolderCounts) {
  ASSERT_EQ(mkdir((root_ + "/open").c_str(), 0777), 0);
  ASSERT_EQ(symlink(people_.c_str(), (root_ + "/link").c_str()), 0);
  EXPECT_EQ(FaultOf(root_ + "/link"), "");
  ASSERT_EQ(chmod((root_ + "/open").c_str(), 0777), 0);
  ASSERT_EQ(symlink(people_.c_str(), (root_ + "/open/link").c_str()), 0);
  EXPECT_NE(FaultOf(root_ + "/open/link"), "");
}

TEST_F(TrustedPath, AMissingFolderIsNotFound) {
  const auto good = CheckTrustedFolder(root_ + "/none");
  ASSERT_FALSE(good);
  EXPECT_EQ(good.error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace base
