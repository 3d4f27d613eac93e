#include "config/variable_name.h"

#include <gtest/gtest.h>

#include <string>

namespace config {
namespace {

TEST(VariableName, IsLettersDigitsAndUnderscores) {
  EXPECT_TRUE(IsVariableName("VERBOSE"));
  EXPECT_TRUE(IsVariableName("_x9"));
  for (const char* name : {"", "9x", "A B", "A=B", "A-B", "\xC3\x84", "A*"}) {
    EXPECT_FALSE(IsVariableName(name)) << name;
  }
  EXPECT_FALSE(IsVariableName(std::string(257, 'A')));
}

}  // namespace
}  // namespace config
