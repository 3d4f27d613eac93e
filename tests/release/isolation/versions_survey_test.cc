#include "release/isolation/versions_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class NamedVersions : public ::testing::Test {
 protected:
  NamedVersions() {
    app.name = "shop";
    directory = folder.path() + "/release";
    home = folder.path() + "/home";
    folder.MakeFolder("release");
    folder.MakeFolder("home");
  }

  VersionsFindings Find() const { return SurveyVersions({app, directory, home}); }
  void Install(const std::string& version) const { folder.MakeFolder("home/" + version + "/bin"); }
  // Folders below the home, "missing: MESSAGE", "warning: MESSAGE".
  std::vector<std::string> Found() const {
    std::vector<std::string> found;
    const VersionsFindings findings = Find();
    for (const IsolationLayer& layer : findings.layers) {
      for (const std::string& path : layer.path) {
        found.push_back(path.starts_with(home) ? path.substr(home.size() + 1) : path);
      }
    }
    for (const MissingVersion& version : findings.missing) {
      found.push_back("missing: " + version.message);
    }
    for (const std::string& warning : findings.warnings) found.push_back("warning: " + warning);
    return found;
  }

  TemporaryFolder folder;
  std::string directory;
  std::string home;
  App app;
};

TEST_F(NamedVersions, NothingIsNamed) { EXPECT_THAT(Found(), IsEmpty()); }

TEST_F(NamedVersions, RbenvHasItWithOrWithoutThePrefix) {
  Install(".rbenv/versions/3.1.2");
  folder.Write("release/.ruby-version", "3.1.2\n");
  EXPECT_THAT(Found(), ElementsAre(".rbenv/versions/3.1.2/bin"));
  EXPECT_EQ(Find().layers.at(0).what, "ruby 3.1.2 of rbenv, named in .ruby-version");
  folder.Write("release/.ruby-version", "ruby-3.1.2\n");
  EXPECT_THAT(Found(), ElementsAre(".rbenv/versions/3.1.2/bin"));
}

TEST_F(NamedVersions, WhatAManagerDoesNotHaveIsMissing) {
  Install(".rbenv/versions/3.0.4");
  Install(".rbenv/versions/3.10.0");
  Install(".rbenv/versions/3.9.0");
  folder.Write("release/.ruby-version", "3.1.2\n");
  EXPECT_THAT(Found(),
              ElementsAre("missing: .ruby-version names ruby 3.1.2, which rbenv does not have in " +
                          home + "/.rbenv/versions; installed are 3.10.0, 3.9.0, 3.0.4"));
}

TEST_F(NamedVersions, WithoutAManagerItIsAWarning) {
  folder.Write("release/.ruby-version", "3.1.2\n");
  EXPECT_THAT(Found(), ElementsAre("warning: .ruby-version names ruby 3.1.2, and no version "
                                   "manager of the user's has any ruby: the one on the PATH is "
                                   "taken as it is"));
  folder.Write("release/.ruby-version", "system\n");
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(NamedVersions, RvmHasItsGemsBesideIt) {
  Install(".rvm/rubies/ruby-3.1.2");
  folder.Write("release/.ruby-version", "3.1.2");
  folder.Write("release/.ruby-gemset", "shop");
  EXPECT_THAT(Found(),
              ElementsAre(".rvm/gems/ruby-3.1.2@shop/bin", ".rvm/gems/ruby-3.1.2@global/bin",
                          ".rvm/rubies/ruby-3.1.2/bin"));
  const auto layer = Find().layers.at(0);
  EXPECT_EQ(layer.variables.at(0).name, "GEM_HOME");
  EXPECT_EQ(layer.variables.at(0).value, home + "/.rvm/gems/ruby-3.1.2@shop");
  EXPECT_EQ(layer.variables.at(1).name, "GEM_PATH");
  EXPECT_EQ(layer.variables.at(1).source, "isolation (versions: .ruby-version)");
}

TEST_F(NamedVersions, NvmKnowsBeginningsAndAliases) {
  Install(".nvm/versions/node/v16.9.0");
  Install(".nvm/versions/node/v16.20.2");
  Install(".nvm/versions/node/v18.1.0");
  folder.Write("home/.nvm/alias/lts/gallium", "v16.20.2\n");
  folder.Write("home/.nvm/alias/lts/*", "lts/gallium\n");
  folder.Write("home/.nvm/alias/loop", "loop\n");
  const auto node = [&](const std::string& version) {
    folder.Write("release/.nvmrc", version + "\n");
    return Found().at(0);
  };
  EXPECT_EQ(node("v16.9.0"), ".nvm/versions/node/v16.9.0/bin");
  EXPECT_EQ(node("16"), ".nvm/versions/node/v16.20.2/bin");
  EXPECT_EQ(node("lts/*"), ".nvm/versions/node/v16.20.2/bin");
  EXPECT_EQ(node("node"), ".nvm/versions/node/v18.1.0/bin");
  EXPECT_EQ(node("loop").substr(0, 44), "missing: .nvmrc names node loop, which nvm d");
  EXPECT_EQ(node("1").substr(0, 8), "missing:");
  folder.Write("release/.nvmrc", "");
  folder.Write("release/.node-version", "18.1.0");
  EXPECT_THAT(Found(), ElementsAre(".nvm/versions/node/v18.1.0/bin"));
}

TEST_F(NamedVersions, PyenvTakesTheNewestOfABeginning) {
  Install(".pyenv/versions/3.9.1");
  Install(".pyenv/versions/3.9.12");
  Install(".pyenv/versions/3.9.2");
  folder.Write("release/.python-version", "3.9\n");
  EXPECT_THAT(Found(), ElementsAre(".pyenv/versions/3.9.12/bin"));
  folder.Write("release/.python-version", "3.9.2\n");
  EXPECT_THAT(Found(), ElementsAre(".pyenv/versions/3.9.2/bin"));
}

TEST_F(NamedVersions, AsdfAndMiseReadToolVersions) {
  Install(".asdf/installs/ruby/3.1.2");
  Install(".asdf/installs/nodejs/20.1.0");
  Install(".local/share/mise/installs/python/3.11");
  Install("/../opt/php");
  folder.MakeFolder("home/.asdf/plugins/terraform");
  folder.Write("release/.tool-versions",
               "python 3.11\nnodejs 19.0.0 20.1.0\nruby 3.1.2\nphp path:" + folder.path() +
                   "/opt/php\nterraform 1.2\nerlang system\n");
  folder.MakeFolder("home/.asdf/plugins/php");
  EXPECT_THAT(
      Found(),
      ElementsAre(".asdf/installs/ruby/3.1.2/bin", ".asdf/installs/nodejs/20.1.0/bin",
                  ".local/share/mise/installs/python/3.11/bin", folder.path() + "/opt/php/bin",
                  "warning: .tool-versions names terraform 1.2, which asdf does not have "
                  "in " +
                      home + "/.asdf/installs/terraform: nothing is installed there"));
}

TEST_F(NamedVersions, AFileOfItsOwnComesBeforeToolVersions) {
  Install(".asdf/installs/ruby/3.1.2");
  Install(".asdf/installs/ruby/3.2.0");
  folder.Write("release/.tool-versions", "ruby 3.1.2\n");
  folder.Write("release/.ruby-version", "3.2.0\n");
  EXPECT_THAT(Found(), ElementsAre(".asdf/installs/ruby/3.2.0/bin"));
  folder.Write("release/.ruby-version", "2.0.0\n");
  EXPECT_THAT(Found(), ElementsAre(".asdf/installs/ruby/3.1.2/bin"));
}

TEST_F(NamedVersions, TheAppsEnvSaysWhereAManagerIs) {
  Install("../rbenv/versions/3.1.2");
  folder.Write("release/.ruby-version", "3.1.2\n");
  app.env = {{"RBENV_ROOT", folder.path() + "/rbenv"}};
  EXPECT_THAT(Find().layers.at(0).path, ElementsAre(folder.path() + "/rbenv/versions/3.1.2/bin"));
}

TEST_F(NamedVersions, IsolationMayLeaveThemOut) {
  Install(".rbenv/versions/3.0.0");
  folder.Write("release/.ruby-version", "3.1.2\n");
  app.isolation = {false, {IsolationKind::kBundler}};
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(NamedVersions, AFileThatCannotBeReadIsAWarning) {
  folder.MakeFolder("release/.ruby-version");
  EXPECT_THAT(Found(), ElementsAre("warning: .ruby-version: not a regular file"));
}

}  // namespace
}  // namespace release
