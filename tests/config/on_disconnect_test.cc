#include "config/on_disconnect.h"

#include <gtest/gtest.h>

namespace config {
namespace {

using Action = Disconnect::Action;

TEST(OnDisconnect, EachTextIsReadAndWrittenAgain) {
  for (const char* const text : {"hangup", "continue", "keep 15m", "keep 1s", "keep 30d"}) {
    const auto read = ParseDisconnect(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(FormatDisconnect(*read), text);
  }
  EXPECT_EQ(ParseDisconnect("keep 90s")->keep, std::chrono::seconds(90));
}

TEST(OnDisconnect, AnyOtherTextIsNone) {
  for (const char* const text : {"", "keep", "keep ", "keep 15", "keep 0s", "keep 999ms",
                                 "keep 31d", "Hangup", "keep  5m"}) {
    EXPECT_FALSE(ParseDisconnect(text)) << text;
  }
}

TEST(OnDisconnect, TheNarrowerPlaceComesFirst) {
  const OnDisconnect rule{.left = Disconnect{.action = Action::kContinue}, .lost = {}};
  const OnDisconnect app{.left = Disconnect{}, .lost = Disconnect{}};
  const OnDisconnect both = Together(rule, app);
  EXPECT_EQ(both.left->action, Action::kContinue);
  EXPECT_EQ(both.lost->action, Action::kHangUp);
}

}  // namespace
}  // namespace config
