#include "release/command/procfile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Procfile, FollowsForemansGrammar) {
  std::ifstream stream(ONEOFF_SOURCE_DIR "/tests/vectors/procfile.json");
  const auto vectors = nlohmann::json::parse(stream);
  ASSERT_GT(vectors.size(), 10U);
  for (const auto& vector : vectors) {
    SCOPED_TRACE(vector["line"].get<std::string>());
    const Procfile file = ParseProcfile(vector["line"].get<std::string>());
    EXPECT_EQ(file.ignored.empty(), vector["warning"].is_null());
    if (vector["process"].is_null()) {
      EXPECT_THAT(file.processes, IsEmpty());
      continue;
    }
    ASSERT_EQ(file.processes.size(), 1U);
    EXPECT_EQ(file.processes[0].name, vector["process"].get<std::string>());
    EXPECT_EQ(file.processes[0].command, vector["command"].get<std::string>());
  }
}

TEST(Procfile, KnowsTheLinesOfItsProcesses) {
  const Procfile file = ParseProcfile("# a\n\nweb: x\nbad line\n  \nworker: y\nweb: z\n");
  ASSERT_EQ(file.processes.size(), 2U);
  EXPECT_EQ(file.processes[0].line, 3U);
  EXPECT_EQ(file.Find("worker")->line, 6U);
  EXPECT_EQ(file.Find("web")->command, "x");
  EXPECT_EQ(file.Find("clock"), nullptr);
  EXPECT_THAT(file.ignored, ElementsAre(4U, 7U));
}

TEST(Procfile, IsBoundedAndHoldsNoZeroByte) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "p" + std::to_string(i) + ": x\n";
  const Procfile file = ParseProcfile(text);
  EXPECT_EQ(file.processes.size(), kMaxProcesses);
  EXPECT_EQ(file.ignored.size(), 20U);
  EXPECT_THAT(ParseProcfile("a: " + std::string(kMaxProcessCommand + 1, 'x')).processes, IsEmpty());
  EXPECT_THAT(ParseProcfile(std::string_view("a: x\0y", 6)).processes, IsEmpty());
}

TEST(Procfile, JunkIsNoTrouble) {
  std::string junk;
  for (int i = 0; i < 65536; ++i) junk += static_cast<char>(i * 7919 >> 3);
  (void)ParseProcfile(junk);
  EXPECT_THAT(ParseProcfile("").processes, IsEmpty());
  EXPECT_THAT(ParseProcfile(":").ignored, ElementsAre(1U));
}

}  // namespace
}  // namespace release
