#include "release/env/docker_env.h"

#include <gtest/gtest.h>

#include <string>

namespace release {
namespace {

std::string ErrorOf(std::string_view text) {
  const auto file = ParseDockerEnv(text);
  return file ? "accepted" : file.error().message();
}

TEST(DockerEnv, RefusesWhatDockerRefuses) {
  EXPECT_EQ(ErrorOf("A=1\nmy s3cr3t=x"),
            "2: white space in what is before the '=', which docker refuses");
  EXPECT_EQ(ErrorOf("=s3cr3t"), "1: there is no name before the '='");
  EXPECT_EQ(ErrorOf("# \xE9"), "1: not UTF-8");
}

TEST(DockerEnv, TakesEverythingBehindTheEqualsSign) {
  const auto file = ParseDockerEnv("\xEF\xBB\xBF  A= 'x' # y \r\nB=a=b");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->entries.size(), 2U);
  EXPECT_EQ(file->entries[0].value, " 'x' # y ");
  EXPECT_EQ(file->entries[1].value, "a=b");
}

TEST(DockerEnv, AVariableOfTheCallersIsWarnedOf) {
  const auto file = ParseDockerEnv("A");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->warnings.size(), 1U);
  EXPECT_EQ(file->warnings[0].message,
            "no '=': docker would take the value from its caller; nothing is set");
}

}  // namespace
}  // namespace release
