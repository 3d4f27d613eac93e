#include "authz/code_execution.h"

#include <gtest/gtest.h>

#include <string>

namespace authz {
namespace {

std::string Why(const std::string& pattern) {
  return GrantsCodeExecution(*config::Pattern::Parse(pattern)).value_or("");
}

TEST(CodeExecution, IsSeenInTheUsualPatterns) {
  for (const char* pattern : {"rake -...",
                              "rake db:migrate -...",
                              "bundle exec rake -...",
                              "rake *",
                              "rails runner ...",
                              "rails runner *",
                              "bin/rails runner *",
                              "rails ...",
                              "manage.py shell",
                              "python manage.py shell",
                              "manage.py ...",
                              "python",
                              "python3",
                              "python -...",
                              "python3.11 ...",
                              "/usr/bin/ruby *",
                              "python *.py",
                              "node -e *",
                              "perl",
                              "php artisan tinker",
                              "sh ...",
                              "bash",
                              "env ...",
                              "env FOO=bar -...",
                              "xargs -...",
                              "find ...",
                              "git ...",
                              "psql",
                              "npm run *",
                              "npx ...",
                              "* db:migrate",
                              "vim",
                              "less log/*",
                              "less -R log/*",
                              "timeout 60 less log/*",
                              "vim log/*",
                              "ed log/*",
                              "man *",
                              "sqlite3 db/production.sqlite3",
                              "redis-cli",
                              "rails dbconsole",
                              "rails console",
                              "rails r*",
                              "rails -e test c",
                              "python manage.py ...",
                              "python3 manage.py -...",
                              ".venv/bin/python -W ignore manage.py ...",
                              "php artisan ...",
                              "php artisan **",
                              "php -d x=y artisan tinker",
                              "ruby bin/rails ...",
                              "php bin/console ...",
                              "bin/console ...",
                              "mix ...",
                              "mix eval *",
                              "flask ...",
                              "wp ...",
                              "drush ...",
                              "redis-cli ...",
                              "docker ...",
                              "flock tmp/l ...",
                              "setpriv ...",
                              "unshare ...",
                              "script ...",
                              "parallel ...",
                              "bundler ...",
                              "foreman run ...",
                              "go ...",
                              "cargo ...",
                              "nc ...",
                              "socat ..."}) {
    EXPECT_NE(Why(pattern), "") << pattern;
  }
  EXPECT_EQ(Why("..."), "allows everything, without saying so by \"shell\": true");
  EXPECT_EQ(Why("rake -..."), "runs any code: rake's options (-e, -f, -r) take a program to run");
  EXPECT_EQ(Why("python ..."),
            "runs any code: it is an interpreter, without a script that is named");
}

TEST(CodeExecution, IsNotSeenWhereTheCommandIsFixed) {
  for (const char* pattern : {"rake db:migrate",
                              "rake ...",
                              "rake db:migrate VERSION=*",
                              "console",
                              "rails db:migrate",
                              "python manage.py migrate",
                              "python manage.py migrate -...",
                              "php scripts/fix.php *",
                              "ls -...",
                              "tail -...",
                              "cat *",
                              "git status",
                              "npm run build",
                              "manage.py migrate ...",
                              "ruby bin/rails db:migrate",
                              "rails db:*",
                              "php artisan migrate ...",
                              "psql -c x",
                              "sqlite3 db/x.sqlite3 .tables",
                              "redis-cli info",
                              "bin/deploy ...",
                              "timeout 60 rake x",
                              "mix ecto.migrate",
                              "make all",
                              "flock tmp/l rake x"}) {
    EXPECT_EQ(Why(pattern), "") << pattern;
  }
}

}  // namespace
}  // namespace authz
