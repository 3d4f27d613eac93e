// ShownCommand: a command as it may be shown and recorded: the values of its leading NAME=value
// words are left out, for they are where people put passwords.
#ifndef ONEOFF_RELEASE_COMMAND_SHOWN_COMMAND_H_
#define ONEOFF_RELEASE_COMMAND_SHOWN_COMMAND_H_

#include <string>
#include <string_view>

namespace release {

// `PGPASSWORD='a b' rake db:restore` as `PGPASSWORD=... rake db:restore`. Leading run: words stay.
// Any bytes are a command; a quote that is not closed reaches to the end.
std::string ShownCommand(std::string_view typed);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_SHOWN_COMMAND_H_
