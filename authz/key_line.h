// KeyLine: one line of an authorized_keys file (sshd(8), AUTHORIZED_KEYS FILE FORMAT) with its
// supported options. An unsupported option that could matter is an error: ignoring it could
// grant more than the line says.
#ifndef ONEOFF_AUTHZ_KEY_LINE_H_
#define ONEOFF_AUTHZ_KEY_LINE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "authz/address_list.h"
#include "authz/public_key.h"
#include "base/clock.h"
#include "base/result.h"

namespace authz {

inline constexpr std::size_t kMaxKeyLine = 16UL * 1024;  // bytes

struct KeyLine {
  PublicKey key;
  std::string comment;                    // any bytes but NUL; may be empty
  std::optional<AddressList> from;        // from="…"; absent: from anywhere
  std::optional<base::WallTime> expires;  // expiry-time="…": valid before this time
  bool touch_required = true;             // no-touch-required clears it; for FIDO keys
  bool verify_required = false;           // verify-required sets it; for FIDO keys
};

struct KeyLineFault {
  std::size_t column = 0;  // from 1, in bytes; 0: the whole line
  std::string message;
  std::string hint;  // what to do; may be empty
};

// `line` is without its newline; a CR at its end does not count. nullopt for an empty line and for
// a comment.
//
// Options may have any case. Those that forbid what the gateway does not serve anyway
// (no-port-forwarding, no-agent-forwarding, no-X11-forwarding, no-user-rc, pty, and restrict beside
// pty) are accepted without an effect. Errors: every other option (`command` and `environment`
// too), `from` twice, verify-required for a key that is no FIDO key, a type that differs from the
// key's, a NUL, more than kMaxKeyLine bytes. Of several expiry-times the earliest counts, as in
// sshd.
tl::expected<std::optional<KeyLine>, KeyLineFault> ParseKeyLine(std::string_view line);

// YYYYMMDD[HHMM[SS]] in local time (of this process: TZ), or in UTC with a Z at the end, as sshd
// reads expiry-time. nullopt for any other text, a day that does not exist, a year before 1970.
std::optional<base::WallTime> ParseExpiry(std::string_view text);

}  // namespace authz

#endif  // ONEOFF_AUTHZ_KEY_LINE_H_
