#include "gateway/front/proxy_header.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace front {
namespace {

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string Header(char version_and_command, char family, std::string_view rest) {
  return std::string(kSignature) + version_and_command + family +
         static_cast<char>(rest.size() >> 8U) + static_cast<char>(rest.size() & 0xFFU) +
         std::string(rest);
}

// 192.0.2.7:513 to 192.0.2.1:22.
constexpr std::string_view kIpv4("\xc0\0\2\7\xc0\0\2\1\2\1\0\x16", 12);

std::string Ipv6(const std::string& source) { return source + std::string(16, 1) + "\2\1\1\1"; }

// The client's address, "local", or the error.
std::string Parsed(const std::string& header) {
  const auto client = ParseProxyHeader(header);
  if (!client) return client.error().message();
  return *client ? (*client)->Text() : "local";
}

TEST(ProxyHeader, NamesTheClientOfATcpConnection) {
  EXPECT_EQ(Parsed(Header('\x21', '\x11', kIpv4)), "192.0.2.7:513");
  EXPECT_EQ(Parsed(Header('\x21', '\x21',
                          Ipv6(std::string("\x20\1\xd\xb8", 4) + std::string(11, '\0') + '\1'))),
            "[2001:db8::1]:513");
}

TEST(ProxyHeader, AnIpv4AddressInIpv6ClothesIsOne) {
  EXPECT_EQ(Parsed(Header('\x21', '\x21',
                          Ipv6(std::string(10, '\0') + std::string("\xff\xff\xc0\0\2\7", 6)))),
            "192.0.2.7:513");
}

TEST(ProxyHeader, WhatStandsBehindTheAddressesIsPassedOver) {
  EXPECT_EQ(Parsed(Header('\x21', '\x11', std::string(kIpv4) + "\4extra")), "192.0.2.7:513");
}

TEST(ProxyHeader, AConnectionOfTheBalancersOwnIsLocal) {
  EXPECT_EQ(Parsed(Header('\x20', '\0', "")), "local");
  EXPECT_EQ(Parsed(Header('\x20', '\x11', kIpv4)), "local");
}

TEST(ProxyHeader, ItsSizeIsInItsFirst16Bytes) {
  EXPECT_EQ(ProxyHeaderSize(Header('\x21', '\x11', kIpv4).substr(0, 16)).value(), 28U);
  EXPECT_EQ(ProxyHeaderSize(Header('\x21', '\x11', std::string(520, 'x'))).value(), 536U);
}

TEST(ProxyHeader, OneThatIsTooLongIsRefusedBeforeItIsRead) {
  const auto size = ProxyHeaderSize(Header('\x21', '\x11', std::string(521, 'x')).substr(0, 16));
  EXPECT_EQ(size.error().code(), base::Code::kTooLarge);
  EXPECT_EQ(size.error().message(), "a header of 537 bytes");
}

TEST(ProxyHeader, AnythingElseIsRefused) {
  const std::string none = "this is no PROXY protocol header of version 2";
  EXPECT_EQ(Parsed(""), none);
  EXPECT_EQ(Parsed("SSH-2.0-OpenSSH_9.2\r\n"), none);
  EXPECT_EQ(Parsed("PROXY TCP4 192.0.2.7 192.0.2.1 1 22\r\n"),
            "this is a PROXY protocol header of version 1: let the balancer send version 2");
  EXPECT_EQ(Parsed(Header('\x31', '\x11', kIpv4)), none);
  EXPECT_EQ(Parsed(Header('\x22', '\x11', kIpv4)), "an unknown command, 2");
  EXPECT_EQ(Parsed(Header('\x21', '\x12', kIpv4)), "the header names no TCP client");  // UDP
  EXPECT_EQ(Parsed(Header('\x21', '\x31', std::string(216, 'x'))),
            "the header names no TCP client");  // a UNIX socket
  EXPECT_EQ(Parsed(Header('\x21', '\0', "")), "the header names no TCP client");
  EXPECT_EQ(Parsed(Header('\x21', '\x11', kIpv4.substr(1))), "the header ends in its addresses");
  EXPECT_EQ(Parsed(Header('\x21', '\x21', kIpv4)), "the header ends in its addresses");
  EXPECT_EQ(Parsed(Header('\x21', '\x11', kIpv4).substr(0, 27)), "the header is cut");
  EXPECT_EQ(Parsed(Header('\x21', '\x11', kIpv4) + "x"), "the header is cut");
}

}  // namespace
}  // namespace front
