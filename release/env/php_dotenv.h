// The dialect of PHP's phpdotenv (vlucas, 5.x) as Laravel uses it: the result of its parser and
// loader. Symfony's own Dotenv reads most files alike.
#ifndef ONEOFF_RELEASE_ENV_PHP_DOTENV_H_
#define ONEOFF_RELEASE_ENV_PHP_DOTENV_H_

#include <string_view>

#include "base/result.h"
#include "release/env/value_list.h"

namespace release {

// `${NAME}` outside single quotes is the value that the file set before, else `earlier`'s, else it
// stays as it is. A NAME without '=' counts as one that the file did not set, with a warning: an
// earlier source's value stays. kInvalid, as FailAtLine, for what phpdotenv refuses, for text that
// is not UTF-8 (phpdotenv would put question marks there), and for a NUL.
base::Result<ParsedFile> ParsePhpDotenv(std::string_view input, const Lookup& earlier);

}  // namespace release

#endif  // ONEOFF_RELEASE_ENV_PHP_DOTENV_H_
