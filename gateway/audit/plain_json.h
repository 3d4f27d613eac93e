// PlainJson: a fast parser for the JSON that most records are: no space, escape, sign, fraction or
// non-ASCII byte. The full JSON parser takes several times as long and reads the rest.
//
// It is an optimisation: ParseObject calls it first and is the function to use. A number has at
// most 19 digits, so that it fits 64 bits.
#ifndef ONEOFF_GATEWAY_AUDIT_PLAIN_JSON_H_
#define ONEOFF_GATEWAY_AUDIT_PLAIN_JSON_H_

#include <optional>
#include <string_view>

#include "gateway/audit/json.h"

namespace audit {

// Returns what Json::parse makes of `text`; nullopt if `text` is not plain, though it may be JSON.
// The caller must have limited the depth (ParseObject), because this recurses.
std::optional<Json> ReadPlainJson(std::string_view text);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_PLAIN_JSON_H_
