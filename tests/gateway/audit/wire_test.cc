#include "gateway/audit/wire.h"

#include <gtest/gtest.h>

#include "base/packet.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

TEST(Request, ThatIsSmallIsOneObjectInOnePacket) {
  const auto packets = PackRequest(ServiceStopped{"1"}, 7).value();
  EXPECT_EQ(packets, std::vector<std::string>{
                         R"({"id":7,"event":{"event":"service.stopped","version":"1"}})"});
  const auto request = ParseRequest(packets[0]);
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->id, 7U);
  EXPECT_EQ(std::get<ServiceStopped>(request->event).version, "1");
}

TEST(Request, ThatNobodyWaitsForHasNoId) {
  const auto packets = PackRequest(ServiceStopped{"1"}, 0).value();
  EXPECT_EQ(packets,
            std::vector<std::string>{R"({"event":{"event":"service.stopped","version":"1"}})"});
  EXPECT_EQ(ParseRequest(packets[0])->id, 0U);
}

TEST(Request, TellsOfEventsThatWereNotHandedOver) {
  const auto request = ParseRequest(PackDropped(142, "far behind"));
  ASSERT_TRUE(request) << request.error().message();
  EXPECT_EQ(request->dropped, 142U);
  EXPECT_EQ(request->cause, "far behind");
  EXPECT_FALSE(ParseRequest(R"({"dropped":0,"cause":""})"));
  EXPECT_FALSE(ParseRequest(R"({"dropped":1})"));
  EXPECT_FALSE(ParseRequest(R"({"dropped":1,"cause":"","event":{}})"));
}

TEST(Request, ThatIsLargeTravelsInPieces) {
  RunStarted event = Start("aaaa");
  event.command = std::string(kMaxCommand, '\xfe');
  event.argv = {"/bin/sh", "-c", event.command};
  const auto packets = PackRequest(event, 9).value();
  ASSERT_GT(packets.size(), 2U);
  Assembly assembly;
  std::optional<std::string> text;
  std::size_t size = 0;
  for (const std::string& packet : packets) {
    ASSERT_FALSE(text);
    ASSERT_LE(packet.size(), kMaxRequestPacket);
    text = assembly.Add(packet).value();
    size += packet.size() - 1;
    EXPECT_EQ(assembly.size(), text ? 0 : size);
  }
  ASSERT_TRUE(text);
  EXPECT_EQ(assembly.size(), 0U);
  EXPECT_EQ(std::get<RunStarted>(ParseRequest(*text)->event).argv, event.argv);
}

TEST(Assembly, TakesSeveralRequestsOneAfterTheOther) {
  Assembly assembly;
  EXPECT_EQ(assembly.Add("{a}").value(), "{a}");
  EXPECT_EQ(assembly.Add("+{b").value(), std::nullopt);
  EXPECT_EQ(assembly.Add(".+}").value(), "{b+}");
  EXPECT_EQ(assembly.Add("{c}").value(), "{c}");
}

TEST(Assembly, RefusesAWholeRequestInsideAnother) {
  Assembly assembly;
  EXPECT_TRUE(assembly.Add("+{"));
  EXPECT_EQ(assembly.Add("{}").error().message(), "not a piece of a request");
}

TEST(Assembly, RefusesWhatIsNoPiece) {
  EXPECT_FALSE(Assembly().Add(""));
  EXPECT_FALSE(Assembly().Add("x"));
  EXPECT_FALSE(Assembly().Add(std::string(1, '\0')));
}

TEST(Assembly, IsBounded) {
  Assembly assembly;
  const std::string piece = "+" + std::string(65535, 'x');
  base::Result<std::optional<std::string>> added;
  for (int i = 0; i < 100 && added; ++i) added = assembly.Add(piece);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message(), "request over its bound");
  EXPECT_LE(assembly.size(), kMaxRequest + piece.size());
}

TEST(Request, ThatIsMalformedIsRefused) {
  for (const char* bad : {"", "{}", "[]", "7", "{\"event\":7}", R"({"id":1})",
                          R"({"id":-1,"event":{"event":"service.stopped","version":"1"}})",
                          R"({"id":"1","event":{"event":"service.stopped","version":"1"}})",
                          R"({"id":1,"more":1,"event":{"event":"service.stopped","version":"1"}})",
                          R"({"event":{"event":"service.stopped"}})"}) {
    EXPECT_FALSE(ParseRequest(bad)) << bad;
  }
  EXPECT_FALSE(ParseRequest(std::string(kMaxRequest + 1, ' ')));
}

TEST(Answer, ReadsBackAsItWas) {
  EXPECT_EQ(PackAnswer({7, 12, ""}), R"({"id":7,"durable":12})");
  EXPECT_EQ(PackAnswer({8, 0, "no space"}), R"({"id":8,"failed":"no space"})");
  EXPECT_EQ(ParseAnswer(PackAnswer({7, 12, ""}))->durable, 12U);
  EXPECT_EQ(PackAnswer({9, 0, "wait", true}), R"({"id":9,"refused":"wait"})");
  EXPECT_EQ(ParseAnswer(PackAnswer({8, 0, "no space"}))->failure, "no space");
  EXPECT_FALSE(ParseAnswer(PackAnswer({8, 0, "no space"}))->share);
  EXPECT_EQ(ParseAnswer(PackAnswer({9, 0, "wait", true}))->failure, "wait");
  EXPECT_TRUE(ParseAnswer(PackAnswer({9, 0, "wait", true}))->share);
}

TEST(Answer, ThatIsMalformedIsRefused) {
  for (const char* bad : {"", "{}", R"({"durable":1})", R"({"id":1})", R"({"id":1,"failed":2})"}) {
    EXPECT_FALSE(ParseAnswer(bad)) << bad;
  }
}

}  // namespace
}  // namespace audit
