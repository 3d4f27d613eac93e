// PlainJson: reads at once what most records are: JSON without a space, an escape, a sign, a
// fraction or a byte that is not ASCII. Everything else is left to the parser of all of JSON, which
// takes several times as long.
#ifndef ONEOFF_GATEWAY_AUDIT_PLAIN_JSON_H_
#define ONEOFF_GATEWAY_AUDIT_PLAIN_JSON_H_

#include <optional>
#include <string_view>

#include "gateway/audit/json.h"

namespace audit {

// What Json::parse makes of `text`, if that is plain; nullopt: it is not, and may be JSON all the
// same. It nests no deeper than the stack allows, which the caller has seen to (ParseObject).
std::optional<Json> ReadPlainJson(std::string_view text);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_PLAIN_JSON_H_
