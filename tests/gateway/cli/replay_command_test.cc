#include <gtest/gtest.h>

#include "gateway/cli/recording_commands.h"
#include "gateway/record/player.h"
#include "tests/gateway/record/scratch.h"

// This test is linked as a build that had no npm: the linker finds this one first.
const record::Player& record::EmbeddedPlayer() {
  static constexpr Player kNone;
  return kNone;
}

namespace cli {
namespace {

TEST(Replay, APageNeedsAPlayerWhichThisBuildHasNot) {
  const record::Scratch scratch;
  const auto store = record::Store::Open(scratch.lib() + "/lib", std::nullopt);
  ASSERT_TRUE(store) << store.error().message();
  ASSERT_TRUE(store->Create(scratch.OnTerminal("7k2m9xqd"), {}, scratch.clock));

  CLI::App app("test", "oneoff");
  Shared shared{.root = scratch.lib()};
  AddReplay(app, shared);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  app.parse(
      std::vector<std::string>{"--html", "7k2m9xqd", "replay"});  // from the last to the first
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "oneoff: replay: this build of oneoff has no player for pages: npm, or what it "
            "fetches, was not there when it was configured; install npm, run cmake and build "
            "again, or use --asciicast\n");
  EXPECT_EQ(shared.status, 1);
}

}  // namespace
}  // namespace cli
