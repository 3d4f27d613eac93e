// What reads a stranger's bytes: fields, channel requests, requests for authentication, addresses.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "gateway/front/address.h"
#include "gateway/ssh/auth_request.h"
#include "gateway/ssh/channel_request.h"
#include "gateway/ssh/field_reader.h"
#include "gateway/ssh/host_key.h"

namespace ssh {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;

std::string Number(std::uint32_t n) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift & 0xFF);
  return out;
}

std::string Field(const std::string& bytes) {
  return Number(static_cast<std::uint32_t>(bytes.size())) + bytes;
}

TEST(FieldReader, TakesEachKindOfField) {
  const std::string bytes = "\x07\x02"s + Number(0xFFFFFFFE) + Field("a\0b"s) + Field("");
  FieldReader reader(bytes);
  EXPECT_EQ(reader.Byte(), 7);
  EXPECT_EQ(reader.Boolean(), true);
  EXPECT_EQ(reader.Uint32(), 0xFFFFFFFEU);
  EXPECT_EQ(reader.String(), "a\0b"s);
  EXPECT_EQ(reader.String(), "");
  EXPECT_TRUE(reader.at_end());
}

TEST(FieldReader, GivesNothingMoreOnceAFieldWasCut) {
  FieldReader reader("\0\0\0\5abcd"sv);
  EXPECT_EQ(reader.String(), std::nullopt);
  EXPECT_EQ(reader.Byte(), std::nullopt);
  FieldReader huge("\xFF\xFF\xFF\xFF"sv);
  EXPECT_EQ(huge.String(), std::nullopt);
  EXPECT_EQ(FieldReader("").Byte(), std::nullopt);
  EXPECT_EQ(FieldReader("abc").Uint32(), std::nullopt);
}

std::string PtyFields(const std::string& term, const std::string& modes) {
  return Field(term) + Number(80) + Number(24) + Number(640) + Number(480) + Field(modes);
}

TEST(ChannelRequest, APtyComesWithItsModesAsBytes) {
  const auto request = ParseChannelRequest("pty-req", PtyFields("xterm", "\x35\0\0\0\1\0"s));
  const auto& pty = std::get<wire::PtyRequest>(request);
  EXPECT_EQ(pty.term, "xterm");
  EXPECT_EQ(pty.size.columns, 80U);
  EXPECT_EQ(pty.size.rows, 24U);
  EXPECT_EQ(pty.size.x_pixels, 640U);
  EXPECT_EQ(pty.size.y_pixels, 480U);
  EXPECT_EQ(pty.modes, "\x35\0\0\0\1\0"s);
}

TEST(ChannelRequest, ACommandKeepsItsNulsAndItsLength) {
  const auto request = ParseChannelRequest("exec", Field("a\0b\xFF"s));
  EXPECT_EQ(std::get<ExecRequest>(request).command, "a\0b\xFF"s);
  const std::string longest(200'000, 'x');
  EXPECT_EQ(std::get<ExecRequest>(ParseChannelRequest("exec", Field(longest))).command, longest);
}

TEST(ChannelRequest, EveryKnownOneIsRead) {
  EXPECT_TRUE(std::holds_alternative<ShellRequest>(ParseChannelRequest("shell", "")));
  EXPECT_TRUE(
      std::holds_alternative<EndOfWriteRequest>(ParseChannelRequest("eow@openssh.com", "")));
  const auto subsystem = ParseChannelRequest("subsystem", Field("sftp"));
  EXPECT_EQ(std::get<SubsystemRequest>(subsystem).name, "sftp");
  const auto variable = ParseChannelRequest("env", Field("LANG") + Field("C"));
  EXPECT_EQ(std::get<wire::EnvironmentVariable>(variable).name, "LANG");
  EXPECT_EQ(std::get<wire::EnvironmentVariable>(variable).value, "C");
  const auto size =
      ParseChannelRequest("window-change", Number(1) + Number(2) + Number(3) + Number(4));
  EXPECT_EQ(std::get<wire::WindowSize>(size).y_pixels, 4U);
}

bool IsOther(std::string_view name, std::string_view fields) {
  return std::holds_alternative<OtherRequest>(ParseChannelRequest(name, fields));
}

TEST(ChannelRequest, WhatIsCutOrTooLongOrUnknownIsForRefusal) {
  EXPECT_TRUE(IsOther("break", Number(500)));
  EXPECT_TRUE(IsOther("", ""));
  EXPECT_TRUE(IsOther("auth-agent-req@openssh.com", ""));
  const std::string pty = PtyFields("xterm", "\0"s);
  for (std::size_t size = 0; size < pty.size(); ++size) {
    EXPECT_TRUE(IsOther("pty-req", pty.substr(0, size))) << size;
  }
  EXPECT_TRUE(IsOther("pty-req", pty + "x"));
  EXPECT_TRUE(IsOther("pty-req", PtyFields(std::string(kMaxTerm + 1, 'x'), "")));
  EXPECT_TRUE(IsOther("pty-req", PtyFields("x", std::string(kMaxModes + 1, 'x'))));
  EXPECT_TRUE(IsOther("shell", "x"));
  EXPECT_TRUE(IsOther("exec", ""));
  EXPECT_TRUE(IsOther("exec", Field("a") + "b"));
  EXPECT_TRUE(IsOther("env", Field("A")));
  EXPECT_TRUE(IsOther("window-change", Number(1) + Number(2) + Number(3)));
}

constexpr const char* kAlgorithms = "ssh-ed25519,rsa-sha2-256";

std::string AuthFields(const std::string& user, const std::string& algorithm,
                       const std::string& signature_algorithm) {
  return Field(user) + Field("ssh-connection") + Field("publickey") + "\1" + Field(algorithm) +
         Field("key") + Field(Field(signature_algorithm) + Field("bytes"));
}

TEST(PublicKeyRequest, IsReadWithItsSignature) {
  const auto request =
      ParsePublicKeyRequest(AuthFields("shop", "ssh-ed25519", "ssh-ed25519"), kAlgorithms);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->user, "shop");
  EXPECT_EQ(request->algorithm, "ssh-ed25519");
  EXPECT_EQ(request->key, "key");
  EXPECT_EQ(request->signature, Field("ssh-ed25519") + Field("bytes"));
}

TEST(PublicKeyRequest, WithoutASignatureIsAProbe) {
  const auto request =
      ParsePublicKeyRequest(Field("shop") + Field("ssh-connection") + Field("publickey") + "\0"s +
                                Field("ssh-ed25519") + Field("key"),
                            kAlgorithms);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->signature, std::nullopt);
}

TEST(PublicKeyRequest, IsNothingElse) {
  const std::string good = AuthFields("shop", "ssh-ed25519", "ssh-ed25519");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(ParsePublicKeyRequest(good.substr(0, size), kAlgorithms)) << size;
  }
  EXPECT_FALSE(ParsePublicKeyRequest(good + "x", kAlgorithms));
  EXPECT_FALSE(ParsePublicKeyRequest(AuthFields("shop", "ssh-rsa", "ssh-rsa"), kAlgorithms));
  EXPECT_FALSE(ParsePublicKeyRequest(AuthFields("shop", "rsa-sha2-256", "ssh-rsa"), kAlgorithms));
  EXPECT_FALSE(ParsePublicKeyRequest(AuthFields("shop", "", ""), kAlgorithms));
  EXPECT_FALSE(
      ParsePublicKeyRequest(AuthFields("sh\0op"s, "ssh-ed25519", "ssh-ed25519"), kAlgorithms));
  EXPECT_FALSE(ParsePublicKeyRequest(
      AuthFields(std::string(kMaxUserName + 1, 'a'), "ssh-ed25519", "ssh-ed25519"), kAlgorithms));
  EXPECT_FALSE(ParsePublicKeyRequest(
      Field("shop") + Field("ssh-connection") + Field("gssapi-with-mic") + Number(1) + Field("oid"),
      kAlgorithms));
  EXPECT_FALSE(ParsePublicKeyRequest(Field("shop") + Field("other") + Field("publickey") + "\0"s +
                                         Field("ssh-ed25519") + Field("key"),
                                     kAlgorithms));
}

constexpr const char* kEd25519 =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1Yk7bVnwzL5IhjW2rQdKnEXH4sWbSkIQ9PvXsQFhyq";

TEST(HostKey, IsALineOfAPubFile) {
  const auto key = ParseHostKey(std::string(kEd25519) + " root@host\n");
  ASSERT_TRUE(key) << key.error().message();
  EXPECT_EQ(key->type, "ssh-ed25519");
  EXPECT_EQ(key->blob.size(), 51U);
}

TEST(HostKey, SaysWhatIsWrongWithALine) {
  EXPECT_EQ(ParseHostKey("").error().message(), "is no public key: expected TYPE BASE64 [COMMENT]");
  EXPECT_EQ(ParseHostKey("ssh-dss AAAA").error().message(),
            "is of type 'ssh-dss', which is no host key's (ed25519, ecdsa, rsa)");
  EXPECT_EQ(ParseHostKey("ssh-rsa " + std::string(kEd25519).substr(12)).error().message(),
            "is damaged: its content is no ssh-rsa key");
  EXPECT_EQ(ParseHostKey("ssh-ed25519 !").error().message(),
            "is damaged: its content is no ssh-ed25519 key");
}

TEST(Address, IsNumericWithAPort) {
  EXPECT_EQ(front::ParseAddress("127.0.0.1:2222")->Text(), "127.0.0.1:2222");
  EXPECT_EQ(front::ParseAddress("[::1]:0")->Text(), "[::1]:0");
  for (const char* bad :
       {"", ":", "localhost:22", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:2x", "::1:22", "[127.0.0.1]:22", "[::1]", "[]:1", "1.2.3:4"}) {
    const auto address = front::ParseAddress(bad);
    ASSERT_FALSE(address) << bad;
    EXPECT_EQ(address.error().message(),
              "'" + std::string(bad) + "' is no ADDRESS:PORT or [IPV6]:PORT");
  }
}

TEST(Address, OfAListeningSocketHasItsRealPort) {
  const auto socket = front::ListenOn(*front::ParseAddress("127.0.0.1:0"));
  ASSERT_TRUE(socket);
  const auto address = front::LocalAddress(socket->get());
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_NE(address->port, 0);
  const auto second = front::ListenOn(*address);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message(), "listen on " + address->Text() + ": Address already in use");
}

}  // namespace
}  // namespace ssh
