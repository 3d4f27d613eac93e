#include "release/env/value_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ShopSources : public ::testing::Test {
 protected:
  ShopSources() {
    app.name = "shop";
    app.file = "etc/apps/shop.json";
    app.root = folder.path();
    app.config.clear();
    base.Set("LANG", "C.UTF-8", "base");
    base.Set("HOME", "/home/deploy", "base");
    folder.MakeFolder("current");
  }

  void AddFile(const std::string& path, Dialect dialect) {
    app.config.push_back({path, false, dialect, SourceKind::kFile});
  }
  void AddFolder(const std::string& path, bool optional = false) {
    app.config.push_back({path, optional, Dialect::kDotenv, SourceKind::kFolder});
  }
  UnitEnvironment& AddUnit() {
    app.config.push_back({"shop-web.service", false, Dialect::kDotenv, SourceKind::kUnit});
    return root_owned.units["shop-web.service"];
  }
  Outcome<ValueFiles> Read() const {
    return ReadValueFiles(app, folder.path() + "/current", base, root_owned);
  }
  // "A=1 (shared/.env:1; over x)"; "-A (source)" for one that is unset.
  std::vector<std::string> Lines() const {
    const auto files = Read();
    if (!files) return {std::to_string(files.error().status) + " " + files.error().message};
    std::vector<std::string> lines;
    for (const Variable& v : files->variables.all()) {
      std::string line = v.unset ? "-" + v.name : v.name + "=" + v.value;
      line += " (" + v.source;
      for (const std::string& source : v.overrode) line += "; over " + source;
      lines.push_back(line + ")");
    }
    return lines;
  }
  std::vector<std::string> Warnings() const {
    const auto files = Read();
    return files ? files->warnings : std::vector{files.error().message};
  }

  TemporaryFolder folder;
  App app;
  Variables base;
  RootOwnedSources root_owned;
};

TEST_F(ShopSources, EachFileFollowsItsDialect) {
  for (const char* name : {"a", "b", "c"}) folder.Write(name, "X='1' # " + std::string(name));
  AddFile("a", Dialect::kDotenv);
  EXPECT_THAT(Lines(), ElementsAre("X=1 (a:1)"));
  AddFile("b", Dialect::kDocker);
  EXPECT_THAT(Lines(), ElementsAre("X='1' # b (b:1; over a:1)"));
  AddFile("c", Dialect::kSystemd);
  EXPECT_THAT(Lines(), ElementsAre("X=1# c (c:1; over a:1; over b:1)"));
}

TEST_F(ShopSources, AFileThatIsNamedTwiceCountsTwice) {
  folder.Write("a", "X=1");
  folder.Write("b", "X=2");
  for (const char* name : {"a", "b", "a"}) AddFile(name, Dialect::kDotenv);
  EXPECT_THAT(Lines(), ElementsAre("X=1 (a:1; over a:1; over b:1)"));
}

TEST_F(ShopSources, OnlyTheLastFewSourcesAreKept) {
  folder.Write("a", "X=1\nX=2\nX=3\nX=4\nX=5\nX=6\n");
  AddFile("a", Dialect::kDotenv);
  EXPECT_THAT(Lines(), ElementsAre("X=6 (a:6; over a:2; over a:3; over a:4; over a:5)"));
}

TEST_F(ShopSources, AnEnvdirsFilesAreVariables) {
  folder.Write("env/A", "one \t\nsecond line\n");
  folder.Write("env/B", std::string("x\0y", 3));
  folder.Write("env/C", "\n");
  folder.Write("env/.hidden", "x");
  folder.Write("env/D.old", "x");
  AddFolder("env");
  EXPECT_THAT(Lines(), ElementsAre("A=one (env/A:1)", "B=x\ny (env/B:1)", "C= (env/C:1)",
                                   "D.old=x (env/D.old:1)"));
  EXPECT_THAT(Warnings(), ElementsAre("env/A:2: only the first line counts",
                                      "env/D.old: an odd name for a variable; envdir takes every "
                                      "file"));
}

TEST_F(ShopSources, AnEmptyFileOfAnEnvdirUnsetsWhatWasBefore) {
  folder.Write("env/LANG", "");
  folder.Write("env/A", "");
  folder.Write("x", "A=1\n");
  folder.Write("y", "A=$LANG-\n");
  AddFile("x", Dialect::kDotenv);
  AddFolder("env");
  EXPECT_THAT(Lines(), ElementsAre("-A (env/A; over x:1)", "-LANG (env/LANG)"));
  AddFile("y", Dialect::kDotenv);
  EXPECT_THAT(Lines(), ElementsAre("A=- (y:1; over x:1)", "-LANG (env/LANG)"));
}

TEST_F(ShopSources, AnEnvdirMayBeMissingIfItIsOptional) {
  AddFolder("none", true);
  EXPECT_THAT(Lines(), IsEmpty());
  AddFolder("none");
  EXPECT_THAT(Lines(), ElementsAre("78 shop: none: No such file or directory "
                                   "(etc/apps/shop.json)"));
}

TEST_F(ShopSources, AnEnvdirThatEnvdirWouldRefuseIsRefused) {
  folder.MakeFolder("env/folder");
  AddFolder("env");
  EXPECT_THAT(Lines(), ElementsAre("78 shop: env/folder: not a regular file "
                                   "(etc/apps/shop.json)"));
  std::filesystem::remove(folder.path() + "/env/folder");
  folder.Write("env/A=B", "s3cr3t");
  EXPECT_THAT(Lines(), ElementsAre("78 shop: env/A=B: no variable's name holds a '='"));
}

TEST_F(ShopSources, AVariableThatNoCommandCanBeExecutedWithIsRefused) {
  const std::string value(kMaxExecString - std::string_view("LONG=").size(), 'x');
  folder.Write("env/LONG", value);
  AddFolder("env");
  EXPECT_THAT(Lines(), ElementsAre("LONG=" + value + " (env/LONG:1)"));
  folder.Write("env/LONG", value + "x");
  EXPECT_THAT(Lines(), ElementsAre("78 shop: env/LONG:1: LONG: NAME=value is longer than 131071 "
                                   "bytes"));
  app.config.clear();
  AddUnit().environment = {"LONG=x" + value};
  EXPECT_THAT(Lines(), ElementsAre("78 shop: shop-web.service (Environment=): LONG: NAME=value is "
                                   "longer than 131071 bytes"));
}

TEST_F(ShopSources, AUnitsVariablesAreInSystemdsOrder) {
  folder.Write("a.env", "E=file\nF=1\nexport G=1\n");
  UnitEnvironment& unit = AddUnit();
  unit.passed = {"P=1", "E=passed"};
  unit.environment = {"E=unit", "U=a=b", "V=1", "W=1"};
  unit.files = {{folder.path() + "/a.env", false}, {folder.path() + "/none.env", true}};
  unit.unset = {"V", "W=2", "LANG", "HOME=/x"};
  unit.warnings = {"a warning"};
  EXPECT_THAT(
      Lines(),
      ElementsAre("P=1 (shop-web.service (PassEnvironment=))",
                  "E=file (a.env:1 (shop-web.service); over shop-web.service "
                  "(PassEnvironment=); over shop-web.service (Environment=))",
                  "U=a=b (shop-web.service (Environment=))",
                  "-V (shop-web.service (UnsetEnvironment=); over shop-web.service "
                  "(Environment=))",
                  "W=1 (shop-web.service (Environment=))", "F=1 (a.env:2 (shop-web.service))",
                  "-LANG (shop-web.service (UnsetEnvironment=))"));
  EXPECT_THAT(Warnings(), ElementsAre("shop-web.service: a warning",
                                      "a.env:3: the name is not of letters, digits and '_': "
                                      "systemd ignores it"));
}

TEST_F(ShopSources, AUnitsFilesMayBeAPattern) {
  folder.Write("conf/b.env", "A=b\n");
  folder.Write("conf/a.env", "A=a\nB=a\n");
  folder.Write("conf/.c.env", "A=c\n");
  UnitEnvironment& unit = AddUnit();
  unit.files = {{folder.path() + "/conf/*.env", false}};
  EXPECT_THAT(Lines(), ElementsAre("A=b (conf/b.env:1 (shop-web.service); over conf/a.env:1 "
                                   "(shop-web.service))",
                                   "B=a (conf/a.env:2 (shop-web.service))"));
  unit.files = {{folder.path() + "/none/*", true}, {folder.path() + "/conf/*.none", false}};
  EXPECT_THAT(Lines(), ElementsAre("78 shop: conf/*.none of shop-web.service: no file matches"));
  unit.files = {{folder.path() + "/*/a.env", true}};
  EXPECT_THAT(Lines(), ElementsAre("78 shop: */a.env of shop-web.service: a pattern is followed in "
                                   "the last part of a path only"));
}

TEST_F(ShopSources, ABrokenFileEndsAUnitUnlessItIsOptional) {
  folder.Write("a.env", "A=s3cr3t\xFF\n");
  UnitEnvironment& unit = AddUnit();
  unit.files = {{folder.path() + "/a.env", false}};
  EXPECT_THAT(Lines(), ElementsAre("78 shop: a.env:1: A: not UTF-8, which systemd refuses "
                                   "(shop-web.service)"));
  unit.files[0].optional = true;
  EXPECT_THAT(Lines(), IsEmpty());
  EXPECT_THAT(Warnings(), ElementsAre("a.env:1: A: not UTF-8, which systemd refuses: "
                                      "shop-web.service goes on without this file"));
  unit.files = {{folder.path() + "/none", false}};
  EXPECT_THAT(Lines(), ElementsAre("78 shop: none of shop-web.service: No such file or directory "
                                   "(etc/apps/shop.json)"));
}

TEST_F(ShopSources, WhatRootReadIsNotReadAgain) {
  root_owned.files.emplace("/etc/shop.env", "A=1\n");
  root_owned.folders.emplace("/etc/shop/env", std::vector<std::string>{"B"});
  root_owned.files.emplace("/etc/shop/env/B", "2");
  AddFile("/etc/shop.env", Dialect::kDotenv);
  AddFolder("/etc/shop/env");
  EXPECT_THAT(Lines(), ElementsAre("A=1 (/etc/shop.env:1)", "B=2 (/etc/shop/env/B:1)"));
}

TEST_F(ShopSources, WhyRootDidNotReadItIsSaid) {
  folder.MakeFolder("a");  // for this user, a folder instead of a file is as unreadable as can be
  root_owned.untrusted[folder.path() + "/a"] = "/srv can be written by others";
  AddFile("a", Dialect::kDotenv);
  EXPECT_THAT(Lines(), ElementsAre("78 shop: a: not a regular file, and root does not read it: "
                                   "/srv can be written by others (etc/apps/shop.json)"));
}

}  // namespace
}  // namespace release
