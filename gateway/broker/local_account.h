// The UNIX account behind a local caller's uid.
#ifndef ONEOFF_GATEWAY_BROKER_LOCAL_ACCOUNT_H_
#define ONEOFF_GATEWAY_BROKER_LOCAL_ACCOUNT_H_

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace broker {

// What the system's databases call it: the first name, if it has several. One that they do not know
// is "#1234", which no policy can name. kUnavailable if they cannot be asked now. May ask over the
// network, and take its time.
base::Result<std::string> AccountOf(uid_t uid);

// How records and logs name it as a source: "unix:deploy".
std::string SourceOf(std::string_view account);

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_LOCAL_ACCOUNT_H_
