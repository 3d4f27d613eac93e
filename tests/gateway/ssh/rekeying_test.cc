#include "gateway/ssh/rekeying.h"

#include <gtest/gtest.h>

namespace ssh {
namespace {

constexpr std::uint8_t kData = 94;
constexpr std::uint8_t kRequest = 98;

class RekeyingTest : public testing::Test {
 protected:
  // As libssh reads a packet: its padding, then its type.
  std::uint8_t Type(std::uint8_t type) {
    rekeying_.Read(packet_, &padding_, 4);
    return rekeying_.Read(packet_, &type_, type);
  }
  void Begin() {
    EXPECT_EQ(Type(20), 20);
    rekeying_.Begin(packet_);
  }

  int buffer_ = 0;
  ssh_buffer packet_ = reinterpret_cast<ssh_buffer>(&buffer_);
  std::uint8_t padding_ = 0;
  std::uint8_t type_ = 0;
  Rekeying rekeying_;
};

TEST_F(RekeyingTest, DataBetweenKexInitAndNewKeysPassesAsIgnore) {
  rekeying_.Allow();
  EXPECT_EQ(Type(kData), kData);
  Begin();
  EXPECT_EQ(Type(kData), 2);
  EXPECT_EQ(rekeying_.TakeHidden(), kData);
  EXPECT_EQ(rekeying_.TakeHidden(), std::nullopt);
  EXPECT_EQ(Type(30), 30);
  EXPECT_EQ(Type(21), 21);
  rekeying_.End();
  EXPECT_EQ(Type(kData), kData);
  EXPECT_TRUE(rekeying_.TakeEnded());
  EXPECT_FALSE(rekeying_.TakeEnded());
}

TEST_F(RekeyingTest, BeforeTheLoginNothingIsHidden) {
  Begin();
  for (int type = 0; type < 256; ++type) {
    EXPECT_EQ(Type(static_cast<std::uint8_t>(type)), type);
  }
  EXPECT_EQ(rekeying_.TakeHidden(), std::nullopt);
  rekeying_.End();
  EXPECT_FALSE(rekeying_.TakeEnded());
}

TEST_F(RekeyingTest, OnlyTypesOfTheConnectionProtocolAreHidden) {
  rekeying_.Allow();
  Begin();
  for (int type = 0; type < 256; ++type) {
    const bool hidden = type >= 80 && type <= 100;
    EXPECT_EQ(Type(static_cast<std::uint8_t>(type)), hidden ? 2 : type);
    EXPECT_EQ(rekeying_.TakeHidden().has_value(), hidden);
  }
}

TEST_F(RekeyingTest, OtherBytesThanATypeAreLeftAlone) {
  rekeying_.Allow();
  Begin();
  std::uint8_t elsewhere = 0;
  int another = 0;
  EXPECT_EQ(rekeying_.Read(packet_, &elsewhere, kData), kData);
  EXPECT_EQ(rekeying_.Read(reinterpret_cast<ssh_buffer>(&another), &type_, kData), kData);
  EXPECT_EQ(rekeying_.TakeHidden(), std::nullopt);
}

TEST_F(RekeyingTest, RequestsDuringOneExchangeAreBounded) {
  rekeying_.Allow();
  Begin();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(Type(kRequest), 2);
  EXPECT_EQ(Type(kRequest), kRequest);  // and libssh ends the connection
  Begin();
  EXPECT_EQ(Type(kRequest), 2);
}

}  // namespace
}  // namespace ssh
