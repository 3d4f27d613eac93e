#include "config/front_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/gateway_settings.h"

namespace config {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> ProblemsOf(const std::string& text) {
  Problems problems;
  (void)ParseGatewaySettings("g", text, problems);
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

TEST(FrontSettings, WhatIsWrittenIsReadBack) {
  GatewaySettings settings;
  settings.front = {.start = 3,
                    .rate = 0,
                    .full = 4,
                    .per_source = 2,
                    .ipv4_bits = 24,
                    .ipv6_bits = 48,
                    .penalties = {.crash = milliseconds(0),
                                  .authfail = milliseconds(1),
                                  .grace_exceeded = milliseconds(2),
                                  .noauth = milliseconds(3),
                                  .least = milliseconds(4),
                                  .most = milliseconds(5),
                                  .sources = 6,
                                  .exempt = {"192.0.2.0/24", "2001:db8::1"}},
                    .proxy_protocol_from = {"10.0.0.0/8"},
                    .drain = milliseconds(90'000)};
  Problems problems;
  const auto read = ParseGatewaySettings("g", FormatGatewaySettings(settings), problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(read, settings);
}

TEST(FrontSettings, EveryMistakeIsReportedWithItsPlace) {
  EXPECT_THAT(
      ProblemsOf("{\"max_startups\": {\"start\": 9, \"full\": 8, \"rat\": 1},\n"
                 "\"per_source\": 0,\n\"source_bits\": {\"ipv4\": 33},\n"
                 "\"penalties\": {\"least\": \"1h\", \"exempt\": [\"192.0.2.1/24\", \"::/0\", "
                 "\"host\"], \"crash\": \"2d\"}\n}"),
      ElementsAre(
          "g:1:39: \"full\" is 8, less than \"start\", which is 9",
          "g:1:42: unknown key \"rat\"; did you mean \"rate\"?",
          "g:2:15: \"per_source\" is 0, not between 1 and 10000",
          "g:3:25: \"ipv4\" is 33, not between 0 and 32",
          "g:4:83: \"crash\" is 2d, not between 0ms and 1d",
          "g:4:41: '192.0.2.1/24' is no address and no network; write \"192.0.2.7\", "
          "\"192.0.2.0/24\" or \"2001:db8::/32\"",
          "g:4:65: 'host' is no address and no network; write \"192.0.2.7\", \"192.0.2.0/24\" or "
          "\"2001:db8::/32\"",
          "g:4:14: \"most\" is 10m, less than \"least\", which is 1h"));
}

}  // namespace
}  // namespace config
