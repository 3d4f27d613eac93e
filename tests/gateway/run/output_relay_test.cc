#include "gateway/run/output_relay.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/file.h"
#include "gateway/record/store.h"

namespace run {
namespace {

using record::Stream;

class OutputRelayTest : public testing::Test {
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
  void Start(std::optional<std::uint64_t> keep) {
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
    relay_.emplace(loop_, std::move(source->first), std::move(sink->second),
                   OutputRelay::Terms{.recording = writer_ ? &*writer_ : nullptr,
                                      .log = log_ ? &*log_ : nullptr},
                   OutputRelay::Hooks{[] {}, [this] { ++done_; }});
  }
  void MakeLog(std::uint64_t bound) {
    const auto folder = base::OpenDirectory(lib_);
    ASSERT_TRUE(folder);
    auto log = OutputLog::Create(folder->get(), "7k2m9xqd", bound);
    ASSERT_TRUE(log);
    log_.emplace(std::move(*log));
  }
  // A new client, from `position` on.
  void Attach(std::uint64_t position, const std::string& line = "") {
    auto sink = base::MakePipe();
    ASSERT_TRUE(sink && base::SetNonBlocking(sink->first.get()));
    out_ = std::move(sink->first);
    relay_->Attach(std::move(sink->second), relay_->Clamp(position), line);
  }
  void Move(int times = 3) {
    for (int i = 0; i < times; ++i) relay_->Resume();
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
  std::optional<OutputLog> log_;
  std::optional<OutputRelay> relay_;
  bool ended_ = false;
  int done_ = 0;
};

// What a client that reads slowly, or not at all, means is seen without a loop: Resume moves what
// can be moved.
TEST_F(OutputRelayTest, WhatIsKeptIsRecordedAndTheRestIsCounted) {
  Start(5);
  Say("abcdefgh");
  relay_->Resume();
  EXPECT_EQ(Heard(), "abcdefgh");
  Say("ijk");
  relay_->Resume();
  EXPECT_EQ(Heard(), "ijk");
  EXPECT_EQ(Kept(), "abcde");
  EXPECT_EQ(writer_->passed(Stream::kStdout), 11U);
}

TEST_F(OutputRelayTest, WithoutARecordingBytesPass) {
  Start(std::nullopt);
  Say("abc");
  relay_->Resume();
  EXPECT_EQ(Heard(), "abc");
}

TEST_F(OutputRelayTest, AnEndIsPassedOnBehindAllThatCame) {
  Start(1000);
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

TEST_F(OutputRelayTest, AReaderThatIsSlowMakesTheWriterWait) {
  for (const std::uint64_t keep : {std::uint64_t{0}, std::uint64_t{1} << 30U}) {
    TearDown();
    SetUp();
    Start(keep);
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

TEST_F(OutputRelayTest, AReaderThatIsGoneEndsNothingUntilItIsSaidWhatThatMeans) {
  Start(0);
  out_.Reset();
  Say("abc");
  relay_->Resume();
  EXPECT_FALSE(relay_->done());
  relay_->CloseSource();
  EXPECT_TRUE(relay_->done());
  EXPECT_EQ(write(in_.get(), "x", 1), -1) << "the command is told";
}

TEST_F(OutputRelayTest, WhatIsDiscardedIsRecordedAllTheSame) {
  Start(100);
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

TEST_F(OutputRelayTest, SomebodyWhoHoldsTheSourceOpenDoesNotHoldUpTheEnd) {
  Start(100);
  Say("abc");
  relay_->EndWhenSilent();
  EXPECT_EQ(Heard(), "abc");
  EXPECT_TRUE(relay_->done());
}

TEST_F(OutputRelayTest, WithoutAClientOutputGoesToTheLogAndALaterClientGetsIt) {
  MakeLog(1000);
  Start(std::nullopt);
  Say("abc");
  Move();
  EXPECT_EQ(Heard(), "abc");
  relay_->Confirm(1);
  relay_->Detach();
  Say("def");
  Move();
  EXPECT_EQ(relay_->confirmed(), 1U);
  EXPECT_EQ(relay_->kept(), 1U) << "what the client has confirmed is not kept";
  Attach(relay_->confirmed(), "a line\n");
  Say("ghi");
  Move();
  EXPECT_EQ(Heard(), "a line\nbcdefghi");
  relay_->Confirm(7 + 8);
  EXPECT_EQ(relay_->confirmed(), 9U) << "the gateway's line does not count";
  Attach(0);
  Move();
  EXPECT_EQ(Heard(), "bcdefghi");
}

TEST_F(OutputRelayTest, AClientThatIsBehindMakesTheCommandWaitAndLosesNothing) {
  MakeLog(1U << 20U);
  Start(std::nullopt);
  relay_->Detach();
  std::size_t sent = 0;
  for (int i = 0; i < 4; ++i) {
    sent += Fill();
    relay_->Resume();
  }
  Attach(0);
  std::size_t heard = 0;
  for (int i = 0; i < 200 && heard < sent; ++i) {
    relay_->Resume();
    heard += Heard().size();
  }
  EXPECT_EQ(heard, sent);
  EXPECT_TRUE(relay_->HasPassedMark());
  in_.Reset();
  Move();
  EXPECT_TRUE(relay_->done());
}

TEST_F(OutputRelayTest, AClientThatComesAfterTheEndOfAStreamGetsItAndItsEnd) {
  MakeLog(1000);
  Start(std::nullopt);
  relay_->Detach();
  Say("abc");
  in_.Reset();
  Move();
  EXPECT_TRUE(relay_->done());
  Attach(0);
  Move();
  EXPECT_EQ(Heard(), "abc");
  EXPECT_EQ(Heard(), "");
  EXPECT_TRUE(ended_);
  EXPECT_TRUE(relay_->done());
}

TEST_F(OutputRelayTest, AClientThatHasAllOfTheLogNeedsNoDisk) {
  MakeLog(1000);
  Start(std::nullopt);
  relay_->Detach();
  Say("abc");
  Move();
  Attach(0);
  Move();
  log_.emplace(std::move(*OutputLog::Open(base::OpenDirectory(lib_)->get(), "7k2m9xqd")));
  Say("def");  // the log is open for reading only: nothing can be written to it
  Move();
  EXPECT_EQ(Heard(), "abcdef");
}

TEST_F(OutputRelayTest, TheOldestBytesOfTheLogGiveWay) {
  MakeLog(4);
  Start(std::nullopt);
  relay_->Detach();
  Say("abcdef");
  Move();
  Say("gh");
  Move();
  EXPECT_EQ(relay_->kept(), 4U);
  Attach(0);
  Move();
  EXPECT_EQ(Heard(), "efgh");
}

TEST_F(OutputRelayTest, WithoutALogTheNewestBytesAreRemembered) {
  Start(std::nullopt);
  Say("abc");
  Move();
  EXPECT_EQ(Heard(), "abc");
  relay_->Detach();
  Say("def");
  Move();
  Attach(1);
  Move();
  EXPECT_EQ(Heard(), "bcdef");
}

TEST_F(OutputRelayTest, AFalseConfirmationCountsForNothing) {
  Start(std::nullopt);
  Say("abc");
  Move();
  relay_->Confirm(4);
  EXPECT_EQ(relay_->confirmed(), 0U);
  relay_->Confirm(2);
  relay_->Confirm(1);
  EXPECT_EQ(relay_->confirmed(), 2U);
}

TEST_F(OutputRelayTest, ARunThatEndsWithoutAClientLeavesItsOutputInTheLog) {
  MakeLog(1000);
  Start(std::nullopt);
  Say("abc");
  Move();
  in_.Reset();
  Move();
  EXPECT_TRUE(relay_->done());
  relay_->Preserve();
  const auto folder = base::OpenDirectory(lib_);
  auto log = OutputLog::Open(folder->get(), "7k2m9xqd");
  ASSERT_TRUE(log);
  EXPECT_EQ(*log->Read(Stream::kStdout, 0, 100), "abc");
}

}  // namespace
}  // namespace run
