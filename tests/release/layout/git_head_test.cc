#include "release/layout/git_head.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

const std::string kA(40, 'a');
const std::string kB(40, 'b');

TEST(GitHead, ReadsCapistranosRevision) {
  const TemporaryFolder folder;
  folder.Write("REVISION", "3f2a91c\n");
  EXPECT_EQ(ReadCommit(folder.path()), "3f2a91c");
  folder.Write("REVISION", "v1.2 (tagged)\n");
  EXPECT_EQ(ReadCommit(folder.path()), "");
}

TEST(GitHead, ReadsADetachedHead) {
  const TemporaryFolder folder;
  folder.Write(".git/HEAD", kA + "\n");
  EXPECT_EQ(ReadCommit(folder.path()), kA);
  folder.Write(".git/HEAD", std::string(64, 'c') + "\n");
  EXPECT_EQ(ReadCommit(folder.path()), std::string(64, 'c'));
}

TEST(GitHead, FollowsABranchLooseBeforePacked) {
  const TemporaryFolder folder;
  folder.Write(".git/HEAD", "ref: refs/heads/main\n");
  EXPECT_EQ(ReadCommit(folder.path()), "");
  folder.Write(".git/packed-refs", "# pack-refs with: peeled\n" + kB + " refs/heads/main2\n" + kA +
                                       " refs/heads/main\n^" + kB + "\n");
  EXPECT_EQ(ReadCommit(folder.path()), kA);
  folder.Write(".git/refs/heads/main", kB + "\n");
  EXPECT_EQ(ReadCommit(folder.path()), kB);
}

TEST(GitHead, FollowsAWorktreesGitfileAndCommondir) {
  const TemporaryFolder folder;
  folder.Write("tree/.git", "gitdir: ../main/.git/worktrees/tree\n");
  folder.Write("main/.git/worktrees/tree/HEAD", "ref: refs/heads/x\n");
  folder.Write("main/.git/worktrees/tree/commondir", "../..\n");
  folder.Write("main/.git/refs/heads/x", kA + "\n");
  EXPECT_EQ(ReadCommit(folder.path() + "/tree"), kA);
}

TEST(GitHead, IsNothingIfItCannotBeUnderstood) {
  const TemporaryFolder folder;
  EXPECT_EQ(ReadCommit(folder.path()), "");
  for (const std::string& head :
       {std::string("ref: refs/../../../etc/passwd"), std::string("ref: HEAD"), std::string(),
        std::string("ref: refs/heads/.invalid"), kA + "a", std::string("zzzzzzz")}) {
    folder.Write(".git/HEAD", head);
    EXPECT_EQ(ReadCommit(folder.path()), "") << head;
  }
  folder.Write(".git/refs/heads/a", "ref: refs/heads/b\n");
  folder.Write(".git/refs/heads/b", "ref: refs/heads/a\n");
  folder.Write(".git/HEAD", "ref: refs/heads/a\n");
  EXPECT_EQ(ReadCommit(folder.path()), "");
}

}  // namespace
}  // namespace release
