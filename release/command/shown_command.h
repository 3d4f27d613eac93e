// ShownCommand: a command as messages and records show it, without the values of its leading
// NAME=value words: people put passwords there.
#ifndef ONEOFF_RELEASE_COMMAND_SHOWN_COMMAND_H_
#define ONEOFF_RELEASE_COMMAND_SHOWN_COMMAND_H_

#include <string>
#include <string_view>

namespace release {

// `PGPASSWORD='a b' rake db:restore` becomes `PGPASSWORD=... rake db:restore`. Leading run: words
// stay. Takes any bytes; an open quote extends to the end. The result may hold control characters:
// escape it before it is printed. Values elsewhere (`env A=secret cmd`, --password=x) stay.
std::string ShownCommand(std::string_view typed);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_SHOWN_COMMAND_H_
