// Asking something in a process of an app's user: what that user finds, and not what root does.
#ifndef ONEOFF_GATEWAY_CLI_AS_ACCOUNT_H_
#define ONEOFF_GATEWAY_CLI_AS_ACCOUNT_H_

#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"
#include "release/account.h"

namespace cli {

// What `ask` answers in a forked process of `account`, in the folder `directory`; at most 64 KiB.
// kDenied if this process cannot become that user; kUnavailable if there is no answer within
// `patience`.
base::Result<std::string> AskAs(const release::Account& account, const std::string& directory,
                                std::chrono::milliseconds patience,
                                const std::function<std::string()>& ask);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_AS_ACCOUNT_H_
