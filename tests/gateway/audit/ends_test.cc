#include "gateway/audit/ends.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace audit {
namespace {

TEST(RunsWithAnEnd, AreThoseOfTheLogFromTheDayOn) {
  std::string directory = testing::TempDir() + "ends-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const auto line = [](const char* event, const char* run) {
    return std::string(R"({"seq":1,"time":"2026-03-01T09:30:00.125Z","host":"h","prev":")") +
           std::string(64, '0') + R"(","event":")" + event + R"(","run":")" + run + "\"}\n";
  };
  std::ofstream(directory + "/2026-02-28.jsonl") << line("run.ended", "aaaaaaaa");
  std::ofstream(directory + "/2026-03-01.jsonl")
      << line("run.started", "bbbbbbbb") << line("run.ended", "cccccccc")
      << "junk run.ended dddddddd\n"
      << line("run.ended", "eeeeeeee");
  const auto ended =
      RunsWithAnEnd(directory, {"aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd"}, "2026-03-01");
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(ended) << ended.error().message();
  EXPECT_THAT(*ended, testing::ElementsAre("cccccccc"));
}

}  // namespace
}  // namespace audit
