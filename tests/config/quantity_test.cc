#include "config/quantity.h"

#include <gtest/gtest.h>

namespace config {
namespace {

using std::chrono::milliseconds;

TEST(Quantity, ADurationIsANumberAndAUnit) {
  EXPECT_EQ(ParseDuration("250ms"), milliseconds(250));
  EXPECT_EQ(ParseDuration("90s"), milliseconds(90'000));
  EXPECT_EQ(ParseDuration("15m"), milliseconds(900'000));
  EXPECT_EQ(ParseDuration("8h"), milliseconds(28'800'000));
  EXPECT_EQ(ParseDuration("2d"), milliseconds(172'800'000));
  EXPECT_EQ(ParseDuration("0s"), milliseconds(0));
  EXPECT_EQ(ParseDuration("36500d"), milliseconds(36'500LL * 86'400'000));
}

TEST(Quantity, NothingElseIsADuration) {
  for (const char* text : {"", "s", "0", "90", "-1s", "+1s", "1.5h", "1 s", " 1s", "1s ", "1S",
                           "1m30s", "36501d", "99999999999999999999s", "1w"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(Quantity, ADurationIsWrittenAsShortAsItCanBeReadBack) {
  EXPECT_EQ(FormatDuration(milliseconds(90'000)), "90s");
  EXPECT_EQ(FormatDuration(milliseconds(28'800'000)), "8h");
  EXPECT_EQ(FormatDuration(milliseconds(1'500)), "1500ms");
  EXPECT_EQ(FormatDuration(milliseconds(0)), "0ms");
}

TEST(Quantity, ASizeIsANumberWithOrWithoutAUnit) {
  EXPECT_EQ(ParseSize("512"), 512U);
  EXPECT_EQ(ParseSize("64K"), 65536U);
  EXPECT_EQ(ParseSize("2G"), 2ULL << 30U);
  EXPECT_EQ(ParseSize("1T"), 1ULL << 40U);
  for (const char* text :
       {"", "K", "-1", "1k", "1KB", "1.5G", "18446744073709551615", "9999999T"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
  EXPECT_EQ(FormatSize(65536), "64K");
  EXPECT_EQ(FormatSize(1000), "1000");
  EXPECT_EQ(FormatSize(0), "0");
}

}  // namespace
}  // namespace config
