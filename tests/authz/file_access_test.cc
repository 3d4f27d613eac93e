#include "authz/file_access.h"

#include <gtest/gtest.h>

#include <string>

namespace authz {
namespace {

std::string Why(const std::string& pattern) {
  return GrantsFileAccess(*config::Pattern::Parse(pattern)).value_or("");
}

TEST(FileAccess, IsSeenWhereAWildcardIsHeldToNoFolder) {
  for (const char* const pattern :
       {"cat *", "cat **", "cat ...", "cat -...", "less *", "tail -f *", "tail ...", "/bin/cat *",
        "tee *", "tee app/*", "cp * tmp/*", "cp -...", "dd if=*", "dd of=app/*", "sed -n x *",
        "tar -...", "rsync ...", "vim *", "cat *.rb"}) {
    EXPECT_NE(Why(pattern), "") << pattern;
  }
  EXPECT_EQ(Why("tee *"),
            "writes files beside the app's code: hold it to a folder, as in \"dd of=tmp/*\"");
}

TEST(FileAccess, IsNotSeenWhereItIsHeldToOne) {
  for (const char* const pattern : {"cat log/*", "cat log/**", "cat README.md", "tail -f log/*",
                                    "tee tmp/*", "dd status=none of=tmp/*", "cp log/* tmp/*",
                                    "rake ...", "...", "ls *", "less /var/log/*"}) {
    EXPECT_EQ(Why(pattern), "") << pattern;
  }
}

}  // namespace
}  // namespace authz
