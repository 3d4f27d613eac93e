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
       {"cat *",      "cat **",   "cat ...",   "cat -...",   "less *",   "tail -f *", "tail ...",
        "/bin/cat *", "tee *",    "tee app/*", "cp * tmp/*", "cp -...",  "dd if=*",   "dd of=app/*",
        "sed -n x *", "tar -...", "rsync ...", "vim *",      "cat *.rb", "base64 *"}) {
    EXPECT_NE(Why(pattern), "") << pattern;
  }
  EXPECT_EQ(
      Why("tee *"),
      "writes files beside the app's code: hold it to one folder of data, as in \"dd of=tmp/*\"");
}

TEST(FileAccess, IsNotSeenWhereItIsHeldToOne) {
  for (const char* const pattern : {"cat log/*", "cat log/**", "cat README.md", "tail -f log/*",
                                    "tee tmp/*", "dd status=none of=tmp/*", "cp log/* tmp/*",
                                    "rake ...", "...", "ls *", "less /var/log/*"}) {
    EXPECT_EQ(Why(pattern), "") << pattern;
  }
}

// Frameworks execute what lies in their caches.
TEST(FileAccess, IsSeenWhereAFolderOfDataHasFoldersOfCompiledCode) {
  for (const char* const pattern :
       {"tee var/**", "tee storage/**", "dd of=tmp/**", "tee var/cache/*", "tee var/cache/prod/*",
        "tee storage/framework/views/*", "dd of=tmp/cache/bootsnap/*", "tee /var/www/*"}) {
    EXPECT_NE(Why(pattern), "") << pattern;
  }
  for (const char* const pattern : {"tee var/*", "tee storage/app/*", "tee log/**", "tee /tmp/*",
                                    "cat var/**", "dd of=/var/log/shop/*"}) {
    EXPECT_EQ(Why(pattern), "") << pattern;
  }
}

}  // namespace
}  // namespace authz
