// The packets that the session reads for itself: requests for authentication, requests on a
// channel, and the user name in the first.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/ssh/auth_request.h"
#include "gateway/ssh/channel_request.h"
#include "gateway/ssh/server_options.h"
#include "release/layout/target.h"
#include "tests/fuzz/input.h"

namespace {

using fuzz::Require;

void CheckUserName(std::string_view user) {
  const auto target = release::ParseTarget(user);
  if (!target) {
    for (const char c : target.error().message()) Require(static_cast<unsigned char>(c) >= 0x20);
    return;
  }
  if (target->service()) return;
  Require(release::IsAppName(target->app) && release::IsReleaseName(target->release));
}

void CheckAuthentication(std::string_view fields) {
  const ssh::ServerOptions options;
  const auto request = ssh::ParsePublicKeyRequest(fields, options.public_key_algorithms);
  if (!request) return;
  Require(request->user.size() <= ssh::kMaxUserName && request->key.size() <= ssh::kMaxPublicKey);
  Require(options.public_key_algorithms.find(request->algorithm) != std::string::npos);
  Require(!request->signature || request->signature->size() <= ssh::kMaxSignature);
  CheckUserName(request->user);
}

void CheckChannel(std::string_view name, std::string_view fields) {
  const auto request = ssh::ParseChannelRequest(name, fields);
  if (const auto* pty = std::get_if<wire::PtyRequest>(&request)) {
    Require(pty->term.size() <= ssh::kMaxTerm && pty->modes.size() <= ssh::kMaxModes);
  }
  if (const auto* exec = std::get_if<ssh::ExecRequest>(&request)) {
    Require(name == "exec" && exec->command.size() + 4 == fields.size());
  }
}

}  // namespace

// First a byte: 0 for authentication, 1 for a user name; else a channel request's name, a NUL, and
// its fields.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint8_t what = input.Byte();
  if (what == 0) {
    CheckAuthentication(input.rest());
  } else if (what == 1) {
    CheckUserName(input.rest());
  } else {
    const std::string name = input.Until('\0');
    CheckChannel(name, input.rest());
  }
  return 0;
}
