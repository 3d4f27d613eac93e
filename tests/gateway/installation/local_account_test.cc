#include "gateway/installation/local_account.h"

#include <gtest/gtest.h>

namespace installation {
namespace {

TEST(LocalAccount, ANumberWithoutANameIsNoName) {
  EXPECT_EQ(*AccountOf(0), "root");
  EXPECT_EQ(*AccountOf(3'999'999'999U), "#3999999999");
}

}  // namespace
}  // namespace installation
