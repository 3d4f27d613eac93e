#include "release/natural_order.h"

#include <gtest/gtest.h>

namespace release {
namespace {

TEST(NaturalLess, OrdersNumbersByValue) {
  EXPECT_TRUE(NaturalLess("v9", "v10"));
  EXPECT_FALSE(NaturalLess("v10", "v9"));
  EXPECT_TRUE(NaturalLess("1.9.2", "1.10.0"));
  EXPECT_TRUE(NaturalLess("20260301093000", "20260301093001"));
  EXPECT_TRUE(NaturalLess("v", "v1"));
  EXPECT_TRUE(NaturalLess("a", "b"));
  EXPECT_FALSE(NaturalLess("v1", "v1"));
  EXPECT_NE(NaturalLess("v01", "v1"), NaturalLess("v1", "v01"));
  EXPECT_TRUE(NaturalLess("99999999999999999999998", "99999999999999999999999"));
}

}  // namespace
}  // namespace release
