#include "authz/normal_form.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/text.h"

namespace authz {
namespace {

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  for (const auto word : base::Split(text, ' ')) words.emplace_back(word);
  return words;
}

bool Denies(const std::string& pattern, const std::string& command) {
  const auto parsed = config::Pattern::Parse(pattern);
  return NormalForm(Words(command)).IsMatchedBy(*parsed, DeniedForm(parsed->words()));
}

std::string Text(const std::string& command) { return NormalForm(Words(command)).Text(); }

TEST(NormalForm, NoSpellingOfATaskPassesADenyRule) {
  for (const char* const command : {"rake db:drop",
                                    "bin/rake db:drop",
                                    "./bin/rake db:drop",
                                    "bin//rake db:drop",
                                    "/usr/bin/rake db:drop",
                                    "rake -q db:drop",
                                    "rake -- db:drop",
                                    "rake X=1 db:drop",
                                    "rake db:migrate db:drop",
                                    "rake db:drop[]",
                                    "rake db:drop[a,b]",
                                    "rake -f x db:drop",
                                    "bundle exec rake db:drop",
                                    "bundle exec bin/rake db:drop",
                                    "nice -n 5 rake db:drop",
                                    "timeout 5 rake db:drop",
                                    "env X=1 rake db:drop",
                                    "ruby -S rake db:drop",
                                    "ruby bin/rake db:drop",
                                    "rails db:drop",
                                    "bin/rails -q db:drop",
                                    "rake rake:db:drop",
                                    "rake ^db:drop",
                                    "rails rake:db:drop[]",
                                    "bundle exec rake rake:db:drop",
                                    "bundle e rake db:drop",
                                    "bundler exec rake db:drop",
                                    "env -u X rake db:drop",
                                    "env -C . rake db:drop",
                                    "timeout -s KILL 5 rake db:drop",
                                    "timeout -k 1 5 rake db:drop",
                                    "sudo -u x rake db:drop",
                                    "ionice -c idle rake db:drop",
                                    "stdbuf -o L rake db:drop",
                                    "time -f x rake db:drop",
                                    "dotenv -f .env rake db:drop",
                                    "flock tmp/l rake db:drop",
                                    "setpriv --no-new-privs rake db:drop",
                                    "foreman run rake db:drop",
                                    "direnv exec . rake db:drop",
                                    "busybox env rake db:drop",
                                    "chronic rake db:drop",
                                    "ruby -C . -S rake db:drop",
                                    "ruby -I lib -Srake db:drop",
                                    "xargs rake db:drop",
                                    "echo rake db:drop",
                                    "x/../bin/rake db:drop"}) {
    EXPECT_TRUE(Denies("rake db:drop", command)) << command;
    EXPECT_TRUE(Denies("rake db:drop -...", command)) << command;
    EXPECT_TRUE(Denies("bin/rake db:drop", command)) << command;
  }
  for (const char* const command : {"rake", "rake db:dropped", "rake db:migrate", "make db:drop",
                                    "db:drop rake", "rails x", "rails db:drop_all"}) {
    EXPECT_FALSE(Denies("rake db:drop", command)) << command;
  }
}

TEST(NormalForm, OtherRunnersAreKnownToo) {
  EXPECT_TRUE(Denies("make deploy", "gmake -j4 V=1 clean deploy"));
  EXPECT_TRUE(Denies("manage.py flush", "python3 ./manage.py --settings=x flush"));
  EXPECT_TRUE(Denies("python manage.py flush", "django-admin flush"));
  EXPECT_TRUE(Denies("php artisan migrate:fresh", "artisan -n migrate:fresh --seed"));
  EXPECT_TRUE(
      Denies("bin/console doctrine:schema:drop", "php bin/console -n doctrine:schema:drop"));
  EXPECT_TRUE(Denies("rails runner", "bin/rails r x"));
  EXPECT_TRUE(Denies("rails r ...", "rails runner x"));
  EXPECT_TRUE(Denies("rails console", "rails -e test c"));
  EXPECT_TRUE(Denies("python manage.py flush", "python -X dev manage.py flush"));
  EXPECT_TRUE(Denies("python manage.py flush", "python3 -m django flush"));
  EXPECT_TRUE(Denies("php artisan migrate:fresh", "php -c php.ini artisan migrate:fresh"));
  EXPECT_TRUE(Denies("make deploy", "make ./deploy"));
  EXPECT_TRUE(Denies("mix ecto.drop", "mix do ecto.drop, ecto.create"));
  EXPECT_TRUE(Denies("mix ecto.drop", "mix do ecto.migrate,ecto.drop"));
}

TEST(NormalForm, AScriptOfAPackageIsTheSameByEachPackageManager) {
  for (const char* const command :
       {"npm run drop", "npm run-script drop", "npm rum drop", "npm urn -- drop", "yarn drop",
        "pnpm run drop", "bun run drop", "npm --prefix . run drop"}) {
    EXPECT_TRUE(Denies("npm run drop", command)) << command;
  }
  for (const char* const command :
       {"composer run-script drop", "composer run drop", "composer drop"}) {
    EXPECT_TRUE(Denies("composer run-script drop", command)) << command;
  }
  EXPECT_TRUE(Denies("npm test", "npm t"));
  EXPECT_TRUE(Denies("npm run ...", "npm rum x"));
  EXPECT_FALSE(Denies("npm run ...", "npm install"));
  EXPECT_FALSE(Denies("npm ...", "yarn x"));
  EXPECT_FALSE(Denies("npm run drop", "composer drop"));
}

// Of a program that runs no tasks, each word counts only behind a word that can start a program.
TEST(NormalForm, AnyOtherProgramIsFoundBehindWhatStartsIt) {
  for (const char* const command :
       {"env psql -c x", "timeout -k 1 5 psql -c x", "xargs psql -c", "find . -exec psql x",
        "nice -n 5 /usr/bin/psql x", "docker run -t x psql -c x"}) {
    EXPECT_TRUE(Denies("psql -...", command)) << command;
  }
  EXPECT_TRUE(Denies("bin/backup", "ruby ./bin/backup"));
  EXPECT_FALSE(Denies("psql -...", "grep psql log"));
  EXPECT_FALSE(Denies("rm -...", "git rm x"));
}

// The page names these.
TEST(NormalForm, MayDenyAHarmlessCommandThatNamesTheRunnerAndTheTask) {
  EXPECT_TRUE(Denies("make deploy", "git commit -m make deploy"));
  EXPECT_TRUE(Denies("make ...", "which make"));
  EXPECT_FALSE(Denies("make deploy", "git commit -m deploy"));
}

TEST(NormalForm, ManyProgramsTakeNoLongTime) {
  std::string words = "env";
  for (int i = 0; i < 20'000; ++i) words += " psql rake";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(Denies("psql x", words));
  EXPECT_FALSE(Denies("rake db:drop", words));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(NormalForm, APatternWithoutTasksIsTheDefaultTaskOrTheWholeProgram) {
  EXPECT_TRUE(Denies("rake", "rake -q"));
  EXPECT_FALSE(Denies("rake", "rake x"));
  EXPECT_TRUE(Denies("rake -...", "bin/rake x"));
  EXPECT_FALSE(Denies("rake ...", "rails console"));
  EXPECT_FALSE(Denies("rails ...", "rake x"));
}

TEST(NormalForm, EachWordOfThePatternHasToBeThere) {
  EXPECT_TRUE(Denies("rake db:rollback STEP=*", "rake STEP=3 db:rollback"));
  EXPECT_FALSE(Denies("rake db:rollback STEP=*", "rake db:rollback"));
  EXPECT_TRUE(Denies("rake -f *", "rake -f x y"));
  EXPECT_FALSE(Denies("rake -f *", "rake y"));
  EXPECT_FALSE(Denies("rake import[prod]", "rake import[dev]"));
}

TEST(NormalForm, OfAnyOtherProgramThePathIsNormalised) {
  EXPECT_TRUE(Denies("psql ...", "/usr/bin/psql x"));
  EXPECT_TRUE(Denies("rm -...", "./../../bin//rm -rf x"));
  EXPECT_TRUE(Denies("bin/backup", "./bin//backup"));
  EXPECT_TRUE(Denies("bin/backup", "/srv/shop/current/bin/backup"));
  EXPECT_TRUE(Denies("backup", "bin/backup"));
  EXPECT_FALSE(Denies("bin/backup", "backup"));
  EXPECT_FALSE(Denies("bin/console", "console"));
  EXPECT_FALSE(Denies("/usr/bin/psql", "psql"));
  EXPECT_TRUE(Denies("* db:drop", "rake -q db:drop"));
}

TEST(NormalForm, IsShownAsACommand) {
  EXPECT_EQ(Text("./bin/rake -q X=1 db:migrate -- db:drop[]"), "rake db:migrate db:drop");
  EXPECT_EQ(Text("/usr/bin//psql -c x"), "/usr/bin/psql -c x");
  EXPECT_EQ(Text("php bin/console cache:clear"), "bin/console cache:clear");
  EXPECT_EQ(Text("./bin/which"), "bin/which");
}

}  // namespace
}  // namespace authz
