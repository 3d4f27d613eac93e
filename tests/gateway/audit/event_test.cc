#include "gateway/audit/event.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "base/text.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

RunStarted Full() {
  RunStarted event;
  event.run = "7k2m9xqd";
  event.app = "shop";
  event.release = "v41";
  event.release_names = {"current", "latest"};
  event.commit = "3f2a91c";
  event.directory = "/srv/shop/releases/v41";
  event.person = "alice";
  event.key = "SHA256:k";
  event.source = "192.0.2.1";
  event.rule = "ops";
  event.command = "rake db:migrate";
  event.argv = {"bundle", "exec", "rake", "db:migrate"};
  event.user = "deploy";
  event.pty = true;
  event.configuration = "ab12";
  event.certificate = "ID 'alice' (serial 7) CA SHA256:c";
  event.unrecorded = "no room";
  event.env_dropped = {"LC_ALL"};
  event.private_run = true;
  return event;
}

constexpr const char* kFull =
    R"({"event":"run.started","run":"7k2m9xqd","app":"shop","release":"v41",)"
    R"("release_names":["current","latest"],"commit":"3f2a91c","directory":"/srv/shop/releases/v41",)"
    R"("person":"alice","key":"SHA256:k","source":"192.0.2.1","rule":"ops","command":"rake db:migrate",)"
    R"("argv":["bundle","exec","rake","db:migrate"],"user":"deploy","pty":true,"configuration":"ab12",)"
    R"("certificate":"ID 'alice' (serial 7) CA SHA256:c","unrecorded":"no room","parity":"","variables":[],"env_dropped":["LC_ALL"],"private":true})";

TEST(Event, IsOneObjectWithItsFieldsInOrder) { EXPECT_EQ(ToJson(Full()).value(), kFull); }

TEST(Event, ReadsBackAsItWas) {
  const auto event = FromJson(kFull);
  ASSERT_TRUE(event) << event.error().message();
  EXPECT_EQ(ToJson(*event).value(), kFull);
}

TEST(Event, OfEveryKindReadsBackAsItWas) {
  RunEnded ended = End("r");
  ended.how = How::kLimit;
  ended.status = 124;
  ended.signal = 9;
  ended.limit = "time";
  ended.input_bytes = 1;
  ended.terminal_bytes = 2;
  ended.stdout_bytes = 3;
  ended.stderr_bytes = 4;
  ended.recording = "ab";
  ended.left_behind = {"sleep (12)"};
  RunDenied denied;
  denied.command = "rm";
  denied.status = 77;
  AuthenticationsFailed failed;
  failed.count = 9;
  failed.users = {"root", "admin"};
  failed.reason = "the key has expired";
  failed.person = "alice";
  failed.keys = {"SHA256:a", "SHA256:b"};
  Authenticated authenticated;
  authenticated.user = "shop+v1";
  Listed listed;
  listed.what = "ps";
  Explained explained;
  explained.command = "x";
  const std::vector<Event> events = {
      Full(),
      ended,
      denied,
      authenticated,
      failed,
      ConnectionsRefused{"192.0.2.7", 2, "f", "l", {"penalty"}, {"alice"}},
      ConfigurationLoaded{"d", 3, "one"},
      ConfigurationRefused{"two", "d"},
      ServiceStarted{"1", true},
      ServiceStopped{"1"},
      listed,
      explained,
      RecordingProgress{"r", {"ttyout 5 ab"}},
      RecordingEnded{"r", "shop", "alice", {"timing 9 cd", "x"}},
      RecordingPaused{"r", "no room"},
      RecordingResumed{"r"},
      RecordingPruned{"r", "the service", "retain", 7},
      Recovered{"f", 3, "ab", "c", 2},
      Lost{4, "disk"},
      Checkpoint{7, "h", "k", "s"},
      KeyRotated{"o", "n", "os", "s"},
      CopiesLost{"syslog", 2, 3, 4},
      RunWatched{"r", "shop", "v1", "alice", "bob", "k", "s", "w", "c"},
      Summed{"run.denied", "bob", 9, "f", "l", {"192.0.2.1"}, "rm", "share", {"ls", "rm"}},
      RecordingWarned{"r", "shop", "alice", "nearly full"},
      GatewayReexecuted{3, {"192.0.2.7"}},
      RunManaged{"r", "shop", "v1", "alice", "bob", "k", "s", "o", "c", "attach"}};
  ASSERT_EQ(events.size(), std::variant_size_v<Event>);
  for (const Event& event : events) {
    const std::string json = ToJson(event).value();
    const auto read = FromJson(json);
    ASSERT_TRUE(read) << json << ": " << read.error().message();
    EXPECT_EQ(read->index(), event.index());
    EXPECT_EQ(ToJson(*read).value(), json);
  }
}

TEST(Event, EveryEndingHasAName) {
  for (int i = 0; i <= static_cast<int>(How::kLast); ++i) {
    RunEnded event;
    event.how = static_cast<How>(i);
    const auto read = FromJson(ToJson(event).value());
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(std::get<RunEnded>(*read).how, event.how);
  }
}

TEST(Event, TextThatIsNotUtf8IsWrittenInBase64) {
  Listed event;
  event.what = "caf\xe9";
  const std::string json = ToJson(event).value();
  EXPECT_EQ(
      json,
      R"({"event":"listed","person":"","key":"","source":"","what":{"b64":"Y2Fm6Q=="},"certificate":""})");
  EXPECT_EQ(std::get<Listed>(FromJson(json).value()).what, "caf\xe9");
}

TEST(Event, ACommandOf128KiBOfAnyByteIsKeptWhole) {
  for (const char byte : {'a', '\1', '"', '\xff', '\n'}) {
    RunStarted event;
    event.command = std::string(kMaxCommand, byte);
    event.argv = {"/bin/sh", "-c", std::string(kMaxCommand, byte)};
    const auto json = ToJson(event);
    ASSERT_TRUE(json) << json.error().message();
    EXPECT_EQ(json->find('\n'), std::string::npos);
    const auto read = FromJson(*json);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(std::get<RunStarted>(*read).command, event.command);
    EXPECT_EQ(std::get<RunStarted>(*read).argv, event.argv);
  }
}

TEST(Event, ACommandOfManyShortWordsIsKeptWhole) {
  RunStarted event;
  event.command = std::string(kMaxCommand, '\xff');
  event.argv.assign(kMaxCommand / 2, "\xff");
  const auto json = ToJson(event);
  ASSERT_TRUE(json) << json.error().message();
  EXPECT_EQ(std::get<RunStarted>(FromJson(*json).value()).argv, event.argv);
}

TEST(Event, ACommandOverItsBoundIsAnError) {
  RunStarted event;
  event.command = std::string(kMaxCommand + 1, 'a');
  const auto json = ToJson(event);
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().code(), base::Code::kTooLarge);
  EXPECT_EQ(json.error().message(), "run.started: command: more than 131071 bytes");
}

TEST(Event, ArgvOverItsBoundIsAnError) {
  RunStarted event;
  event.argv = {std::string(kMaxArgv, 'a'), "b"};
  EXPECT_EQ(ToJson(event).error().message(), "run.started: argv: more than 196608 bytes");
}

TEST(Event, AnyOtherTextIsCutAndSaysSo) {
  Listed event;
  event.what = std::string(kMaxText + 1, 'a');
  const std::string what = std::get<Listed>(FromJson(ToJson(event).value()).value()).what;
  EXPECT_EQ(what.size(), kMaxText);
  EXPECT_TRUE(what.ends_with("a... (4097 bytes, cut)")) << what.substr(what.size() - 30);
}

TEST(Event, ATextIsNotCutInsideACharacter) {
  Listed event;
  for (std::size_t i = 0; i < kMaxText; ++i) event.what += "\u20ac";
  for (int shift = 0; shift < 3; ++shift) {
    event.what.insert(0, "a");
    const std::string what = std::get<Listed>(FromJson(ToJson(event).value()).value()).what;
    EXPECT_TRUE(base::IsUtf8(what));
    EXPECT_LE(what.size(), kMaxText);
  }
}

TEST(Event, NamesThatDoNotFitAreLeftOut) {
  AuthenticationsFailed event;
  event.users.assign(10, std::string(1000, 'u'));
  EXPECT_EQ(std::get<AuthenticationsFailed>(FromJson(ToJson(event).value()).value()).users.size(),
            4U);
}

TEST(Event, AStatusOutOfRangeIsAnError) {
  RunEnded event;
  event.status = 256;
  EXPECT_EQ(ToJson(event).error().message(), "run.ended: status: 256 is not 0 to 255");
  event.status = -1;
  EXPECT_EQ(ToJson(event).error().message(), "run.ended: status: -1 is not 0 to 255");
}

struct Bad {
  const char* json;
  const char* message;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.message; }

class BadEvent : public testing::TestWithParam<Bad> {};

TEST_P(BadEvent, IsRefusedWithTheFieldsName) {
  const auto event = FromJson(GetParam().json);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadEvent,
    testing::Values(
        Bad{"", "event: not a JSON object"}, Bad{"{", "event: not a JSON object"},
        Bad{"[]", "event: not a JSON object"}, Bad{"{}", "event: not a known one"},
        Bad{R"({"event":7})", "event: not a known one"},
        Bad{R"({"event":"run.paused"})", "event: not a known one"},
        Bad{R"({"event":"service.stopped"})", "service.stopped: version: missing"},
        Bad{R"({"event":"service.stopped","version":1})", "service.stopped: version: not a text"},
        Bad{R"({"event":"service.stopped","version":{"b64":"!"}})",
            "service.stopped: version: not a text"},
        Bad{R"({"event":"service.stopped","version":{"b64":"","x":1}})",
            "service.stopped: version: not a text"},
        Bad{R"({"event":"service.stopped","version":"1","more":1})",
            "service.stopped: a field that is not known"},
        Bad{R"({"event":"service.started","version":"1","development":0})",
            "service.started: development: not true or false"},
        Bad{R"({"event":"configuration.loaded","digest":"d","number":-1,"problems":""})",
            "configuration.loaded: number: not a number from 0"},
        Bad{R"({"event":"configuration.loaded","digest":"d","number":1.5,"problems":""})",
            "configuration.loaded: number: not a number from 0"},
        Bad{R"({"event":"lost","count":1,"cause":"c","seq":1})", "lost: a field that is not known"},
        Bad{R"({"event":"authentications.failed","source":"s","count":1,"first":"f","last":"l","users":"u"})",
            "authentications.failed: users: not a list"},
        Bad{R"({"event":"authentications.failed","source":"s","count":1,"first":"f","last":"l","users":[1]})",
            "authentications.failed: users: not a text"},
        Bad{"{\"event\":\"service.stopped\",\"version\":\"\xff\"}", "event: not a JSON object"}));

TEST(Event, ATextOverItsBoundIsRefused) {
  const std::string json =
      R"({"event":"service.stopped","version":")" + std::string(kMaxText + 1, 'v') + "\"}";
  const auto event = FromJson(json);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().message(), "service.stopped: version: more than 4096 bytes");
}

TEST(Event, DeepNestingIsRefusedAndDoesNotRecurse) {
  EXPECT_FALSE(FromJson("{\"event\":" + std::string(100000, '[')));
  EXPECT_FALSE(FromJson("{\"event\":" + std::string(100000, '[') + std::string(100000, ']') + "}"));
}

TEST(Event, OfVeryManyFieldsIsRefusedUnread) {
  std::string json = R"({"event":"service.stopped")";
  for (int i = 0; i < 30000; ++i) json += ",\"" + std::to_string(i) + "\":0";
  EXPECT_EQ(FromJson(json + "}").error().message(), "event: not a JSON object");
}

TEST(Event, BracesInATextDoNotCount) {
  Listed event;
  event.what = R"({{{{{{{{[[[[[[[\"{{:::)" + std::string(200, ':');
  const std::string json = ToJson(event).value();
  EXPECT_EQ(std::get<Listed>(FromJson(json).value()).what, event.what);
}

TEST(Event, OverItsBoundIsRefusedUnread) {
  EXPECT_EQ(FromJson(std::string(kMaxEvent + 1, ' ')).error().message(),
            "event: more than 1572864 bytes");
}

}  // namespace
}  // namespace audit
