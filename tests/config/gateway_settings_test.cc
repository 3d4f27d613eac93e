#include "config/gateway_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/json_document.h"

namespace config {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> ProblemsOf(const std::string& text) {
  Problems problems;
  const auto settings = ParseGatewaySettings("gateway.json", text, problems);
  EXPECT_EQ(settings.has_value(), problems.empty());
  std::vector<std::string> lines;
  for (const Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}

TEST(GatewaySettings, TheShippedFileIsEqualToTheDefaults) {
  std::ostringstream text;
  text << std::ifstream(ONEOFF_SOURCE_DIR "/config/gateway.json").rdbuf();
  Problems problems;
  const auto settings = ParseGatewaySettings("gateway.json", text.str(), problems);
  EXPECT_THAT(problems, IsEmpty());
  ASSERT_TRUE(settings);
  EXPECT_EQ(*settings, GatewaySettings());
}

TEST(GatewaySettings, TheShippedFileNamesEveryKey) {
  std::ostringstream text;
  text << std::ifstream(ONEOFF_SOURCE_DIR "/config/gateway.json").rdbuf();
  Problems problems;
  const auto shipped = Document::Parse("shipped", text.str(), problems);
  const auto all = Document::Parse("all", FormatGatewaySettings({}), problems);
  ASSERT_TRUE(shipped && all);
  ASSERT_EQ(shipped->root().members.size(), all->root().members.size());
  for (std::size_t i = 0; i < all->root().members.size(); ++i) {
    EXPECT_EQ(shipped->root().members[i].name, all->root().members[i].name);
  }
}

TEST(GatewaySettings, WhatIsWrittenIsReadBack) {
  GatewaySettings settings;
  settings.listen = {"0.0.0.0:22", "[::1]:0"};
  settings.gateway_user = "gate";
  settings.login_grace = milliseconds(2'500);
  settings.first_session = milliseconds(70);
  settings.first_request = milliseconds(80);
  settings.connections_per_person = 7;
  settings.connections_per_source = 8;
  settings.bytes_held_per_connection = 20UL << 20;
  settings.bytes_held_per_person = 30UL << 20;
  settings.bytes_held_per_source = 40UL << 20;
  settings.nist_curves = false;
  settings.old_clients = true;
  settings.channels = 3;
  settings.environment_bytes = 1000;
  settings.keepalive = milliseconds(50);
  settings.lost_after = milliseconds(100);
  settings.idle_lost_after = milliseconds(200);
  settings.linger = milliseconds(0);
  settings.audit.checkpoint_records = 7;
  settings.audit.checkpoint_time = milliseconds(100);
  settings.audit.reserve = 5 << 20;
  settings.audit.per_person = 6 << 20;
  settings.requests_per_person = 9;
  settings.refusals_per_minute = 7;
  settings.audit.syslog = "/dev/log";
  settings.audit.journal = "none";
  settings.audit.export_command = {"/usr/local/bin/ship", "--to", "log.example.com"};
  Problems problems;
  const auto read = ParseGatewaySettings("g", FormatGatewaySettings(settings), problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(read, settings);
}

TEST(GatewaySettings, KnowsWhichChangesTakeEffectAtTheNextStart) {
  GatewaySettings next;
  next.listen = {"127.0.0.1:22"};
  next.channels = 3;
  next.front.penalties.sources = 7;
  next.nist_curves = false;
  next.audit.checkpoint_records = 7;
  EXPECT_THAT(ChangedForNextStart({}, next), ElementsAre("listen", "nist_curves", "audit"));
  EXPECT_THAT(ChangedForNextStart(next, next), IsEmpty());
}

TEST(GatewaySettings, AnEmptyObjectIsTheDefaults) {
  Problems problems;
  EXPECT_EQ(ParseGatewaySettings("g", "{}", problems), GatewaySettings());
}

TEST(GatewaySettings, EveryMistakeIsReportedWithItsPlace) {
  EXPECT_THAT(
      ProblemsOf(
          "{\n\"listen\": [\"localhost:22\", \"127.0.0.1\", \"1.2.3.4:70000\", \"::1:22\"],\n"
          "\"gateway_user\": \"Root\",\n\"channels\": 0,\n\"environment\": {\"varables\": 1},\n"
          "\"keepalive\": \"1m\",\n\"key_trys\": 2\n}"),
      ElementsAre(
          "gateway.json:2:12: 'localhost:22' is no address to listen on; write \"127.0.0.1:2222\" "
          "or \"[::1]:2222\"",
          "gateway.json:2:28: '127.0.0.1' is no address to listen on; write \"127.0.0.1:2222\" or "
          "\"[::1]:2222\"",
          "gateway.json:2:41: '1.2.3.4:70000' is no address to listen on; write "
          "\"127.0.0.1:2222\" or \"[::1]:2222\"",
          "gateway.json:2:58: '::1:22' is no address to listen on; write \"127.0.0.1:2222\" or "
          "\"[::1]:2222\"",
          "gateway.json:3:17: \"gateway_user\" is 'Root', which is no user's name",
          "gateway.json:4:13: \"channels\" is 0, not between 1 and 100",
          "gateway.json:5:17: unknown key \"varables\"; did you mean \"variables\"?",
          "gateway.json:1:1: \"lost_after\" is 45s, not longer than \"keepalive\", which is 1m",
          "gateway.json:7:1: unknown key \"key_trys\"; did you mean \"key_tries\"?"));
}

TEST(GatewaySettings, WhatTheAuditLogCannotDoIsReported) {
  EXPECT_THAT(
      ProblemsOf("{\"audit\": {\"checkpoint\": {\"records\": 0}, \"syslog\": \"log\",\n"
                 "\"export\": [\"ship\", \"a\\\"b\"], \"exprot\": []}}"),
      ElementsAre(
          "gateway.json:1:38: \"records\" is 0, not between 1 and 1000000",
          "gateway.json:1:52: \"syslog\" is 'log', which is no path of a socket; write \"auto\", "
          "\"none\" or \"/dev/log\"",
          "gateway.json:2:11: \"export\" is 'ship', which is no absolute path",
          "gateway.json:2:20: a quote, a backslash or a control character is no part of a word; "
          "put "
          "what it does into a script",
          "gateway.json:2:29: unknown key \"exprot\"; did you mean \"export\"?"));
}

TEST(GatewaySettings, NothingToListenOnIsAnError) {
  EXPECT_THAT(ProblemsOf("{\"listen\": []}"),
              ElementsAre("gateway.json:1:12: \"listen\" has 0 addresses, not 1 to 16"));
}

}  // namespace
}  // namespace config
