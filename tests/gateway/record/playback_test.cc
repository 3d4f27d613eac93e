#include "gateway/record/playback.h"

#include <gmock/gmock.h>

#include "gateway/record/archive.h"
#include "gateway/record/asciicast.h"
#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

using std::chrono::milliseconds;
constexpr const char* kRun = "7k2m9xqd";

class Played : public testing::Test {
 protected:
  Writer Create(bool terminal) {
    const About about = terminal ? scratch_.OnTerminal(kRun) : scratch_.Piped(kRun);
    return store_.Create(about, {}, scratch_.clock).value();
  }
  // "12 ttyout abc", "12 24x80", or what is wrong.
  std::vector<std::string> Moments() const {
    auto playback = Playback::Open(store_, kRun);
    if (!playback) return {playback.error().message()};
    std::vector<std::string> texts;
    for (;;) {
      const auto moment = playback->Next();
      if (!moment) texts.push_back(moment.error().message());
      if (!moment || !*moment) return texts;
      std::string text = std::to_string((*moment)->at.count()) + " ";
      if (const auto* const window = std::get_if<Window>(&(*moment)->what)) {
        text += std::to_string(window->rows) + "x" + std::to_string(window->columns);
      } else {
        const auto& output = std::get<Output>((*moment)->what);
        text += std::string(FileOf(output.stream)) + " " + output.bytes;
      }
      texts.push_back(std::move(text));
    }
  }

  Scratch scratch_;
  Store store_ = scratch_.Open();
};

TEST_F(Played, ComesAsItWasBeforeAndAfterItIsArchived) {
  Writer writer = Create(true);
  scratch_.clock.now += milliseconds(5);
  writer.Append(Stream::kTerminal, "abc");
  writer.Resize(80, 24);
  scratch_.clock.now += milliseconds(7);
  writer.Append(Stream::kTerminal, "d");
  const std::vector<std::string> expected = {"5 ttyout abc", "5 24x80", "12 ttyout d"};
  EXPECT_EQ(Moments(), expected);
  (void)writer.End();
  ASSERT_TRUE(Compress(store_, kRun));
  EXPECT_EQ(Moments(), expected);
}

TEST_F(Played, StreamsComeInTheirOrder) {
  Writer writer = Create(false);
  writer.Append(Stream::kStdout, "a");
  writer.Append(Stream::kStderr, "b");
  writer.Append(Stream::kStdout, "c");
  EXPECT_EQ(Moments(), (std::vector<std::string>{"0 stdout a", "0 stderr b", "0 stdout c"}));
}

TEST_F(Played, ALargeChunkComesInPieces) {
  Writer writer = Create(true);
  writer.Append(Stream::kTerminal, std::string(100'000, 'x'));
  EXPECT_EQ(Moments().size(), 2U);
}

TEST_F(Played, WhatIsDamagedIsSaid) {
  Writer writer = Create(true);
  writer.Append(Stream::kTerminal, "abc");
  for (const auto& [timing, message] : std::vector<std::pair<std::string, std::string>>{
           {"4 0.000000000 9\n", "ttyout: ends before its time"},
           {"1 0.000000000 1\n", "stdout: No such file or directory"},
           {"4 0.000000000 3", ""},
           {std::string(100'000, '4'), "timing: a line of over 128 bytes"}}) {
    scratch_.Write(kRun, "timing", timing);
    const auto moments = Moments();
    EXPECT_EQ(moments.empty() ? "" : moments.back(), message) << timing.substr(0, 40);
  }
  scratch_.Write(kRun, "events.jsonl", "{}\n");
  EXPECT_EQ(Moments(), std::vector<std::string>{"events.jsonl: says of no run"});
  EXPECT_FALSE(Playback::Open(store_, "../../etc"));
  EXPECT_FALSE(Playback::Open(store_, "aaaaaaaa"));
}

TEST_F(Played, ALineThatCannotBeReadIsPassedOverAndCounted) {
  Writer writer = Create(true);
  writer.Append(Stream::kTerminal, "abc");
  scratch_.Write(kRun, "timing", "junk\n4 0.000000000 3\n5 0.000000000 24 70000\n");
  EXPECT_EQ(CountUnreadable(store_, kRun).value(), 1U);
  EXPECT_EQ(Moments().size(), 2U);
}

TEST_F(Played, AWindowThatNoTerminalHasIsBounded) {
  Writer writer = Create(true);
  writer.Resize(70'000, 0);
  auto playback = Playback::Open(store_, kRun);
  ASSERT_TRUE(playback);
  const auto moment = playback->Next();
  ASSERT_TRUE(moment && *moment);
  EXPECT_EQ(std::get<Window>((*moment)->what).columns, 65'535U);
  EXPECT_EQ(std::get<Window>((*moment)->what).rows, 1U);
  EXPECT_EQ(CountUnreadable(store_, kRun).value(), 0U);
}

TEST(Timing, IsReadAsSudoWritesIt) {
  const auto entry = ParseTiming("4 1.250000000 17");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->delay, milliseconds(1250));
  EXPECT_EQ(std::get<Chunk>(entry->what).bytes, 17U);
  const auto window = ParseTiming("5 0.000999999 24 80");
  ASSERT_TRUE(window);
  EXPECT_EQ(std::get<Window>(window->what).columns, 80U);
}

TEST(Timing, AnythingElseIsNone) {
  for (const char* const line :
       {"", "4", "4 0.000000000", "6 0.000000000 1", "7 0.000000000 1", "44 0.000000000 1",
        "4 0.0 1", "4 0 1", "4 .000000000 1", "4 -1.000000000 1", "4 0.000000000 -1",
        "4 0.000000000 1 2", "5 0.000000000 1", "5 0.000000000 1 2 3", "5 0.000000000 1 4294967296",
        "4 0.00000000x 1", "4 99999999999.000000000 1", "4  0.000000000 1", "4 0.000000000 1 "}) {
    EXPECT_FALSE(ParseTiming(line)) << line;
  }
}

TEST(About, WhatIsNoStartIsNone) {
  const Scratch scratch;
  const std::string whole = FormatStart(scratch.OnTerminal(kRun));
  EXPECT_TRUE(ParseStart(whole));
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    EXPECT_FALSE(ParseStart(whole.substr(0, size))) << size;
  }
  for (const char* const line : {"[]", "7", "{\"event\":\"end\"}", "{\"event\":7}"}) {
    EXPECT_FALSE(ParseStart(line)) << line;
  }
}

TEST(Asciicast, ShowsCharactersWholeAndLinesAsATerminalDoes) {
  const Scratch scratch;
  Asciicast cast(scratch.Piped(kRun));
  EXPECT_EQ(cast.Header(),
            "{\"version\":2,\"width\":0,\"height\":0,\"timestamp\":1772357400,\"title\":\"shop+v41 "
            "run 7k2m9xqd as alice: rake db:migrate\"}\n");
  EXPECT_EQ(cast.Event({milliseconds(1500), Output{Stream::kStdout, "a\nb\xc3"}}),
            "[1.5,\"o\",\"a\\r\\nb\"]\n");
  EXPECT_EQ(cast.Event({milliseconds(1600), Output{Stream::kStderr, "\xff"}}),
            "[1.6,\"o\",\"\xef\xbf\xbd\"]\n");
  EXPECT_EQ(cast.Event({milliseconds(1700), Output{Stream::kStdout, "\xa9"}}),
            "[1.7,\"o\",\"\xc3\xa9\"]\n");
  EXPECT_EQ(cast.Event({milliseconds(1800), Window{24, 80}}), "[1.8,\"r\",\"80x24\"]\n");
  EXPECT_EQ(cast.Event({milliseconds(1800), Output{Stream::kStdin, "x"}}), "");
}

}  // namespace
}  // namespace record
