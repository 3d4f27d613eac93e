#include "gateway/record/state.h"

#include <gtest/gtest.h>

#include "gateway/record/digest.h"

namespace record {
namespace {

State Sample() {
  return {State::Phase::kRecording,
          "",
          {{"timing", 12, Digest::Of("a")}, {"events.jsonl", 0, Digest::Of("")}}};
}

TEST(Extent, IsOneLineOfText) {
  const Extent extent{"ttyout", 7, Digest::Of("x")};
  EXPECT_EQ(extent.Text(), "ttyout 7 " + Digest::Of("x"));
  EXPECT_EQ(Extent::Parse(extent.Text()), extent);
}

TEST(Extent, AnythingElseIsNone) {
  const std::string sha = Digest::Of("x");
  const std::vector<std::string> bad = {"",
                                        "ttyout",
                                        "ttyout 7",
                                        "ttyout  7 " + sha,
                                        "ttyout -7 " + sha,
                                        "ttyout 07 " + sha,
                                        "ttyout 7x " + sha,
                                        "ttyout 99999999999999999999 " + sha,
                                        "../timing 7 " + sha,
                                        "TTY 7 " + sha,
                                        " 7 " + sha,
                                        ".x 7 " + sha,
                                        std::string(33, 'a') + " 7 " + sha,
                                        "ttyout 7 " + sha + " ",
                                        "ttyout 7 " + sha.substr(1),
                                        "ttyout 7 " + sha.substr(1) + "G"};
  for (const std::string& text : bad) {
    EXPECT_EQ(Extent::Parse(text), std::nullopt) << text;
  }
}

TEST(State, ReadsBackAsItWasWithWhateverFollows) {
  for (const auto phase : {State::Phase::kRecording, State::Phase::kPaused, State::Phase::kEnded}) {
    State state = Sample();
    state.phase = phase;
    if (phase == State::Phase::kPaused) state.cause = "ttyout: No space left on device";
    const auto read = ParseState(FormatState(state) + "left from before\n\0junk");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->phase, phase);
    EXPECT_EQ(read->cause, state.cause);
    EXPECT_EQ(read->extents, state.extents);
  }
}

TEST(State, ARecordingThatGoesOnMayHaveARemark) {
  State state = Sample();
  state.cause = "three quarters are written";
  const auto read = ParseState(FormatState(state));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->phase, State::Phase::kRecording);
  EXPECT_EQ(read->cause, state.cause);
}

TEST(State, ACutOneIsNone) {
  const std::string whole = FormatState(Sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseState(whole.substr(0, size))) << size;
  }
}

TEST(State, AnAlteredOneIsNone) {
  const std::string whole = FormatState(Sample());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string altered = whole;
    altered[at] ^= 1;
    EXPECT_FALSE(ParseState(altered)) << at;
  }
}

TEST(State, TooManyFilesAreNone) {
  State state;
  for (std::size_t i = 0; i <= kMaxExtents; ++i) state.extents.push_back({"x", i, Digest::Of("")});
  EXPECT_EQ(ParseState(FormatState(state)).error().message(), "the recording's state is not whole");
}

TEST(State, FitsIntoItsRoomAtItsLargest) {
  State state{State::Phase::kPaused, std::string(kMaxCause, '\n'), {}};
  for (std::size_t i = 0; i < kMaxExtents; ++i) {
    state.extents.push_back({std::string(32, 'x'), ~std::uint64_t{0}, Digest::Of("")});
  }
  const std::string text = FormatState(state);
  EXPECT_LE(text.size(), kStateRoom);
  EXPECT_TRUE(ParseState(text));
}

TEST(Digest, OfAListIsThatOfItsTexts) {
  const State state = Sample();
  EXPECT_EQ(DigestOf(state.extents),
            Digest::Of(state.extents[0].Text() + "\n" + state.extents[1].Text() + "\n"));
}

TEST(Digest, GoesOnAfterItWasRead) {
  Digest digest;
  digest.Add("a");
  EXPECT_EQ(digest.Hex(), Digest::Of("a"));
  digest.Add("b");
  EXPECT_EQ(digest.Hex(), Digest::Of("ab"));
}

}  // namespace
}  // namespace record
