// Host key files: whatever is read can sign, and its own public key verifies that.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "authz/public_key.h"
#include "authz/signing_key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto key =
      authz::SigningKey::Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!key) return 0;
  const auto signature = key->Sign("x", key->Algorithms().front());
  const auto known = authz::PublicKey::Parse(key->PublicBlob());
  if (!signature || !known || !known->Verify(*signature, "x")) std::abort();
  return 0;
}
