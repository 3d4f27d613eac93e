#include "authz/authority.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "config/quantity.h"

namespace authz {
namespace {

// Formats a certificate's time. Times that base::WallTime cannot hold are shown as its last one.
std::string Shown(std::uint64_t seconds) {
  // 2262-04-11T23:47:16Z, the last second that 64 bits of nanoseconds hold.
  constexpr std::uint64_t kLast = 9223372036;
  return base::FormatUtc(
      base::WallTime(std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, kLast)))));
}

std::uint64_t SecondsOf(base::WallTime now) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds);
}

std::string OutOfTime(const Certificate& certificate, base::WallTime now) {
  if (SecondsOf(now) < certificate.valid_after) {
    return "it counts from " + Shown(certificate.valid_after);
  }
  // valid after <= now < valid before (PROTOCOL.certkeys).
  if (SecondsOf(now) >= certificate.valid_before) {
    return "it has expired at " + Shown(certificate.valid_before);
  }
  return {};
}

}  // namespace

std::string Authority::Objection(const Certificate& certificate, base::WallTime now) const {
  // The same CA may sign host certificates, whose holders are machines.
  if (certificate.kind != Certificate::Kind::kUser) return "it is a host's, not a person's";
  if (revoked_keys.contains(certificate.key.Fingerprint())) return "its key is revoked";
  if (revoked_ids.contains(certificate.key_id)) return "its key id is revoked";
  if (revoked_serials.contains(certificate.serial)) return "its serial number is revoked";
  if (std::string why = OutOfTime(certificate, now); !why.empty()) return why;
  const auto most = longest ? static_cast<std::uint64_t>(longest->count()) / 1000
                            : std::numeric_limits<std::uint64_t>::max();
  if (longest && certificate.valid_before - certificate.valid_after > most) {
    return fmt::format("it counts for longer than {}, its authority's \"longest\"",
                       config::FormatDuration(*longest));
  }
  return certificate.fault;
}

}  // namespace authz
