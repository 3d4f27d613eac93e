#include "release/explain.h"

#include <gtest/gtest.h>

namespace release {
namespace {

TEST(Explain, ShowsEverythingButValues) {
  ReleaseSnapshot snapshot;
  snapshot.names = {"v42", "current", "latest"};
  snapshot.release = "v42";
  snapshot.commit = "3f2a91c";
  IsolationLayer bundler;
  bundler.what = "/srv/shop/releases/v42/Gemfile";
  IsolationLayer node;
  node.kind = IsolationKind::kNode;
  node.what = "/srv/shop/releases/v42/node_modules/.bin";
  snapshot.isolation = {bundler, node};
  snapshot.warnings = {"shared/.env:3: no NAME=value: dotenv ignores this line"};
  Plan plan;
  plan.argv = {"bundle", "exec", "rake", "a b"};
  ProcessParts parts;
  parts.app = "shop";
  parts.release = "v42";
  parts.argv = plan.argv;
  parts.directory = "/srv/shop/releases/v42";
  parts.account.name = "deploy";
  parts.account.uid = 1001;
  parts.account.gid = 1002;
  parts.time_limit = std::chrono::hours(2);
  parts.idle_limit = std::chrono::minutes(5);
  parts.environment = {{"PATH", "/bin", "base"},
                       {"SECRET", "s3cr3t", "shared/.env:1", {"base", "a:1"}}};
  snapshot.config = {{"SECRET", "s3cr3t", "shared/.env:1"},
                     {"LANG", "", "/etc/shop/env/LANG", {}, true},
                     {"PATH", "", "x", {}, true}};
  EXPECT_EQ(Explain(snapshot, plan, parts),
            "release:    shop+v42 (current, latest)\n"
            "commit:     3f2a91c\n"
            "directory:  /srv/shop/releases/v42\n"
            "user:       deploy (uid 1001, gid 1002)\n"
            "found:      as typed\n"
            "runs:       bundle exec rake 'a b'\n"
            "terminal:   no\n"
            "isolation:  bundler, /srv/shop/releases/v42/Gemfile\n"
            "isolation:  node, /srv/shop/releases/v42/node_modules/.bin\n"
            "limits:     time 2h, idle 5m, open files 4096, umask 0022\n"
            "environment (names and where they come from; values are not shown):\n"
            "  PATH                    base\n"
            "  SECRET                  shared/.env:1 (over a:1, base)\n"
            "  LANG                    unset by /etc/shop/env/LANG\n"
            "warning:    shared/.env:3: no NAME=value: dotenv ignores this line\n");
}

TEST(Explain, SaysWhatAsksForAPrivateRun) {
  ProcessParts parts;
  EXPECT_EQ(Explain({}, {}, parts).find("private:"), std::string::npos);
  parts.private_run = true;
  parts.why_private = "the rule 'ops'";
  EXPECT_NE(Explain({}, {}, parts)
                .find("private:    processes, /proc and /dev/pts of its own (the rule 'ops' says "
                      "so)\n"),
            std::string::npos);
}

TEST(Explain, SaysThatAShellsCommandsAreNotWrapped) {
  ReleaseSnapshot snapshot;
  snapshot.isolation.resize(1);
  snapshot.isolation[0].what = "/x/Gemfile";
  App app;
  const Plan plan = MakeShellPlan(app, "a\033[2J | b");
  ProcessParts parts;
  parts.argv = plan.argv;
  parts.time_limit = plan.time_limit;
  const std::string text = Explain(snapshot, plan, parts);
  EXPECT_NE(text.find("isolation:  bundler, /x/Gemfile; a shell's commands are not wrapped in "
                      "`bundle exec`\n"),
            std::string::npos);
  EXPECT_NE(text.find("runs:       /bin/sh -c 'a\\x1b[2J | b'\n"), std::string::npos);
}

}  // namespace
}  // namespace release
