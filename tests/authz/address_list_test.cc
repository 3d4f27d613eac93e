#include "authz/address_list.h"

#include <gtest/gtest.h>

#include <string>

namespace authz {
namespace {

bool Admits(const std::string& list, const std::string& address) {
  return AddressList::Parse(list)->Admits(*Address::Parse(address));
}

std::string Error(const std::string& list) {
  const auto parsed = AddressList::Parse(list);
  return parsed ? "" : parsed.error().message();
}

TEST(AddressList, AdmitsAddressesNetworksAndPatterns) {
  EXPECT_TRUE(Admits("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(Admits("192.0.2.7", "192.0.2.8"));
  EXPECT_TRUE(Admits("10.0.0.0/8,192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(Admits("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(Admits("10.1.2.128/25", "10.1.2.129"));
  EXPECT_FALSE(Admits("10.1.2.128/25", "10.1.2.127"));
  EXPECT_TRUE(Admits("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(Admits("192.0.2.*", "192.0.2.77"));
  EXPECT_TRUE(Admits("192.0.2.?", "192.0.2.7"));
  EXPECT_FALSE(Admits("192.0.2.?", "192.0.2.77"));
}

TEST(AddressList, AdmitsIpv6HoweverItIsWritten) {
  EXPECT_TRUE(Admits("2001:DB8::/32", "2001:db8:0:0::1"));
  EXPECT_TRUE(Admits("2001:db8:0::1", "2001:db8::0:1"));
  EXPECT_TRUE(Admits("2001:DB8:*", "2001:db8::1"));
  EXPECT_FALSE(Admits("::/0", "192.0.2.1"));
}

TEST(AddressList, TakesAnIpv4AddressInsideIpv6ForTheIpv4Address) {
  EXPECT_TRUE(Admits("192.0.2.0/24", "::ffff:192.0.2.1"));
  EXPECT_TRUE(Admits("192.0.2.*", "::ffff:192.0.2.1"));
}

TEST(AddressList, AForbiddenPatternWinsWhereverItStands) {
  EXPECT_FALSE(Admits("10.0.0.0/8,!10.0.0.5", "10.0.0.5"));
  EXPECT_FALSE(Admits("!10.0.0.5,10.0.0.0/8", "10.0.0.5"));
  EXPECT_TRUE(Admits("!10.0.0.5,10.0.0.0/8", "10.0.0.6"));
  EXPECT_FALSE(Admits("!10.0.0.5", "10.0.0.6"));
}

TEST(AddressList, RefusesWhatItCannotMean) {
  EXPECT_EQ(Error("*.example.com"),
            "'*.example.com' is no address: names are not looked up; write addresses or networks");
  EXPECT_EQ(Error("10.0.0.1/8"), "'10.0.0.1/8' has bits set behind its mask");
  for (const char* network : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.*/8"}) {
    EXPECT_NE(Error(network), "") << network;
  }
  EXPECT_EQ(Error("10.0.0.0/33"),
            "'10.0.0.0/33' is no network such as 192.0.2.0/24 or 2001:db8::/32");
  EXPECT_EQ(Error("300.0.0.1"), "'300.0.0.1' is no address");
  EXPECT_EQ(Error(""), "an empty address pattern");
  EXPECT_EQ(Error("10.0.0.1,,10.0.0.2"), "an empty address pattern");
  EXPECT_EQ(Error("!"), "an empty address pattern");
}

}  // namespace
}  // namespace authz
