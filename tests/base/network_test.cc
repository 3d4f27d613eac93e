#include "base/network.h"

#include <gtest/gtest.h>

namespace base {
namespace {

std::string Parsed(std::string_view text) {
  const auto network = Network::Parse(text);
  return network ? network->Text() : "none";
}

bool Holds(std::string_view network, std::string_view address) {
  return Network::Parse(network)->Holds(*IpAddress::Parse(address));
}

TEST(Network, AnAddressIsANetworkOfOne) {
  EXPECT_EQ(Parsed("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(Parsed("2001:DB8::1"), "2001:db8::1");
  EXPECT_EQ(Parsed("192.0.2.7/32"), "192.0.2.7");
}

TEST(Network, AMaskSaysHowManyBitsCount) {
  EXPECT_EQ(Parsed("192.0.2.0/24"), "192.0.2.0/24");
  EXPECT_EQ(Parsed("2001:db8::/33"), "2001:db8::/33");
  EXPECT_TRUE(Holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(Holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(Holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(Holds("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(Network, NoBitsAreEverybodyOfTheFamily) {
  EXPECT_TRUE(Holds("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(Holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(Holds("::/0", "2001:db8::1"));
}

TEST(Network, AMappedAddressIsTheIpv4Address) {
  EXPECT_TRUE(Holds("192.0.2.0/24", "::ffff:192.0.2.7"));
  EXPECT_EQ(IpAddress::Parse("::ffff:192.0.2.7")->Text(), "192.0.2.7");
}

TEST(Network, WhatIsNoNetworkIsRefused) {
  for (const char* text : {"", "/", "192.0.2.7/", "192.0.2.7/33", "192.0.2.7/24", "192.0.2.0/-1",
                           "192.0.2.0/24x", "localhost", "192.0.2", "2001:db8::/129", "*"}) {
    EXPECT_EQ(Parsed(text), "none") << text;
  }
}

TEST(Network, TheNetworkOfAnAddressHasNothingBehindItsMask) {
  EXPECT_EQ(Network::Of(*IpAddress::Parse("2001:db8:1:2:3:4:5:6"), 64).Text(), "2001:db8:1:2::/64");
  EXPECT_EQ(Network::Of(*IpAddress::Parse("192.0.2.7"), 64).Text(), "192.0.2.7");
}

}  // namespace
}  // namespace base
