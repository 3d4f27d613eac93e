#include "gateway/ssh/sftp_refusal.h"

#include <gtest/gtest.h>

namespace ssh {
namespace {

using std::string_literals::operator""s;

const std::string kInit = "\0\0\0\5\1\0\0\0\3"s;
const std::string kVersion = "\0\0\0\5\2\0\0\0\3"s;
const std::string kRealpath = "\0\0\0\x0a\x10\0\0\0\7\0\0\0\1."s;
const std::string kRefused = "\0\0\0\x15\x65\0\0\0\7\0\0\0\x08\0\0\0\2no\0\0\0\2en"s;

TEST(SftpRefusal, AgreesOnAVersionAndAnswersEachRequestWithWhy) {
  SftpRefusal refusal("no");
  EXPECT_EQ(refusal.Take(kInit), kVersion);
  EXPECT_EQ(refusal.Take(kRealpath), kRefused);
  EXPECT_EQ(refusal.Take(kRealpath + kRealpath), kRefused + kRefused);
  EXPECT_FALSE(refusal.over());
}

TEST(SftpRefusal, TakesItInAnyPieces) {
  SftpRefusal refusal("no");
  std::string answers;
  for (const char byte : kInit + kRealpath + kRealpath) answers += refusal.Take({&byte, 1});
  EXPECT_EQ(answers, kVersion + kRefused + kRefused);
}

TEST(SftpRefusal, WhatIsNoSftpIsAnsweredNoMore) {
  for (const std::string& bad : {"hello there"s, "\0\0\0\4\1\0\0\0\3"s, "\0\4\0\1\1\0\0\0\3"s}) {
    SftpRefusal refusal("no");
    EXPECT_EQ(refusal.Take(bad + kInit), "");
    EXPECT_TRUE(refusal.over());
    EXPECT_EQ(refusal.Take(kInit), "");
  }
}

TEST(SftpRefusal, TheNumberOfAnswersIsBounded) {
  SftpRefusal refusal("no");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += kRealpath;
  EXPECT_EQ(refusal.Take(many).size(), 64 * kRefused.size());
  EXPECT_TRUE(refusal.over());
}

}  // namespace
}  // namespace ssh
