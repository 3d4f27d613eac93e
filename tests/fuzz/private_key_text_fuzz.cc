// Host key files: whatever is read can sign, and its own public key verifies that. An input that
// begins with byte 1 is what stands in a file's base64; any other is a whole file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "authz/public_key.h"
#include "authz/signing_key.h"
#include "base/text.h"

namespace {

std::string TextOf(const std::string& input) {
  if (!input.starts_with('\x01')) return input;
  return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + base::Base64Encode(input.substr(1)) +
         "\n-----END OPENSSH PRIVATE KEY-----\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto key =
      authz::SigningKey::Parse(TextOf(std::string(reinterpret_cast<const char*>(data), size)));
  if (!key) return 0;
  const auto signature = key->Sign("x", key->Algorithms().front());
  const auto known = authz::PublicKey::Parse(key->PublicBlob());
  if (!signature || !known || !known->Verify(*signature, "x")) std::abort();
  return 0;
}
