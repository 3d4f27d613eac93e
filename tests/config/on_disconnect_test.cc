#include "config/on_disconnect.h"

#include <gtest/gtest.h>

namespace config {
namespace {

using Action = Disconnect::Action;

TEST(OnDisconnect, EachTextIsRead) {
  EXPECT_EQ(ParseDisconnect("hangup"), Disconnect{});
  EXPECT_EQ(ParseDisconnect("continue"), Disconnect{.action = Action::kContinue});
  const auto keep = [](std::chrono::milliseconds time) {
    return Disconnect{.action = Action::kKeep, .keep = time};
  };
  EXPECT_EQ(ParseDisconnect("keep 15m"), keep(std::chrono::minutes(15)));
  EXPECT_EQ(ParseDisconnect("keep 1s"), keep(std::chrono::seconds(1)));
  EXPECT_EQ(ParseDisconnect("keep 30d"), keep(std::chrono::hours(24 * 30)));
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
