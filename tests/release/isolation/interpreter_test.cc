#include "release/isolation/interpreter.h"

#include <gtest/gtest.h>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

TEST(Interpreter, IsTheFirstAlongThePathAndWhereThatLeads) {
  const TemporaryFolder folder;
  const std::string real = folder.Write("opt/ruby3", "#!/bin/sh\n", 0755);
  folder.MakeFolder("a");
  folder.Link("a/ruby", real);
  folder.Write("b/ruby", "#!/bin/sh\n", 0755);
  const std::string perl = folder.Write("b/perl", "#!/bin/sh\n", 0755);
  folder.Write("b/node", "not executable", 0644);
  const auto found = FindInterpreters(folder.path() + "/a:" + folder.path() + "/b");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "perl");
  EXPECT_EQ(found[0].path, perl);
  EXPECT_EQ(found[1].name, "ruby");
  EXPECT_EQ(found[1].path, folder.path() + "/a/ruby -> " + real);
}

}  // namespace
}  // namespace release
