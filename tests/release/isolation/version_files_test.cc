#include "release/isolation/version_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Tools(std::string_view text) {
  std::vector<std::string> tools;
  for (const ToolVersions& tool : ParseToolVersions(text)) {
    tools.push_back(tool.tool + "=" + base::Join(tool.versions, ","));
  }
  return tools;
}

TEST(ParseToolVersions, ReadsToolsWithTheirVersions) {
  EXPECT_THAT(
      Tools("# tools\nruby 3.1.2 # as on the host\r\nnodejs\t20.1.0  system\n\n"
            "python path:/opt/python ref:v3.11\n"),
      ElementsAre("ruby=3.1.2", "nodejs=20.1.0,system", "python=path:/opt/python,ref:v3.11"));
}

TEST(ParseToolVersions, TheFirstOfTwoLinesCounts) {
  EXPECT_THAT(Tools("ruby 3.1.2\nruby 3.2.0\n"), ElementsAre("ruby=3.1.2"));
}

TEST(ParseToolVersions, PassesOverWhatIsNone) {
  EXPECT_THAT(Tools("ruby\n../x 1\nruby ../../etc\n ruby ..\nruby $(id)\n\xff 1\n"), IsEmpty());
  EXPECT_THAT(Tools("ruby ../x 3.1\n"), ElementsAre("ruby=3.1"));
}

TEST(ParseToolVersions, IsBounded) {
  std::string text = "many";
  for (int i = 0; i < 100; ++i) text += " 1." + std::to_string(i);
  for (int i = 0; i < 100; ++i) text += "\ntool" + std::to_string(i) + " 1";
  const auto tools = ParseToolVersions(text);
  ASSERT_EQ(tools.size(), kMaxTools);
  EXPECT_EQ(tools[0].versions.size(), kMaxVersions);
}

TEST(ParseVersionFile, IsTheFirstWord) {
  EXPECT_EQ(ParseVersionFile("3.1.2\n"), "3.1.2");
  EXPECT_EQ(ParseVersionFile("\n# this one\n ruby-3.1.2@shop \r\n"), "ruby-3.1.2@shop");
  EXPECT_EQ(ParseVersionFile("lts/*"), "lts/*");
  EXPECT_EQ(ParseVersionFile("3.11.2\n3.9.1\n"), "3.11.2");
  EXPECT_EQ(ParseVersionFile("../../../etc\n3.1\n"), "");
  EXPECT_EQ(ParseVersionFile("/etc"), "");
  EXPECT_EQ(ParseVersionFile(""), "");
  EXPECT_EQ(ParseVersionFile(std::string(129, '1')), "");
}

}  // namespace
}  // namespace release
