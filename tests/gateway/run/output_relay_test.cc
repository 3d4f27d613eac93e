#include "gateway/run/pipe_relay.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "gateway/record/store.h"

namespace run {
namespace {

using record::Stream;
using Direction = PipeRelay::Direction;

class PipeRelayTest : public testing::Test {
 protected:
  void SetUp() override {
    (void)signal(SIGPIPE, SIG_IGN);
    std::string pattern = testing::TempDir() + "relay-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    lib_ = pattern;
  }
  void TearDown() override {
    relay_.reset();
    std::filesystem::remove_all(lib_);
  }
  void Start(Direction direction, std::optional<std::uint64_t> keep) {
    auto source = base::MakePipe();
    auto sink = base::MakePipe();
    ASSERT_TRUE(source && sink);
    in_ = std::move(source->second);
    out_ = std::move(sink->first);
    ASSERT_TRUE(base::SetNonBlocking(in_.get()) && base::SetNonBlocking(out_.get()));
    if (keep) {
      record::About about;
      about.run = "7k2m9xqd";
      auto store = record::Store::Open(lib_, std::nullopt);
      ASSERT_TRUE(store);
      auto writer = store->Create(about, {.keep = *keep}, clock_);
      ASSERT_TRUE(writer) << writer.error().message();
      writer_.emplace(std::move(*writer));
    }
    relay_.emplace(loop_,
                   PipeRelay::Pipe{std::move(source->first), std::move(sink->second),
                                   Stream::kStdout, direction},
                   writer_ ? &*writer_ : nullptr, PipeRelay::Hooks{[] {}, [this] { ++done_; }});
  }
  std::size_t Fill() {
    std::size_t sent = 0;
    const std::string chunk(4096, 'x');
    for (;;) {
      const ssize_t n = write(in_.get(), chunk.data(), chunk.size());
      if (n <= 0) return sent;
      sent += static_cast<std::size_t>(n);
    }
  }
  void Say(std::string_view bytes) {
    ASSERT_EQ(write(in_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  std::string Heard() {
    std::string text(100'000, '\0');
    const ssize_t n = read(out_.get(), text.data(), text.size());
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    ended_ = n == 0;
    return text;
  }
  std::string Kept() const {
    std::ifstream stream(lib_ + "/recordings/7k2m9xqd/stdout", std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }

  std::string lib_;
  const base::SystemClock clock_;
  base::Loop loop_{clock_};
  std::optional<record::Writer> writer_;
  base::UniqueFd in_;
  base::UniqueFd out_;
  std::optional<PipeRelay> relay_;
  bool ended_ = false;
  int done_ = 0;
};

// What a client that reads slowly, or not at all, means is seen without a loop: Resume moves what
// can be moved.
TEST_F(PipeRelayTest, WhatIsKeptIsRecordedAndTheRestIsCounted) {
  Start(Direction::kToClient, 5);
  Say("abcdefgh");
  relay_->Resume();
  EXPECT_EQ(Heard(), "abcdefgh");
  Say("ijk");
  relay_->Resume();
  EXPECT_EQ(Heard(), "ijk");
  EXPECT_EQ(Kept(), "abcde");
  EXPECT_EQ(writer_->passed(Stream::kStdout), 11U);
}

TEST_F(PipeRelayTest, WithoutARecordingBytesPass) {
  Start(Direction::kToClient, std::nullopt);
  Say("abc");
  relay_->Resume();
  EXPECT_EQ(Heard(), "abc");
}

TEST_F(PipeRelayTest, AnEndIsPassedOnBehindAllThatCame) {
  Start(Direction::kToClient, 1000);
  Say("abc");
  in_.Reset();
  relay_->Resume();
  relay_->Resume();
  EXPECT_EQ(Heard(), "abc");
  EXPECT_EQ(Heard(), "");
  EXPECT_TRUE(ended_);
  EXPECT_TRUE(relay_->done());
  EXPECT_EQ(done_, 1);
}

TEST_F(PipeRelayTest, AReaderThatIsSlowMakesTheWriterWait) {
  for (const std::uint64_t keep : {std::uint64_t{0}, std::uint64_t{1} << 30U}) {
    TearDown();
    SetUp();
    Start(Direction::kToClient, keep);
    std::size_t sent = 0;
    for (int i = 0; i < 10; ++i) {
      sent += Fill();
      relay_->Resume();
    }
    EXPECT_LT(sent, 512U * 1024) << "no more than pipes and a chunk hold";
    relay_->Mark();
    EXPECT_FALSE(relay_->HasPassedMark());
    std::size_t heard = 0;
    for (int i = 0; i < 100 && heard < sent; ++i) {
      heard += Heard().size();
      relay_->Resume();
    }
    EXPECT_EQ(heard, sent);
    EXPECT_TRUE(relay_->HasPassedMark());
    EXPECT_EQ(writer_->passed(Stream::kStdout), sent);
    writer_.reset();
  }
}

TEST_F(PipeRelayTest, AReaderThatIsGoneEndsNothingUntilItIsSaidWhatThatMeans) {
  Start(Direction::kToClient, 0);
  out_.Reset();
  Say("abc");
  relay_->Resume();
  EXPECT_FALSE(relay_->done());
  relay_->CloseSource();
  EXPECT_TRUE(relay_->done());
  EXPECT_EQ(write(in_.get(), "x", 1), -1) << "the command is told";
}

TEST_F(PipeRelayTest, WhatIsDiscardedIsRecordedAllTheSame) {
  Start(Direction::kToClient, 100);
  out_.Reset();
  Say("abc");
  relay_->Resume();
  relay_->Discard();
  Say("def");
  relay_->Resume();
  EXPECT_EQ(Kept(), "abcdef");
  EXPECT_FALSE(relay_->done());
  relay_->EndWhenSilent();
  EXPECT_TRUE(relay_->done());
}

TEST_F(PipeRelayTest, SomebodyWhoHoldsTheSourceOpenDoesNotHoldUpTheEnd) {
  Start(Direction::kToClient, 100);
  Say("abc");
  relay_->EndWhenSilent();
  EXPECT_EQ(Heard(), "abc");
  EXPECT_TRUE(relay_->done());
}

TEST_F(PipeRelayTest, ALostClientsEndIsNoneForTheCommand) {
  Start(Direction::kToCommand, 100);
  Say("half");
  in_.Reset();
  relay_->Resume();
  relay_->Resume();
  EXPECT_EQ(Heard(), "half");
  EXPECT_EQ(Heard(), "");
  EXPECT_FALSE(ended_);
  relay_->MayEnd();
  EXPECT_EQ(Heard(), "");
  EXPECT_TRUE(ended_);
}

TEST_F(PipeRelayTest, ACommandThatStopsReadingIsToldToTheClient) {
  Start(Direction::kToCommand, std::nullopt);
  out_.Reset();
  Say("abc");
  relay_->Resume();
  EXPECT_TRUE(relay_->done());
  EXPECT_EQ(write(in_.get(), "x", 1), -1);
}

}  // namespace
}  // namespace run
