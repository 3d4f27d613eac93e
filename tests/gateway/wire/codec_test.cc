#include "gateway/wire/codec.h"

#include <gmock/gmock.h>

#include "gateway/wire/messages.h"
#include "gateway/wire/release_snapshot.h"
#include "gateway/wire/transport.h"

namespace wire {
namespace {

template <class Variant>
std::string FaultOf(std::string_view text) {
  const auto decoded = Decode<Variant>(text);
  return decoded ? "none" : decoded.error().message();
}

TEST(Codec, AMessageComesBackAsItWas) {
  Start start;
  start.channel = 7;
  start.command = "echo \xff\xfe";  // no UTF-8
  start.pty = PtyRequest{.term = "xterm", .size = {80, 24, 0, 0}, .modes = std::string("\0\1", 2)};
  start.environment = {{"LANG", "C"}, {"A", "\x80"}};
  const auto decoded = Decode<FromSession>(Encode(start));
  ASSERT_TRUE(decoded) << decoded.error().message();
  const auto& back = std::get<Start>(*decoded);
  EXPECT_EQ(back.channel, 7U);
  EXPECT_EQ(back.command, start.command);
  ASSERT_TRUE(back.pty);
  EXPECT_EQ(back.pty->size.columns, 80U);
  EXPECT_EQ(back.pty->modes, start.pty->modes);
  ASSERT_EQ(back.environment.size(), 2U);
  EXPECT_EQ(back.environment[1].value, "\x80");
}

TEST(Codec, AnAbsentOptionalMemberIsNull) {
  const auto decoded = Decode<FromSession>(Encode(Start{}));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(std::get<Start>(*decoded).command, std::nullopt);
  EXPECT_EQ(std::get<Start>(*decoded).pty, std::nullopt);
}

TEST(Codec, BytesThatAreNoUtf8TravelAsBase64) {
  EXPECT_EQ(Encode(Signature{.blob = "\xff"}), R"({"blob":{"b64":"/w=="},"type":"signature"})");
  EXPECT_EQ(Encode(Signature{.blob = "a"}), R"({"blob":"a","type":"signature"})");
}

TEST(Codec, UnknownMembersOfANewerPeerArePassedOver) {
  const auto decoded = Decode<FromGateway>(R"({"type":"hello","version":1,"new":[1,2]})");
  ASSERT_TRUE(decoded);
}

TEST(Codec, EveryBadShapeIsRefusedWithWhatIsWrong) {
  EXPECT_EQ(FaultOf<FromSession>(""), "message is no JSON object");
  EXPECT_EQ(FaultOf<FromSession>("[]"), "message is no JSON object");
  EXPECT_EQ(FaultOf<FromSession>("{"), "message is no JSON object");
  EXPECT_EQ(FaultOf<FromSession>(std::string(60000, '[')), "message is no JSON object");
  EXPECT_EQ(FaultOf<FromSession>("{}"), "message has no type");
  EXPECT_EQ(FaultOf<FromSession>(R"({"type":1})"), "message has no type");
  EXPECT_EQ(FaultOf<FromSession>(R"({"type":"hello"})"), "unknown message 'hello'");
  EXPECT_EQ(FaultOf<FromGateway>(R"({"type":"hello"})"), "message 'hello': bad member 'version'");
  EXPECT_EQ(FaultOf<FromGateway>(R"({"type":"hello","version":"1"})"),
            "message 'hello': bad member 'version'");
  EXPECT_EQ(FaultOf<FromGateway>(R"({"type":"connection","address":"a","port":65536})"),
            "message 'connection': bad member 'port'");
  EXPECT_EQ(FaultOf<FromGateway>(R"({"type":"connection","address":"a","port":-1})"),
            "message 'connection': bad member 'port'");
  EXPECT_EQ(FaultOf<ToSession>(R"({"type":"signature","blob":{"b64":"@"}})"),
            "message 'signature': bad member 'blob'");
  EXPECT_EQ(FaultOf<ToSession>(R"({"type":"signature","blob":{"b64":"AA==","x":1}})"),
            "message 'signature': bad member 'blob'");
  EXPECT_EQ(FaultOf<ToSupervisor>(R"({"type":"close","stream":3})"),
            "message 'close': bad member 'stream'");
  EXPECT_EQ(FaultOf<FromSession>(R"({"type":"start","channel":1,"environment":[{"name":"A"}]})"),
            "message 'start': bad member 'environment'");
}

TEST(Codec, ASurveyComesBackAsItWas) {
  SnapshotMessage message;
  message.snapshot.release = "v2";
  message.snapshot.names = {"v2", "current"};
  message.snapshot.config = {{"SECRET", std::string("\xff\n"), "shared/.env:3"}};
  message.snapshot.procfile.processes = {{"web", "thin start", 1}};
  message.snapshot.isolation = {{release::IsolationKind::kNode,
                                 "/x",
                                 {"/x/bin"},
                                 {{"A", "1", "x"}},
                                 {"B"},
                                 {{"rake", {"bundle", "exec", "rake"}, "no"}}}};
  message.snapshot.console = {{"rails", "console"}, "Rails"};
  const auto decoded = Decode<FromResolver>(Encode(message));
  ASSERT_TRUE(decoded) << decoded.error().message();
  const release::ReleaseSnapshot& back = std::get<SnapshotMessage>(*decoded).snapshot;
  EXPECT_EQ(back.names, message.snapshot.names);
  EXPECT_EQ(back.config.at(0).value, "\xff\n");
  EXPECT_EQ(back.procfile.processes.at(0).command, "thin start");
  const release::IsolationLayer& layer = back.isolation.at(0);
  EXPECT_EQ(layer.kind, release::IsolationKind::kNode);
  EXPECT_EQ(layer.path, message.snapshot.isolation[0].path);
  EXPECT_EQ(layer.variables.at(0).value, "1");
  EXPECT_EQ(layer.unset, message.snapshot.isolation[0].unset);
  EXPECT_EQ(layer.programs.at(0).words, message.snapshot.isolation[0].programs[0].words);
  EXPECT_EQ(layer.programs.at(0).refusal, "no");
  EXPECT_EQ(back.console.words, message.snapshot.console.words);
  EXPECT_EQ(back.console.why, "Rails");
}

TEST(Codec, APacketCarriesItsDescriptors) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  auto pipe = base::MakePipe();
  ASSERT_TRUE(pair && pipe);
  ASSERT_TRUE(Send(pair->first.get(), Hello{}, {pipe->second.get()}));
  auto received = Receive<FromGateway>(pair->second.get(), base::Wait::kYes);
  ASSERT_TRUE(received);
  ASSERT_EQ(received->fds.size(), 1U);
  ASSERT_EQ(write(received->fds[0].get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(read(pipe->first.get(), &byte, 1), 1);
  EXPECT_EQ(byte, 'x');
}

TEST(Codec, AClosedPeerAndAnEmptyQueueAreToldApart) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET);
  ASSERT_TRUE(pair);
  EXPECT_EQ(Receive<FromGateway>(pair->first.get(), base::Wait::kNo).error().code(),
            base::Code::kUnavailable);
  pair->second.Reset();
  EXPECT_EQ(Receive<FromGateway>(pair->first.get(), base::Wait::kNo).error().code(),
            base::Code::kNotFound);
}

}  // namespace
}  // namespace wire
