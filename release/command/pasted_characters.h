// Characters that chat programs and word processors insert in place of typed ones: no-break spaces,
// typographic quotes and dashes. To a shell they are letters.
#ifndef ONEOFF_RELEASE_COMMAND_PASTED_CHARACTERS_H_
#define ONEOFF_RELEASE_COMMAND_PASTED_CHARACTERS_H_

#include <optional>
#include <string>
#include <string_view>

namespace release {

// The first such character of `command` outside of quotes (a dash only at a word's start), and what
// to type instead: a clause without a full stop, safe to print. Columns are bytes, from 1. nullopt:
// there is none. Takes any bytes.
std::optional<std::string> DescribePasted(std::string_view command);

}  // namespace release

#endif  // ONEOFF_RELEASE_COMMAND_PASTED_CHARACTERS_H_
