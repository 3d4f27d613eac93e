#include "release/command/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/release/temporary_folder.h"

namespace release {
namespace {

class ConsoleOf : public ::testing::Test {
 protected:
  // "WORDS (WHY)", or "none".
  std::string Find() const {
    const Console console = FindConsole(folder.path(), folder.path() + "/path", layers);
    if (console.words.empty()) return "none";
    return base::ShellJoin(console.words) + " (" + console.why + ")";
  }
  void Add(IsolationKind kind, const std::string& what = {}) {
    layers.emplace_back();
    layers.back().kind = kind;
    layers.back().what = what;
  }

  TemporaryFolder folder;
  std::vector<IsolationLayer> layers;
};

TEST_F(ConsoleOf, NothingIsNone) { EXPECT_EQ(Find(), "none"); }

TEST_F(ConsoleOf, Rails) {
  folder.Write("package.json", "{}");
  folder.Write("gems/Gemfile.lock", "GEM\n  specs:\n    railties (6.1)\n");
  Add(IsolationKind::kBundler, folder.path() + "/gems/Gemfile");
  EXPECT_EQ(Find(), "rails console (Rails, by railties in Gemfile.lock)");
  folder.Write("bin/rails", "");
  EXPECT_EQ(Find(), "rails console (Rails, by bin/rails)");
  layers.clear();
  EXPECT_EQ(Find(), "bin/rails console (Rails, by bin/rails)");
}

TEST_F(ConsoleOf, Django) {
  folder.Write("manage.py", "import flask\n");
  EXPECT_EQ(Find(), "python3 (Python, by manage.py)");
  folder.Write("manage.py", "os.environ.setdefault('DJANGO', '')\nfrom django.core import x\n");
  EXPECT_EQ(Find(), "python3 manage.py shell (Django, by manage.py)");
  Add(IsolationKind::kVirtualenv);
  EXPECT_EQ(Find(), "manage.py shell (Django, by manage.py)");
}

TEST_F(ConsoleOf, Laravel) {
  folder.Write("artisan", "");
  EXPECT_EQ(Find(), "php -a (PHP, by artisan)");
  folder.Write("composer.json", "{}");
  EXPECT_EQ(Find(), "php artisan tinker (Laravel, by artisan)");
}

TEST_F(ConsoleOf, LanguagesByWhatTheirToolsLeave) {
  folder.Write("package.json", "{}");
  EXPECT_EQ(Find(), "node (Node, by package.json)");
  folder.Write("composer.json", "{}");
  EXPECT_EQ(Find(), "php -a (PHP, by composer.json)");
  folder.Write("path/psysh", "", 0755);
  EXPECT_EQ(Find(), "psysh (PHP, by composer.json)");
  folder.Write("cpanfile", "");
  EXPECT_EQ(Find(), "perl -de 0 (Perl, by cpanfile)");
  folder.Write("path/re.pl", "", 0755);
  EXPECT_EQ(Find(), "re.pl (Perl, by cpanfile)");
  folder.Write("requirements.txt", "");
  EXPECT_EQ(Find(), "python3 (Python, by requirements.txt)");
  folder.Write("config.ru", "");
  EXPECT_EQ(Find(), "irb (Ruby, by config.ru)");
  folder.Write("Gemfile", "");
  Add(IsolationKind::kBundler, folder.path() + "/Gemfile");
  EXPECT_EQ(Find(), "bundle exec irb (Ruby, by Gemfile)");
}

TEST_F(ConsoleOf, LanguagesByTheirIsolation) {
  Add(IsolationKind::kVirtualenv);
  EXPECT_EQ(Find(), "python (Python, by its virtualenv)");
}

TEST_F(ConsoleOf, LanguagesByTheNamesOfFiles) {
  folder.Write("scripts/fix.php", "");
  folder.Write("scripts/data.csv", "");
  EXPECT_EQ(Find(), "php -a (PHP, by scripts/fix.php)");
  folder.Write("app.js", "");
  EXPECT_EQ(Find(), "node (Node, by app.js)");
  folder.Write("app.pl", "");
  EXPECT_EQ(Find(), "perl -de 0 (Perl, by app.pl)");
  folder.MakeFolder("x.rb");
  EXPECT_EQ(Find(), "perl -de 0 (Perl, by app.pl)");
}

}  // namespace
}  // namespace release
