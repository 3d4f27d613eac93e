#include "release/process_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "tests/release/grants.h"

namespace release {
namespace {

using ::testing::ElementsAre;

ProcessParts Parts() {
  ProcessParts parts;
  parts.app = "shop";
  parts.release = "v42";
  parts.argv = {"true"};
  parts.directory = "/srv/shop/releases/v42";
  parts.time_limit = std::chrono::hours(1);
  return parts;
}

std::string ErrorOf(ProcessParts parts, Shell shell = Shell::kNo) {
  const auto spec = ProcessSpec::Make(GrantForShop(shell), std::move(parts));
  return spec ? "made" : spec.error().message();
}

static_assert(!std::is_default_constructible_v<ProcessSpec>);
static_assert(!std::is_constructible_v<ProcessSpec, ProcessParts>);
static_assert(!std::is_constructible_v<ProcessSpec, authz::Grant, ProcessParts>);

TEST(ProcessSpec, CarriesTheGrantThatItWasMadeFrom) {
  const auto spec = ProcessSpec::Make(GrantForShop(), Parts());
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->grant().person(), "alice");
  EXPECT_THAT(spec->parts().argv, ElementsAre("true"));
}

TEST(ProcessSpec, IsNotMadeForWhatTheGrantIsNotFor) {
  ProcessParts parts = Parts();
  parts.app = "blog";
  EXPECT_EQ(ErrorOf(parts), "the grant is for shop, not for blog");
  parts = Parts();
  parts.release = "v41";
  EXPECT_EQ(ErrorOf(parts), "the grant is not for the release v41");
  parts = Parts();
  parts.shell = true;
  EXPECT_EQ(ErrorOf(parts), "the grant is for no shell");
  EXPECT_EQ(ErrorOf(parts, Shell::kYes), "made");
}

TEST(ProcessSpec, IsNotMadeOfWhatIsNoProcess) {
  ProcessParts parts = Parts();
  parts.argv.clear();
  EXPECT_EQ(ErrorOf(parts), "there is no program to start");
  parts = Parts();
  parts.argv.emplace_back("a\0b", 3);
  EXPECT_EQ(ErrorOf(parts), "a word holds a zero byte");
  parts = Parts();
  parts.argv.emplace_back(kMaxExecString + 1, 'x');
  EXPECT_EQ(ErrorOf(parts), "a word is longer than 131071 bytes");
  parts = Parts();
  parts.environment = {{"LONG", std::string(kMaxExecString - 4, 'x'), ""}};
  EXPECT_EQ(ErrorOf(parts), "the variable 'LONG': NAME=value is longer than 131071 bytes");
  parts = Parts();
  parts.directory = "srv";
  EXPECT_EQ(ErrorOf(parts), "the directory is not absolute");
  parts = Parts();
  parts.time_limit = {};
  EXPECT_EQ(ErrorOf(parts), "there is no time limit");
  for (const Variable& bad : {Variable{"", "x", ""}, Variable{"A=B", "x", ""},
                              Variable{"A", std::string("x\0y", 3), ""}}) {
    parts = Parts();
    parts.environment = {bad};
    EXPECT_EQ(ErrorOf(parts), "the variable '" + bad.name + "' cannot be in an environment");
  }
}

TEST(ProcessSpec, PartsComeFromTheAppTheSurveyAndThePlan) {
  App app;
  app.name = "shop";
  app.umask = 0002;
  app.private_runs = true;
  app.limits.open_files = 99;
  app.limits.idle = std::chrono::minutes(5);
  Account account;
  account.name = "deploy";
  ReleaseSnapshot snapshot;
  snapshot.release = "v42";
  snapshot.directory = "/srv/shop/releases/v42";
  ClientVariables client;
  client.term = "xterm";
  const Plan plan = MakeShellPlan(app, "a | b");
  Variables environment;
  environment.Set("A", "1", "base");
  const ProcessParts parts =
      Describe({app, account, snapshot, client, {}, "7k2m9xqd"}, plan, std::move(environment));
  EXPECT_EQ(parts.app, "shop");
  EXPECT_EQ(parts.release, "v42");
  EXPECT_EQ(parts.run_id, "7k2m9xqd");
  EXPECT_EQ(parts.label, "a | b");
  EXPECT_THAT(parts.argv, ElementsAre("/bin/sh", "-c", "a | b"));
  EXPECT_EQ(parts.environment.size(), 1U);
  EXPECT_EQ(parts.directory, "/srv/shop/releases/v42");
  EXPECT_EQ(parts.account.name, "deploy");
  EXPECT_EQ(parts.umask, 0002U);
  EXPECT_EQ(parts.open_files, 99);
  EXPECT_EQ(parts.time_limit, std::chrono::hours(8));
  EXPECT_EQ(parts.idle_limit, std::chrono::minutes(5));
  EXPECT_TRUE(parts.shell);
  EXPECT_TRUE(parts.pty);
  EXPECT_TRUE(parts.private_run);
  EXPECT_EQ(parts.why_private, "the app file");
}

static_assert(!std::is_constructible_v<ProcessSpec, authz::LocalGrant, ProcessParts>);
static_assert(!std::is_convertible_v<LocalProcessSpec, ProcessSpec>);

TEST(ProcessSpec, ALocalOneIsMadeForItsCheckoutOnly) {
  const auto grant = authz::LocalGrant::ForCheckout("/srv/shop/releases/v42");
  EXPECT_TRUE(LocalProcessSpec::Make(grant, Parts()));
  ProcessParts parts = Parts();
  parts.directory = "/srv/blog";
  EXPECT_EQ(LocalProcessSpec::Make(grant, parts).error().message(),
            "the grant is for /srv/shop/releases/v42, not for /srv/blog");
  parts = Parts();
  parts.argv = {};
  EXPECT_EQ(LocalProcessSpec::Make(grant, parts).error().message(), "there is no program to start");
}

}  // namespace
}  // namespace release
