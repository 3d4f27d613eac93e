#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "release/isolation/isolation_survey.h"
#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PythonRelease : public ::testing::Test {
 protected:
  PythonRelease() {
    app.name = "blog";
    app.file = "etc/apps/blog.json";
    app.root = folder.path();
    directory = folder.path() + "/releases/v1";
    venv = directory + "/venv";
    folder.Write("releases/v1/manage.py", "#!/usr/bin/env python\nimport django\n");
    Make("releases/v1/venv");
    environment.Set("PATH", "/usr/bin:/bin", "base");
  }

  void Make(const std::string& name) const {
    folder.Write(name + "/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n");
    folder.Write(name + "/bin/python",
                 "\x7f"
                 "ELF",
                 0755);
  }
  void WriteScript(const std::string& name, const std::string& interpreter) const {
    folder.Write("releases/v1/venv/bin/" + name, "#!" + interpreter + "\nimport sys\n", 0755);
  }
  FoundLayer Find(std::vector<std::string> programs = {}) {
    warnings.clear();
    return SurveyVirtualenv({app, directory, environment, std::move(programs)}, warnings);
  }
  std::vector<std::string> Argv(const std::vector<std::string>& words) {
    const auto argv = Isolate({Find({words[0]}).value()}, words);
    return argv ? *argv
                : std::vector<std::string>{std::to_string(argv.error().status),
                                           argv.error().message};
  }
  std::string Folder() {
    const auto layer = Find();
    return layer ? layer->variables.at(0).value : "none";
  }

  TemporaryFolder folder;
  std::string directory;
  std::string venv;
  App app;
  Variables environment;
  std::vector<std::string> warnings;
};

TEST_F(PythonRelease, ManageIsTheVirtualenvsPythons) {
  EXPECT_THAT(Argv({"manage.py", "migrate"}),
              ElementsAre(venv + "/bin/python", "manage.py", "migrate"));
  std::filesystem::remove(directory + "/manage.py");
  EXPECT_THAT(Argv({"manage.py"}), ElementsAre("manage.py"));
}

TEST_F(PythonRelease, ItsProgramsAreFoundOnThePath) {
  WriteScript("django-admin", venv + "/bin/python");
  for (const char* word : {"python", "django-admin", "ls", "./manage.py"}) {
    EXPECT_THAT(Argv({word, "x"}), ElementsAre(word, "x"));
  }
  const auto layer = Find();
  EXPECT_EQ(layer->what, venv + " (Python 3.11.2)");
  EXPECT_THAT(layer->path, ElementsAre(venv + "/bin"));
  IsolateEnvironment({*layer}, environment);
  EXPECT_EQ(environment.Find("VIRTUAL_ENV")->value, venv);
  EXPECT_EQ(environment.Find("PATH")->value, venv + "/bin:/usr/bin:/bin");
}

TEST_F(PythonRelease, AMovedVirtualenvsScriptsAreGivenToItsPython) {
  WriteScript("pip", "/nonexistent/venv/bin/python3");
  EXPECT_THAT(Argv({"pip", "list"}), ElementsAre(venv + "/bin/python", venv + "/bin/pip", "list"));
  // A copied one: the old place is still there, and is another release's.
  Make("releases/v0/venv");
  WriteScript("pip", folder.path() + "/releases/v0/venv/bin/python");
  EXPECT_THAT(Argv({"pip"}), ElementsAre(venv + "/bin/python", venv + "/bin/pip"));
  // An interpreter's version that is gone.
  WriteScript("pip", venv + "/bin/python3.9");
  EXPECT_THAT(Argv({"pip"}), ElementsAre(venv + "/bin/python", venv + "/bin/pip"));
  folder.Write("releases/v1/venv/bin/pip",
               "#!/bin/sh\n'''exec' \"/gone a/bin/python\" \"$0\" \"$@\"\n' '''\n", 0755);
  EXPECT_THAT(Argv({"pip"}), ElementsAre(venv + "/bin/python", venv + "/bin/pip"));
}

TEST_F(PythonRelease, AScriptThatIsNotPythonsIsLeftAlone) {
  WriteScript("activate-it", "/bin/sh");
  EXPECT_THAT(Argv({"activate-it"}), ElementsAre("activate-it"));
}

TEST_F(PythonRelease, AVirtualenvThatIsLinkedFromElsewhereIsNotMoved) {
  std::filesystem::rename(venv, folder.path() + "/common");
  folder.Link("releases/v1/venv", folder.path() + "/common");
  WriteScript("pip", folder.path() + "/common/bin/python");
  EXPECT_THAT(Argv({"pip"}), ElementsAre("pip"));
  EXPECT_EQ(Folder(), venv);
}

TEST_F(PythonRelease, IsLookedForByItsUsualNamesThenInShared) {
  Make("releases/v1/.venv");
  EXPECT_EQ(Folder(), venv);
  std::filesystem::remove_all(venv);
  EXPECT_EQ(Folder(), directory + "/.venv");
  std::filesystem::remove_all(directory + "/.venv");
  EXPECT_EQ(Folder(), "none");
  folder.MakeFolder("releases/v1/env");  // without pyvenv.cfg
  Make("shared/env");
  EXPECT_EQ(Folder(), folder.path() + "/shared/env");
}

TEST_F(PythonRelease, AConfiguredOneIsUsed) {
  Make("elsewhere");
  environment.Set("VIRTUAL_ENV", folder.path() + "/elsewhere/", "shared/.env:1");
  EXPECT_EQ(Folder(), folder.path() + "/elsewhere");
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(PythonRelease, AConfiguredOneOfAnotherReleaseIsNot) {
  Make("releases/v0/venv");
  environment.Set("VIRTUAL_ENV", directory + "/../v0/venv", "shared/.env:1");
  EXPECT_EQ(Folder(), venv);
  EXPECT_THAT(warnings, ElementsAre("shared/.env:1: VIRTUAL_ENV leads into another release, and is "
                                    "not used"));
  environment.Set("VIRTUAL_ENV", "/nonexistent", "shared/.env:1");
  EXPECT_EQ(Folder(), venv);
  EXPECT_THAT(warnings,
              ElementsAre("shared/.env:1: VIRTUAL_ENV names no virtualenv, and is not used"));
}

TEST_F(PythonRelease, AMissingInterpreterIsSaidAndNotReplacedByTheSystems) {
  folder.Link("releases/v1/venv/bin/python", "/nonexistent/python3.9");
  const std::string why = "a virtualenv that is broken: the virtualenv " + venv +
                          ", made with the Python in /usr/bin, has no bin/python that can be run; "
                          "make it again";
  EXPECT_THAT(Argv({"manage.py"}), ElementsAre("69", "manage.py belongs to " + why));
  EXPECT_THAT(Argv({"python"}), ElementsAre("69", "python belongs to " + why));
  EXPECT_THAT(Argv({"ls"}), ElementsAre("ls"));
  EXPECT_THAT(warnings, ElementsAre("the virtualenv " + venv +
                                    ", made with the Python in "
                                    "/usr/bin, has no bin/python that can be run"));
}

}  // namespace
}  // namespace release
