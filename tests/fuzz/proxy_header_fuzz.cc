// What a load balancer puts in front of a connection.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/front/proxy_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  const auto length = front::ProxyHeaderSize(header);
  const auto client = front::ParseProxyHeader(header);
  if (client && (!length || *length != size)) __builtin_trap();
  if (client && *client && !front::ParseAddress((*client)->Text())) __builtin_trap();
  return 0;
}
