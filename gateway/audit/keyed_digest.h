// Digests by which a holder of the key can compare two secrets. They reveal nothing to other
// people.
#ifndef ONEOFF_GATEWAY_AUDIT_KEYED_DIGEST_H_
#define ONEOFF_GATEWAY_AUDIT_KEYED_DIGEST_H_

#include <string>
#include <string_view>

#include "base/result.h"

namespace audit {

// HMAC-SHA256 (RFC 2104): returns 64 hexadecimal digits in lower case.
// `key` is used as it is: NewKey's 64 digits, not the bytes that they stand for.
std::string KeyedDigest(std::string_view key, std::string_view bytes);

// Returns 32 random bytes as hexadecimal digits.
base::Result<std::string> NewKey();

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_KEYED_DIGEST_H_
