#include "gateway/record/follower.h"

#include <gmock/gmock.h>

#include "gateway/record/archive.h"
#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

constexpr const char* kRun = "7k2m9xqd";

class FollowerTest : public testing::Test {
 protected:
  Writer Piped() {
    return scratch_.Open().Create(scratch_.Piped(kRun), {.input = true}, scratch_.clock).value();
  }
  Follower Follow(std::uint64_t history = 1024) {
    auto follower = Follower::Open(scratch_.Open(), kRun).value();
    EXPECT_TRUE(follower.Start(history));
    return follower;
  }
  // All there is for now: "stdout:abc stderr:d ".
  static std::string All(Follower& follower) {
    std::string all;
    for (;;) {
      const auto output = follower.Next();
      if (!output) return all + "error: " + output.error().message();
      if (!*output) return all;
      all.append(FileOf((*output)->stream)).append(":").append((*output)->bytes).append(" ");
    }
  }

  Scratch scratch_;
};

TEST_F(FollowerTest, WhatThereIsAndThenWhatComesInOrder) {
  Writer writer = Piped();
  writer.Append(Stream::kStdout, "abc");
  writer.Append(Stream::kStdin, "typed");
  writer.Append(Stream::kStderr, "d");
  writer.Append(Stream::kStdout, "e");
  Follower follower = Follow();
  EXPECT_EQ(follower.about().command, "rake db:migrate");
  EXPECT_FALSE(follower.cut(Stream::kStdout));
  EXPECT_EQ(follower.behind(), 5U);
  EXPECT_EQ(All(follower), "stdout:abc stderr:d stdout:e ");
  EXPECT_EQ(follower.behind(), 0U);
  writer.Append(Stream::kStderr, "more");
  EXPECT_EQ(follower.behind(), 4U);
  EXPECT_EQ(follower.recorded(), 9U);
  EXPECT_EQ(All(follower), "stderr:more ");
}

TEST_F(FollowerTest, TheHistoryIsTheLastBytesOfAllStreamsTogether) {
  Writer writer = Piped();
  writer.Append(Stream::kStdout, "0123456789");
  writer.Append(Stream::kStderr, "abc");
  writer.Append(Stream::kStdout, "xy");
  for (const auto& [history, shown] :
       {std::pair(15, "stdout:0123456789 stderr:abc stdout:xy "),
        std::pair(14, "stdout:123456789 stderr:abc stdout:xy "),
        std::pair(4, "stderr:bc stdout:xy "), std::pair(2, "stdout:xy "), std::pair(0, "")}) {
    Follower follower = Follow(static_cast<std::uint64_t>(history));
    EXPECT_EQ(follower.cut(Stream::kStdout), history < 15);
    EXPECT_EQ(follower.cut(Stream::kStderr), history < 5);
    EXPECT_EQ(All(follower), shown) << history;
  }
  Follower follower = Follow(0);
  writer.Append(Stream::kStdout, "z");
  EXPECT_EQ(All(follower), "stdout:z ");
}

TEST_F(FollowerTest, ATerminalHasTheWindowThatItHasNow) {
  Writer writer = scratch_.Open().Create(scratch_.OnTerminal(kRun), {}, scratch_.clock).value();
  writer.Append(Stream::kTerminal, "a");
  writer.Resize(99, 30);
  Follower follower = Follow();
  EXPECT_EQ(follower.about().columns, 99U);
  EXPECT_EQ(follower.about().rows, 30U);
  EXPECT_EQ(All(follower), "ttyout:a ");
}

TEST_F(FollowerTest, AnEntryWithoutItsBytesIsDamage) {
  Writer writer = Piped();
  writer.Append(Stream::kStdout, "abc");
  scratch_.Write(kRun, "timing", scratch_.Read(kRun, "timing") + "1 0.000000000 5\n");
  Follower follower = Follow();
  EXPECT_EQ(All(follower), "stdout:abc error: stdout: ends before its time");
}

TEST_F(FollowerTest, AnEntryThatCannotBeReadIsPassedOver) {
  Writer writer = Piped();
  writer.Append(Stream::kStdout, "abc");
  scratch_.Write(kRun, "timing", "nonsense\n" + scratch_.Read(kRun, "timing"));
  Follower follower = Follow();
  EXPECT_EQ(All(follower), "stdout:abc ");
}

TEST_F(FollowerTest, NoRecordingAndOneThatIsOverAreNotFollowed) {
  EXPECT_EQ(Follower::Open(scratch_.Open(), kRun).error().code(), base::Code::kNotFound);
  EXPECT_FALSE(Follower::Open(scratch_.Open(), "../etc"));
  {
    Writer writer = Piped();
    writer.Append(Stream::kStdout, "abc");
    writer.End();
  }
  ASSERT_TRUE(Compress(scratch_.Open(), kRun));
  EXPECT_EQ(Follower::Open(scratch_.Open(), kRun).error().code(), base::Code::kDenied);
}

}  // namespace
}  // namespace record
