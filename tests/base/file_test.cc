#include "base/file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace base {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "file-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern + "/";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  std::string root_;
};

TEST_F(FileTest, AReplacedFileIsReadBack) {
  ASSERT_TRUE(ReplaceFile(AT_FDCWD, root_ + "f", "one", 0600));
  ASSERT_TRUE(ReplaceFile(AT_FDCWD, root_ + "f", "two", 0600));
  EXPECT_EQ(*ReadFile(AT_FDCWD, root_ + "f", 3), "two");
  EXPECT_THAT(*ListDirectory(AT_FDCWD, root_, 10), testing::ElementsAre("f"));
}

TEST_F(FileTest, AFileOverTheBoundIsNotRead) {
  ASSERT_TRUE(ReplaceFile(AT_FDCWD, root_ + "f", "four", 0600));
  EXPECT_EQ(ReadFile(AT_FDCWD, root_ + "f", 3).error().message(), root_ + "f: larger than 3 bytes");
}

TEST_F(FileTest, AFifoIsRefusedAtOnce) {
  ASSERT_EQ(mkfifo((root_ + "fifo").c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(AT_FDCWD, root_ + "fifo", 3).error().message(),
            root_ + "fifo: not a regular file");
}

TEST_F(FileTest, AMissingFileIsNotFound) {
  EXPECT_EQ(ReadFile(AT_FDCWD, root_ + "none", 3).error().code(), Code::kNotFound);
}

TEST_F(FileTest, AFileThatOthersMayWriteIsNotTrusted) {
  ASSERT_TRUE(ReplaceFile(AT_FDCWD, root_ + "f", "x", 0600));
  ASSERT_EQ(chmod((root_ + "f").c_str(), 0666), 0);
  EXPECT_EQ(ReadFile(AT_FDCWD, root_ + "f", 3, Ownership::kTrusted).error().message(),
            root_ + "f: mode 0666 lets others write to it");
}

TEST_F(FileTest, SomebodyElsesFileIsNotTrusted) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  ASSERT_TRUE(ReplaceFile(AT_FDCWD, root_ + "f", "x", 0600));
  ASSERT_EQ(chown((root_ + "f").c_str(), 65534, 65534), 0);
  EXPECT_EQ(ReadFile(AT_FDCWD, root_ + "f", 3, Ownership::kTrusted).error().message(),
            root_ + "f: owned by user 65534, not by root");
}

TEST_F(FileTest, ADirectoryWithTooManyEntriesIsRefused) {
  ASSERT_TRUE(ReplaceFile(AT_FDCWD, root_ + "a", "", 0600));
  ASSERT_TRUE(ReplaceFile(AT_FDCWD, root_ + "b", "", 0600));
  EXPECT_EQ(ListDirectory(AT_FDCWD, root_, 1).error().code(), Code::kTooLarge);
}

TEST_F(FileTest, MissingParentsAreMade) {
  ASSERT_TRUE(MakeDirectories(root_ + "x/y/z", 0755));
  ASSERT_TRUE(MakeDirectories(root_ + "x/y/z", 0755));
  std::ofstream(root_ + "x/file") << "text";
  EXPECT_FALSE(MakeDirectories(root_ + "x/file", 0755));
  EXPECT_FALSE(MakeDirectories(root_ + "x/file/below", 0755));
  EXPECT_TRUE(std::filesystem::is_directory(root_ + "x/y/z"));
}

}  // namespace
}  // namespace base
