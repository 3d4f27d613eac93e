#include "release/isolation/python_environments.h"

#include <gtest/gtest.h>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

// Both names were made with the tools themselves: poetry 1.3 and pipenv 2022 of Debian 12.
TEST(PythonEnvironments, AreNamedAsTheToolsNameThem) {
  EXPECT_EQ(PoetryName("My Shop", "/tmp/pv/My Shop (x)"), "my_shop-bq2agbcK-py");
  EXPECT_EQ(PipenvName("pip shop", "/tmp/pv/pip shop/Pipfile"), "pip_shop-m_OELVAN");
}

class Project : public ::testing::Test {
 protected:
  Project() {
    directory = folder.path() + "/shop";
    folder.MakeFolder("shop");
    folder.MakeFolder("home");
    environment.Set("HOME", folder.path() + "/home", "base");
  }
  ToolsEnvironment Find() const { return FindToolsEnvironment(directory, environment); }
  void Make(const std::string& name) { folder.Write(name + "/pyvenv.cfg", ""); }
  std::string At(const std::string& name) const { return folder.path() + "/" + name; }

  TemporaryFolder folder;
  std::string directory;
  Variables environment;
};

TEST_F(Project, IsNeithers) {
  folder.Write("shop/pyproject.toml", "[project]\nname = 'shop'\n");
  EXPECT_EQ(Find().tool, "");
}

TEST_F(Project, PoetrysNewestPythonCountsUnlessOneWasChosen) {
  folder.Write("shop/pyproject.toml", "[tool.poetry]\nname = 'Shop'\n");
  const std::string name = PoetryName("shop", directory);
  const std::string kept = "home/.cache/pypoetry/virtualenvs/";
  EXPECT_EQ(Find().tool, "Poetry");
  EXPECT_EQ(Find().folder, "");
  EXPECT_EQ(Find().sought, At(kept + name));
  Make(kept + name + "3.9");
  Make(kept + name + "3.11");
  Make(kept + "other-12345678-py3.12");
  EXPECT_EQ(Find().folder, At(kept + name + "3.11"));
  const std::string base = name.substr(0, name.size() - 3);
  folder.Write(kept + "envs.toml", "[" + base + "]\nminor = \"3.9\"\npatch = \"3.9.2\"\n");
  EXPECT_EQ(Find().folder, At(kept + name + "3.9"));
}

TEST_F(Project, PoetrysOwnConfigurationSaysWhere) {
  folder.Write("shop/poetry.lock", "");
  folder.Write("home/.config/pypoetry/config.toml",
               "cache-dir = '" + At("cache") + "'\n[virtualenvs]\npath = \"{cache-dir}/v\"\n");
  EXPECT_EQ(Find().sought, At("cache/v/") + PoetryName("shop", directory));
  folder.Write("shop/poetry.toml", "[virtualenvs]\ncreate = false\n");
  EXPECT_EQ(Find().tool, "");
}

TEST_F(Project, PipenvsIsBelowWorkonHomeOrWhereDotVenvSays) {
  folder.Write("shop/Pipfile", "");
  const std::string name = PipenvName("shop", directory + "/Pipfile");
  Make("home/.local/share/virtualenvs/" + name);
  EXPECT_EQ(Find().folder, At("home/.local/share/virtualenvs/" + name));
  environment.Set("WORKON_HOME", At("work"), "config");
  EXPECT_EQ(Find().folder, "");
  Make("work/named");
  folder.Write("shop/.venv", "named\n");
  EXPECT_EQ(Find().folder, At("work/named"));
}

}  // namespace
}  // namespace release
