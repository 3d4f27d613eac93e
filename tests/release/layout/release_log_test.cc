#include "release/layout/release_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PreviousInLog, IgnoresJunk) {
  EXPECT_EQ(PreviousInLog("", "v1", {"v1"}), "");
  EXPECT_EQ(PreviousInLog("\xff release \n release v1\n", "v1", {"v1"}), "");
  EXPECT_EQ(PreviousInLog("x release v2 by x\nx release v1", "v1", {"v1", "v2"}), "v2");
}

TEST(ReleasesInLog, AreThoseThatExistInTheirOrder) {
  EXPECT_THAT(ReleasesInLog(R"({"release_name":"2"}
{"created_at":"2026-03-01","release_name":"1","user":"a"}
{"release_name":3}
{"release_name":"gone"}
{"release_name":"2"}
)",
                            {"1", "2", "3"}),
              ElementsAre("1", "3", "2"));
}

TEST(ReleasesInLog, IgnoresJunk) {
  EXPECT_THAT(ReleasesInLog("", {"1"}), IsEmpty());
  EXPECT_THAT(ReleasesInLog("\xff\n{\n[1]\n\"1\"\n{}\n{\"release_name\":[\"1\"]}\n1,2\n", {"1"}),
              IsEmpty());
  EXPECT_THAT(ReleasesInLog("{\"release_name\":\"1\"} {\"release_name\":\"1\"}", {"1"}), IsEmpty());
  EXPECT_THAT(ReleasesInLog("{\"release_name\":\"1\"", {"1"}), IsEmpty());
  EXPECT_THAT(ReleasesInLog("{\"release_name\":\"\"}", {"1"}), IsEmpty());
}

TEST(ReleasesInLog, OnlyTheLastLinesCount) {
  std::string log = "{\"release_name\":\"1\"}\n";
  for (int i = 0; i < 300; ++i) log += "{\"release_name\":\"2\"}\n";
  EXPECT_THAT(ReleasesInLog(log, {"1", "2"}), ElementsAre("2"));
}

}  // namespace
}  // namespace release
