#include "release/env/history_files.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace release {
namespace {

const std::string* ValueOf(const HistoryFiles& files, std::string_view name) {
  const auto found = std::find_if(files.variables.begin(), files.variables.end(),
                                  [&](const Variable& variable) { return variable.name == name; });
  return found == files.variables.end() ? nullptr : &found->value;
}

TEST(HistoryFiles, AreInAFolderOfThePersons) {
  const HistoryFiles files = HistoryFilesOf("alice", "/home/shop", {});
  EXPECT_EQ(files.folders,
            (std::vector<std::string>{"/home/shop/.oneoff", "/home/shop/.oneoff/history",
                                      "/home/shop/.oneoff/history/alice"}));
  ASSERT_NE(ValueOf(files, "PSQL_HISTORY"), nullptr);
  EXPECT_EQ(*ValueOf(files, "PSQL_HISTORY"), "/home/shop/.oneoff/history/alice/psql");
}

TEST(HistoryFiles, OfTheAppStay) {
  const HistoryFiles files = HistoryFilesOf(
      "alice", "/home/shop", {{.name = "HISTFILE", .value = "", .source = ".env:1"}});
  EXPECT_EQ(ValueOf(files, "HISTFILE"), nullptr);
  EXPECT_NE(ValueOf(files, "SQLITE_HISTORY"), nullptr);
}

TEST(HistoryFiles, NeedAPersonAndAHome) {
  for (const char* person : {"", ".", "..", ".ssh", "a/b"}) {
    EXPECT_TRUE(HistoryFilesOf(person, "/home/shop", {}).variables.empty()) << person;
  }
  EXPECT_TRUE(HistoryFilesOf("alice", "", {}).variables.empty());
}

}  // namespace
}  // namespace release
