#include "gateway/record/writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "base/child.h"
#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

using std::chrono::milliseconds;
constexpr const char* kRun = "7k2m9xqd";

class WriterTest : public testing::Test {
 protected:
  Writer Piped(const Terms& terms = {}) {
    return scratch_.Open().Create(scratch_.Piped(kRun), terms, scratch_.clock).value();
  }
  Writer OnTerminal(const Terms& terms = {}) {
    return scratch_.Open().Create(scratch_.OnTerminal(kRun), terms, scratch_.clock).value();
  }
  std::string Read(const std::string& file) const { return scratch_.Read(kRun, file); }
  // The lines of events.jsonl behind the start.
  std::string Events() const {
    const std::string all = Read("events.jsonl");
    return all.substr(all.find('\n') + 1);
  }

  Scratch scratch_;
};

TEST_F(WriterTest, WhatSudoReadsIsThereBeforeAnythingIsRecorded) {
  const Writer writer = OnTerminal();
  EXPECT_EQ(Read("log"),
            "1772357400:alice:deploy::unknown:50:132\n/srv/shop/releases/v41\nrake db:migrate\n");
  EXPECT_EQ(Read("log.json"),
            "{\n    \"timestamp\": {\n        \"seconds\": 1772357400,\n        \"nanoseconds\": "
            "125000000\n    },\n    \"columns\": 132,\n    \"command\": \"bundle\",\n    "
            "\"lines\": 50,\n    \"runargv\": [\n        \"bundle\",\n        \"exec\",\n        "
            "\"rake\",\n        \"db:migrate\"\n    ],\n    \"rungid\": 1001,\n    \"runuid\": "
            "1000,\n    \"runuser\": \"deploy\",\n    \"runcwd\": \"/srv/shop/releases/v41\",\n    "
            "\"submitcwd\": \"/srv/shop/releases/v41\",\n    \"submithost\": \"192.0.2.1\",\n    "
            "\"submituser\": \"alice\",\n    \"ttyname\": \"unknown\"\n}\n");
  EXPECT_EQ(Read("timing"), "");
  const auto start = ParseStart(Read("events.jsonl"));
  ASSERT_TRUE(start) << start.error().message();
  EXPECT_EQ(start->command, "rake db:migrate");
  EXPECT_EQ(start->columns, 132U);
}

TEST_F(WriterTest, ACommandOfAnyBytesStaysOneLine) {
  About about = scratch_.Piped(kRun);
  about.command = "echo 'a\nb' \xff";
  ASSERT_TRUE(scratch_.Open().Create(about, {}, scratch_.clock));
  EXPECT_EQ(Read("log"),
            "1772357400:alice:deploy::unknown:24:80\n/srv/shop/releases/v41\necho 'a\\x0ab' "
            "\\xff\n");
  EXPECT_EQ(ParseStart(Read("events.jsonl"))->command, about.command);
}

TEST_F(WriterTest, EachChunkHasItsTime) {
  Writer writer = OnTerminal();
  scratch_.clock.now += milliseconds(1250);
  writer.Append(Stream::kTerminal, std::string_view("\0\xff", 2));
  scratch_.clock.now += milliseconds(3);
  writer.Append(Stream::kTerminal, "abc");
  writer.Resize(80, 24);
  EXPECT_EQ(Read("ttyout"), std::string("\0\xff"
                                        "abc",
                                        5));
  EXPECT_EQ(Read("timing"), "4 1.250000000 2\n4 0.003000000 3\n5 0.000000000 24 80\n");
}

TEST_F(WriterTest, ATerminalIsKeptUpToItsBoundAndAllOfItIsCounted) {
  Writer writer = OnTerminal({.most = 400});
  EXPECT_FALSE(writer.nearly_full());
  writer.Append(Stream::kTerminal, std::string(300, 'a'));
  EXPECT_TRUE(writer.nearly_full());
  EXPECT_FALSE(writer.full());
  writer.Append(Stream::kTerminal, std::string(300, 'b'));
  EXPECT_TRUE(writer.full());
  EXPECT_EQ(writer.Wants(Stream::kTerminal), 0U);
  writer.Append(Stream::kTerminal, "c");
  writer.Resize(80, 24);
  EXPECT_EQ(writer.passed(Stream::kTerminal), 601U);
  (void)writer.End();
  EXPECT_EQ(Read("ttyout"), std::string(300, 'a') + std::string(300, 'b'));
  EXPECT_THAT(Events(), testing::HasSubstr(R"("event":"dropped","stream":"ttyout","bytes":1)"));
}

TEST_F(WriterTest, WhoTookMuchLatelyLeavesMoreRoom) {
  EXPECT_EQ(RoomFor(0, 1000), 0U);
  EXPECT_EQ(RoomFor(1000, 0), 500U);
  EXPECT_EQ(RoomFor(1000, 10), 660U);
  EXPECT_EQ(RoomFor(1000, 1'000'000), 1000U);
  EXPECT_EQ(RoomFor(1UL << 40, std::uint64_t{1} << 63U), 1UL << 40);
}

TEST_F(WriterTest, AProgramOnStdinHasADigestOfAllOfIt) {
  Writer writer = Piped({.keep = 3, .input = true});
  writer.Append(Stream::kStdin, "echo 1\n");
  (void)writer.End();
  EXPECT_EQ(Read("stdin"), "ech");
  const auto state = ParseState(Read("state"));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->extents.back(), (Extent{"stdin.passed", 7, Digest::Of("echo 1\n")}));
}

TEST_F(WriterTest, AStreamIsKeptUpToItsBoundAndAllOfItIsCounted) {
  Writer writer = Piped({.keep = 5});
  EXPECT_EQ(writer.Wants(Stream::kStdout), 5U);
  writer.Append(Stream::kStdout, "abc");
  EXPECT_EQ(writer.Wants(Stream::kStdout), 2U);
  writer.Append(Stream::kStdout, "defg");
  EXPECT_EQ(writer.Wants(Stream::kStdout), 0U);
  EXPECT_EQ(writer.Wants(Stream::kStderr), 5U);
  writer.Append(Stream::kStdout, "h");
  writer.Pass(Stream::kStdout, 1000);
  EXPECT_EQ(writer.passed(Stream::kStdout), 1008U);
  (void)writer.End();
  EXPECT_EQ(Read("stdout"), "abcde");
  EXPECT_EQ(Read("timing"), "1 0.000000000 3\n1 0.000000000 2\n");
  EXPECT_EQ(Events(),
            "{\"ms\":0,\"event\":\"dropped\",\"stream\":\"stdout\",\"bytes\":1003}\n"
            "{\"ms\":0,\"event\":\"end\"}\n");
}

TEST_F(WriterTest, ATerminalIsKeptInFull) {
  Writer writer = OnTerminal({.keep = 5});
  writer.Append(Stream::kTerminal, std::string(100'000, 'x'));
  EXPECT_EQ(Read("ttyout").size(), 100'000U);
  EXPECT_GT(writer.Wants(Stream::kTerminal), 1U << 30);
}

TEST_F(WriterTest, InputHasAFileOnlyWhereItIsAskedFor) {
  {
    Writer writer = OnTerminal();
    EXPECT_FALSE(writer.records(Stream::kTerminalIn));
    writer.Append(Stream::kTerminalIn, "password");
  }
  EXPECT_FALSE(std::filesystem::exists(scratch_.Path(kRun, "ttyin")));
  EXPECT_EQ(Read("timing"), "");
  ASSERT_TRUE(scratch_.Open().Remove(kRun));
  Writer writer = OnTerminal({.input = true});
  writer.Append(Stream::kTerminalIn, "ls\n");
  writer.Hide(9);
  (void)writer.End();
  EXPECT_EQ(Read("ttyin"), "ls\n");
  EXPECT_EQ(writer.passed(Stream::kTerminalIn), 12U);
  EXPECT_EQ(Events(),
            "{\"ms\":0,\"event\":\"hidden\",\"bytes\":9}\n{\"ms\":0,\"event\":\"end\"}\n");
}

TEST_F(WriterTest, ItsStateTellsWhatIsThere) {
  Writer writer = OnTerminal();
  writer.Append(Stream::kTerminal, "abc");
  EXPECT_TRUE(writer.has_grown());
  writer.WriteState(State::Phase::kRecording);
  EXPECT_FALSE(writer.has_grown());
  const auto state = ParseState(Read("state"));
  ASSERT_TRUE(state) << state.error().message();
  for (const Extent& extent : state->extents) {
    EXPECT_EQ(extent.bytes, Read(extent.file).size()) << extent.file;
    EXPECT_EQ(extent.sha256, Digest::Of(Read(extent.file))) << extent.file;
  }
  EXPECT_EQ(state->extents.back().file, "ttyout");
}

TEST_F(WriterTest, ItsEndIsTheDigestOfWhatItsStateSays) {
  Writer writer = Piped({.keep = 2, .digest_all = true});
  writer.Append(Stream::kStderr, "abcdef");
  const std::string digest = writer.End();
  const auto state = ParseState(Read("state"));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->phase, State::Phase::kEnded);
  EXPECT_EQ(digest, DigestOf(state->extents));
  EXPECT_EQ(state->extents.back().Text(), "stderr.passed 6 " + Digest::Of("abcdef"));
}

// A limit of the file's size stands for a disk that is full: what fits is written, the rest is not.
class FullDisk : public WriterTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before_), 0);
    before_handler_ = signal(SIGXFSZ, SIG_IGN);
  }
  void TearDown() override {
    MakeRoom();
    (void)signal(SIGXFSZ, before_handler_);
  }
  void Fill(rlim_t bytes) const {
    const rlimit limit{bytes, before_.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  void MakeRoom() const { ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0); }

  rlimit before_{};
  sighandler_t before_handler_ = SIG_DFL;
};

TEST_F(FullDisk, WhatCannotBeWrittenIsHeldAndWrittenLater) {
  Writer writer = OnTerminal();
  Fill(3);
  writer.Append(Stream::kTerminal, "abcdef");
  EXPECT_TRUE(writer.blocked());
  EXPECT_EQ(writer.cause(), "ttyout: File too large");
  EXPECT_EQ(Read("ttyout"), "abc");
  EXPECT_EQ(Read("timing"), "") << "never tells of bytes that are not there";
  writer.Resize(1, 2);
  EXPECT_FALSE(writer.Flush());
  MakeRoom();
  EXPECT_TRUE(writer.Flush());
  EXPECT_FALSE(writer.blocked());
  EXPECT_EQ(Read("ttyout"), "abcdef");
  EXPECT_EQ(Read("timing"), "4 0.000000000 6\n5 0.000000000 2 1\n");
  (void)writer.End();
  const auto state = ParseState(Read("state"));
  ASSERT_TRUE(state);
  for (const Extent& extent : state->extents) {
    EXPECT_EQ(extent.sha256, Digest::Of(Read(extent.file))) << extent.file;
  }
}

TEST_F(FullDisk, ItsStateCanStillBeWritten) {
  Writer writer = OnTerminal();
  Fill(kStateRoom);  // what it has already
  writer.Append(Stream::kTerminal, std::string(kStateRoom + 1, 'x'));
  ASSERT_TRUE(writer.blocked());
  writer.WriteState(State::Phase::kPaused);
  const auto state = ParseState(Read("state"));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->phase, State::Phase::kPaused);
  EXPECT_EQ(state->cause, "ttyout: File too large");
}

TEST_F(FullDisk, OneThatIsGivenUpHoldsNothingAndWantsNothing) {
  Writer writer = OnTerminal();
  Fill(3);
  writer.Append(Stream::kTerminal, "abcdef");
  writer.GiveUp();
  EXPECT_FALSE(writer.blocked());
  EXPECT_EQ(writer.Wants(Stream::kTerminal), 0U);
  MakeRoom();
  writer.Append(Stream::kTerminal, "ghi");
  EXPECT_EQ(writer.passed(Stream::kTerminal), 9U);
  (void)writer.End();
  EXPECT_EQ(Read("ttyout"), "abc");
  EXPECT_EQ(ParseState(Read("state"))->phase, State::Phase::kEnded);
}

TEST_F(WriterTest, LessThanTheReserveBlocksItUntilThereIsMore) {
  Writer writer = OnTerminal({.reserve = 0});
  EXPECT_FALSE(writer.blocked());
  const auto none = scratch_.Open().Create(scratch_.Piped("bbbbbbbb"),
                                           {.reserve = ~std::uint64_t{0}}, scratch_.clock);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), base::Code::kUnavailable);
  EXPECT_THAT(
      none.error().message(),
      testing::MatchesRegex("recordings: [0-9]+ bytes are free, and 9223372036854775807 have "
                            "to be .half of recordings.reserve."));
  EXPECT_FALSE(std::filesystem::exists(scratch_.Path("bbbbbbbb")));
}

}  // namespace
}  // namespace record
