#include "release/isolation/search_path.h"

#include <gtest/gtest.h>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

TEST(FindProgram, LooksAlongAbsoluteFoldersOnly) {
  const TemporaryFolder folder;
  folder.Write("b/x", "", 0755);
  folder.Write("a/x", "", 0644);
  const std::string path = "a::" + folder.path() + "/a:" + folder.path() + "/b";
  EXPECT_EQ(FindProgram(path, "x"), folder.path() + "/b/x");
  EXPECT_EQ(FindProgram("", "x"), "");
}

TEST(FindProgramHint, LooksInTheReleaseThenInTheHome) {
  const TemporaryFolder folder;
  const auto find = [&](std::string_view name) {
    return FindProgramHint(folder.path() + "/release", folder.path() + "/home", name);
  };
  EXPECT_EQ(find("no-such-tool"), "");
  folder.Write("home/.nvm/versions/node/v9.0.0/bin/tool-x", "", 0755);
  folder.Write("home/.nvm/versions/node/v10.0.0/bin/tool-x", "", 0755);
  EXPECT_EQ(find("tool-x"), folder.path() + "/home/.nvm/versions/node/v10.0.0/bin/tool-x");
  folder.Write("release/scripts/tool-x", "", 0755);
  EXPECT_EQ(find("tool-x"), "scripts/tool-x");
  folder.Write("release/tool-x", "", 0755);
  EXPECT_EQ(find("tool-x"), "./tool-x");
  EXPECT_EQ(find("sh"), "/usr/bin/sh");
  for (const char* name : {"", ".", "..", "../x", "a/b"}) EXPECT_EQ(find(name), "") << name;
}

}  // namespace
}  // namespace release
