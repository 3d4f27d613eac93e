#include "gateway/record/store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

unsigned ModeOf(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

TEST(Store, NobodyElseGetsIn) {
  const Scratch scratch;
  const Store store = scratch.Open();
  ASSERT_TRUE(store.Create(scratch.Piped("aaaaaaaa"), {}, scratch.clock));
  EXPECT_EQ(ModeOf(scratch.lib() + "/recordings"), 0700U);
  EXPECT_EQ(ModeOf(scratch.Path("aaaaaaaa")), 0700U);
  for (const char* const file : {"log", "log.json", "timing", "events.jsonl", "stdout", "state"}) {
    EXPECT_EQ(ModeOf(scratch.Path("aaaaaaaa", file)), 0600U) << file;
  }
}

TEST(Store, TwoRecordingsCannotHaveOneName) {
  const Scratch scratch;
  const Store store = scratch.Open();
  ASSERT_TRUE(store.Create(scratch.Piped("aaaaaaaa"), {}, scratch.clock));
  EXPECT_EQ(store.Create(scratch.Piped("aaaaaaaa"), {}, scratch.clock).error().message(),
            "recording: File exists");
  EXPECT_TRUE(std::filesystem::exists(scratch.Path("aaaaaaaa", "timing")));
}

TEST(Store, ListsRecordingsAndNothingElse) {
  const Scratch scratch;
  const Store store = scratch.Open();
  for (const char* const run : {"bbbbbbbb", "aaaaaaaa"}) {
    ASSERT_TRUE(store.Create(scratch.Piped(run), {}, scratch.clock));
  }
  std::filesystem::create_directory(scratch.Path("lost+found"));
  std::filesystem::create_directory(scratch.Path(".hidden00"));
  EXPECT_THAT(store.List().value(), testing::ElementsAre("aaaaaaaa", "bbbbbbbb"));
}

TEST(Store, RemovesAllOfARecordingAndMindsNotIfItIsGone) {
  const Scratch scratch;
  const Store store = scratch.Open();
  ASSERT_TRUE(store.Create(scratch.OnTerminal("aaaaaaaa"), {.input = true}, scratch.clock));
  ASSERT_TRUE(store.Remove("aaaaaaaa"));
  EXPECT_FALSE(std::filesystem::exists(scratch.Path("aaaaaaaa")));
  EXPECT_TRUE(store.Remove("aaaaaaaa"));
}

TEST(Store, DoesNotFollowALinkInPlaceOfARecording) {
  const Scratch scratch;
  const Store store = scratch.Open();
  std::filesystem::create_directory(scratch.lib() + "/elsewhere");
  std::ofstream(scratch.lib() + "/elsewhere/file") << "x";
  std::filesystem::create_directory_symlink(scratch.lib() + "/elsewhere", scratch.Path("aaaaaaaa"));
  EXPECT_FALSE(store.Remove("aaaaaaaa"));
  EXPECT_TRUE(std::filesystem::exists(scratch.lib() + "/elsewhere/file"));
}

}  // namespace
}  // namespace record
