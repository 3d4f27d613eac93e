#include "release/command/program_input.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"

namespace release {
namespace {

bool Reads(std::string_view command) {
  std::vector<std::string> argv;
  for (const auto& word : base::Split(command, ' ')) argv.emplace_back(word);
  return ReadsProgramFromInput(argv);
}

TEST(ProgramInput, AShellOrInterpreterWithoutAScriptReadsItsProgram) {
  for (const std::string_view command : {"sh",
                                         "sh -s",
                                         "sh -s one two",
                                         "/bin/bash -eux",
                                         "bash -o pipefail",
                                         "-bash",
                                         "bash -l",
                                         "zsh -",
                                         "python3",
                                         "python3.11 -u -",
                                         "python3 -W ignore",
                                         "./venv/bin/python",
                                         "ruby",
                                         "ruby -w -I lib",
                                         "ruby -",
                                         "perl -w",
                                         "perl -Ilib -",
                                         "node",
                                         "node -r x.js -",
                                         "php",
                                         "php8.2 -d a=b",
                                         "php -a",
                                         "psql",
                                         "psql -U shop shop",
                                         "psql -f -",
                                         "psql --file=-",
                                         "psql --username=shop shop",
                                         "mysql -u shop shop",
                                         "sqlite3",
                                         "sqlite3 db/shop.sqlite3",
                                         "sqlite3 -init x file",
                                         "irb",
                                         "redis-cli -n 1",
                                         "sh /dev/stdin",
                                         "python /dev/stdin",
                                         "sh //dev/stdin",
                                         "sh /dev/./stdin",
                                         "sh ../../dev/stdin",
                                         "python /proc/thread-self/fd/0",
                                         "make -f -",
                                         "make -sf -",
                                         "make --file=/dev/stdin",
                                         "awk -f -",
                                         "sed -f-",
                                         "rake --rakefile -",
                                         "ed -s",
                                         "crontab -",
                                         "xargs sh -c"}) {
    EXPECT_TRUE(Reads(command)) << command;
  }
}

TEST(ProgramInput, WithOneItReadsData) {
  for (const std::string_view command : {"sh script.sh",
                                         "bash -x script.sh",
                                         "sh -- script.sh",
                                         "bash -o pipefail script.sh",
                                         "python3 script.py",
                                         "python3 -m json.tool",
                                         "python3 -c x",
                                         "ruby script.rb",
                                         "ruby -e x",
                                         "ruby -I lib script.rb",
                                         "ruby -ne x",
                                         "perl -pe x",
                                         "perl -lane x",
                                         "perl -w x.pl",
                                         "node x.js",
                                         "node -e x",
                                         "php script.php",
                                         "php -r x",
                                         "php -f x.php",
                                         "psql -c x",
                                         "psql -f x.sql",
                                         "psql --command=x",
                                         "mysql -e x shop",
                                         "sqlite3 file select",
                                         "cat",
                                         "tee x",
                                         "pg_restore -d shop",
                                         "rake db:migrate",
                                         "make all",
                                         "make -f x.mk -",
                                         "sed p -",
                                         "awk -f x.awk -",
                                         "tar x",
                                         "redis-cli get x"}) {
    EXPECT_FALSE(Reads(command)) << command;
  }
}

TEST(ProgramInput, WrappersAreLookedThrough) {
  for (const std::string_view command : {"bundle exec ruby",
                                         "bundle exec irb",
                                         "env sh",
                                         "env -i A=1 bash -s",
                                         "/usr/bin/env python3 -",
                                         "nice -n 5 sh",
                                         "timeout 10m psql",
                                         "uv run python",
                                         "poetry run python -",
                                         "busybox sh",
                                         "nohup bash",
                                         "bundle exec rails console",
                                         "bin/rails c",
                                         "rails runner -",
                                         "python manage.py shell",
                                         "./manage.py dbshell",
                                         "php artisan tinker",
                                         "env A=b env sh",
                                         "timeout --signal KILL 5 sh",
                                         "nice --adjustment 5 sh",
                                         "env -u X sh",
                                         "flock tmp/l sh",
                                         "bundle e ruby",
                                         "bundler exec ruby",
                                         "env -u ruby sh",
                                         "setpriv --no-new-privs sh",
                                         "env -C . make -f -",
                                         "docker exec -i x psql"}) {
    EXPECT_TRUE(Reads(command)) << command;
  }
  for (const std::string_view command :
       {"bundle exec rake x", "bundle install", "env A=1 cat", "env", "bundle", "timeout 10 cat",
        "rails runner x.rb", "rails db:migrate", "python manage.py loaddata -x",
        "php artisan migrate"}) {
    EXPECT_FALSE(Reads(command)) << command;
  }
}

TEST(ProgramInput, TheTextOfAShellIsLookedInto) {
  EXPECT_TRUE(ReadsProgramFromInput({"/bin/sh", "-c", "cd tmp && bash"}));
  EXPECT_TRUE(ReadsProgramFromInput({"/bin/sh", "-c", "A=1 python3 - | tee log"}));
  EXPECT_TRUE(ReadsProgramFromInput({"bash", "-lc", "true; (sh)"}));
  EXPECT_TRUE(ReadsProgramFromInput({"sh", "-c", "eval \"$(cat)\""}));
  EXPECT_TRUE(ReadsProgramFromInput({"sh", "-c", "cd tmp; . /dev/stdin"}));
  EXPECT_FALSE(ReadsProgramFromInput({"/bin/sh", "-c", ". ./env.sh; cat > file"}));
  EXPECT_FALSE(ReadsProgramFromInput({"/bin/sh", "-c", "cat > file"}));
  EXPECT_FALSE(ReadsProgramFromInput({"/bin/sh", "-c", ""}));
  EXPECT_FALSE(ReadsProgramFromInput({"/bin/sh", "-c"}));
  EXPECT_FALSE(ReadsProgramFromInput({}));
  std::vector<std::string> deep(1000, "env");
  deep.emplace_back("sh");
  EXPECT_TRUE(ReadsProgramFromInput(deep));
  std::vector<std::string> many(40'000, "python");
  many[0] = "env";
  for (std::size_t i = 2; i < many.size(); i += 2) many[i] = "-W";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(ReadsProgramFromInput(many));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace release
