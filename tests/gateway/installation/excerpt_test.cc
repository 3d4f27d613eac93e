#include "gateway/installation/excerpt.h"

#include <gtest/gtest.h>

namespace installation {
namespace {

TEST(Excerpt, OfARuleIsItsTextAsItStandsThere) {
  const std::string policy =
      "// \"name\": \"ops\"\n{\"rules\": [{\"name\": \"a\", \"run\": [\"}\"]},\n"
      " {\"name\": \"ops\", /* } */ \"run\": [\"echo \\\"}\"]}, {\"name\": \"c\"}]}";
  const auto rule = RuleOf(policy, "ops");
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->line, 3U);
  EXPECT_EQ(rule->text, "{\"name\": \"ops\", /* } */ \"run\": [\"echo \\\"}\"]}");
  EXPECT_FALSE(RuleOf(policy, "b"));
  EXPECT_FALSE(RuleOf("{", "b"));
}

TEST(Excerpt, OfAnAppHoldsNoValueOfEnv) {
  EXPECT_EQ(WithoutValues("{\"root\": \"/srv//a\", // hunter1\n"
                          " \"env\": {\"A\": \"hunter2\", \"B\":\"\\\"hunter3\" /* hunter4 */}}"),
            "{\"root\": \"/srv//a\", \n \"env\": {\"A\": \"...\", \"B\":\"...\" }}");
  EXPECT_EQ(WithoutValues("{"), std::nullopt);
  EXPECT_EQ(WithoutValues("{\"env\": [\"hunter2\"]}"), std::nullopt);
}

}  // namespace
}  // namespace installation
