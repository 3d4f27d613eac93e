// What a client says to prove that it has a key: the key, the signed request, the signature.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "authz/public_key.h"
#include "authz/userauth.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto key = authz::PublicKey::Parse(bytes);
  if (key) {
    if (key->blob() != bytes || key->Fingerprint().size() != 50) std::abort();
    if (key->Verify(bytes, "message")) std::abort();
  }
  // The first part up to a marker as the request, the rest as the signature.
  const std::size_t cut = bytes.find("////");
  const std::string_view signed_bytes = bytes.substr(0, cut);
  const std::string_view signature =
      cut == std::string_view::npos ? std::string_view() : bytes.substr(cut + 4);
  const auto request = authz::ParseSignedRequest(signed_bytes);
  if (request && authz::VerifySigned(*request, signed_bytes, signature)) return 1;
  return 0;
}
