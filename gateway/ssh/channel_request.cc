#include "gateway/ssh/channel_request.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "gateway/ssh/field_reader.h"

namespace ssh {
namespace {

constexpr std::uint32_t kMaxWindow = 65535;  // rows, columns or pixels

std::optional<wire::WindowSize> ReadSize(FieldReader& reader) {
  const auto columns = reader.Uint32();
  const auto rows = reader.Uint32();
  const auto x_pixels = reader.Uint32();
  const auto y_pixels = reader.Uint32();
  if (!y_pixels) return std::nullopt;
  // struct winsize has 16-bit fields (ioctl_tty(2)), and readers of recordings expect no larger
  // window.
  const auto bounded = [](std::uint32_t size) { return std::min(size, kMaxWindow); };
  return wire::WindowSize{bounded(*columns), bounded(*rows), bounded(*x_pixels),
                          bounded(*y_pixels)};
}

// RFC 4254 6.2.
ChannelRequest ReadPty(FieldReader& reader) {
  const auto term = reader.String();
  const auto size = ReadSize(reader);
  const auto modes = reader.String();
  if (!modes || term->size() > kMaxTerm || modes->size() > kMaxModes) return OtherRequest{};
  return wire::PtyRequest{std::string(*term), *size, std::string(*modes)};
}

// RFC 4254 6.4.
ChannelRequest ReadEnvironment(FieldReader& reader) {
  const auto variable = reader.String();
  const auto value = reader.String();
  if (!value) return OtherRequest{};
  return wire::EnvironmentVariable{std::string(*variable), std::string(*value)};
}

ChannelRequest Read(std::string_view name, FieldReader& reader) {
  if (name == "pty-req") return ReadPty(reader);
  if (name == "env") return ReadEnvironment(reader);
  if (name == "shell") return ShellRequest{};
  if (name == "eow@openssh.com") return EndOfWriteRequest{};
  if (name == "window-change") {
    const auto size = ReadSize(reader);
    if (size) return *size;
  } else if (name == "exec" || name == "subsystem") {
    const auto text = reader.String();
    if (text && name == "exec") return ExecRequest{std::string(*text)};
    if (text) return SubsystemRequest{std::string(*text)};
  }
  return OtherRequest{};
}

}  // namespace

ChannelRequest ParseChannelRequest(std::string_view name, std::string_view fields) {
  FieldReader reader(fields);
  ChannelRequest request = Read(name, reader);
  if (!reader.at_end()) return OtherRequest{};
  return request;
}

}  // namespace ssh
