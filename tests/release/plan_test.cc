#include "release/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace release {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Words = std::vector<std::string>;

class ShopPlan : public ::testing::Test {
 protected:
  ShopPlan() {
    app.name = "shop";
    IsolationLayer bundler;
    bundler.programs = {{"rake", {"bundle", "exec", "rake"}, {}},
                        {"rails", {"bundle", "exec", "rails"}, {}}};
    snapshot.isolation = {bundler};
    snapshot.procfile =
        ParseProcfile("web: puma -p $PORT\nworker: bundle exec sidekiq\nenv: env | sort\n");
    snapshot.console = {{"rails", "console"}, "Rails, by bin/rails"};
    app.commands = {Entry("migrate", "rake db:migrate", false, hours(2)),
                    Entry("rake db:migrate", "", true, hours(3)),
                    Entry("worker -...", "", false, hours(4))};
  }

  static NamedCommand Entry(const char* pattern, std::string run, bool pty,
                            std::optional<std::chrono::milliseconds> limit) {
    return {config::Pattern::Parse(pattern).value(), std::move(run), pty, limit, {}};
  }
  Plan Make(const Words& words) const { return MakePlan(app, snapshot, words).value(); }

  App app;
  ReleaseSnapshot snapshot;
};

TEST_F(ShopPlan, TypedWordsAreIsolatedAndNothingElse) {
  const Plan plan = Make({"rake", "db:seed[10]", "a b"});
  EXPECT_EQ(plan.how, How::kTyped);
  EXPECT_THAT(plan.argv, ElementsAre("bundle", "exec", "rake", "db:seed[10]", "a b"));
  EXPECT_THAT(plan.stands_for, IsEmpty());
  EXPECT_EQ(plan.label, "rake db:seed[10] 'a b'");
  EXPECT_FALSE(plan.needs_pty);
  EXPECT_EQ(plan.time_limit, hours(8));
  EXPECT_THAT(Make({"ls", "-l"}).argv, ElementsAre("ls", "-l"));
}

TEST_F(ShopPlan, ANameOfTheAppFileComesFirst) {
  snapshot.procfile = ParseProcfile("migrate: x\n");
  const Plan plan = Make({"migrate", "VERSION=1", "$(x)"});
  EXPECT_EQ(plan.how, How::kAppFile);
  EXPECT_THAT(plan.argv, ElementsAre("/bin/sh", "-c", "exec rake db:migrate \"$@\"", "sh",
                                     "VERSION=1", "$(x)"));
  EXPECT_THAT(plan.stands_for, ElementsAre("rake", "db:migrate", "VERSION=1", "$(x)"));
  EXPECT_EQ(plan.time_limit, hours(2));
}

TEST_F(ShopPlan, ANameIsLookedUpOnce) {
  app.commands = {Entry("a", "b", false, {}), Entry("b", "c", false, {})};
  EXPECT_THAT(Make({"a"}).argv, ElementsAre("/bin/sh", "-c", "exec b \"$@\"", "sh"));
}

TEST_F(ShopPlan, APatternCarriesAttributesForWhatItMatches) {
  const Plan plan = Make({"rake", "db:migrate"});
  EXPECT_EQ(plan.how, How::kTyped);
  EXPECT_THAT(plan.argv, ElementsAre("bundle", "exec", "rake", "db:migrate"));
  EXPECT_TRUE(plan.needs_pty);
  EXPECT_EQ(plan.time_limit, hours(3));
  EXPECT_EQ(Make({"bundle", "exec", "rake", "db:migrate"}).time_limit, hours(3));
  EXPECT_EQ(Make({"rake", "db:migrate", "x"}).time_limit, hours(8));
  app.commands = {Entry("rake db:* VERSION=*", "", false, hours(1)),
                  Entry("rake ...", "", true, {}), Entry("rake -...", "", false, hours(2))};
  EXPECT_EQ(Make({"rake", "db:migrate", "VERSION=3"}).time_limit, hours(1));
  EXPECT_TRUE(Make({"rake", "db:seed"}).needs_pty);  // the first that matches
  EXPECT_EQ(Make({"rake", "db:seed"}).time_limit, hours(8));
  EXPECT_EQ(Make({"rake", "-T"}).time_limit, hours(2));
}

TEST_F(ShopPlan, APatternAlsoMatchesWhatANameStandsFor) {
  EXPECT_TRUE(Make({"migrate"}).needs_pty);
  EXPECT_EQ(Make({"migrate"}).time_limit, hours(2));  // the name's own comes first
  snapshot.procfile = ParseProcfile("schema: bundle exec rake db:migrate\n");
  EXPECT_EQ(Make({"schema"}).time_limit, hours(3));
  app.commands = {Entry("rails console", "", true, hours(5))};
  EXPECT_EQ(Make({"console"}).time_limit, hours(5));
}

TEST_F(ShopPlan, AProcessOfTheProcfileIsAName) {
  const Plan plan = Make({"worker", "-q", "mail"});
  EXPECT_EQ(plan.how, How::kProcfile);
  EXPECT_THAT(plan.argv,
              ElementsAre("/bin/sh", "-c", "exec bundle exec sidekiq \"$@\"", "sh", "-q", "mail"));
  EXPECT_THAT(plan.stands_for, ElementsAre("bundle", "exec", "sidekiq", "-q", "mail"));
  EXPECT_EQ(Make({"worker", "-v"}).time_limit, hours(4));
}

TEST_F(ShopPlan, ATextThatIsNoPlainWordsStandsForNothing) {
  EXPECT_THAT(Make({"env"}).stands_for, IsEmpty());
}

TEST_F(ShopPlan, WebIsLongRunning) {
  const auto plan = MakePlan(app, snapshot, {"web"});
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().status, kUsage);
  EXPECT_EQ(plan.error().message,
            "web is long-running: its service starts it, not a one-off; a part of it can be typed "
            "out: puma -p $PORT");
}

TEST_F(ShopPlan, ConsoleIsTheFrameworks) {
  const Plan plan = Make({"console", "--sandbox"});
  EXPECT_EQ(plan.how, How::kFramework);
  EXPECT_THAT(plan.argv, ElementsAre("bundle", "exec", "rails", "console", "--sandbox"));
  EXPECT_THAT(plan.stands_for, ElementsAre("rails", "console", "--sandbox"));
  EXPECT_EQ(plan.why, "Rails, by bin/rails");
  snapshot.isolation[0].programs[1].words = {"bin/rails"};
  EXPECT_THAT(Make({"console"}).argv, ElementsAre("bin/rails", "console"));
  snapshot.console = {};
  EXPECT_EQ(Make({"console"}).how, How::kTyped);
}

TEST_F(ShopPlan, AProcfilesConsoleComesBeforeTheFrameworks) {
  snapshot.procfile = ParseProcfile("console: irb\n");
  EXPECT_EQ(Make({"console"}).how, How::kProcfile);
}

TEST_F(ShopPlan, AMissingBundleIsUnusable) {
  for (Substitution& program : snapshot.isolation[0].programs) program.refusal = "no bundle";
  EXPECT_EQ(MakePlan(app, snapshot, {"rake"}).error().status, kUnusable);
  EXPECT_EQ(MakePlan(app, snapshot, {"console"}).error().status, kUnusable);
  EXPECT_TRUE(MakePlan(app, snapshot, {"ls"}));
}

TEST_F(ShopPlan, AShellGetsTheWholeText) {
  const Plan plan = MakeShellPlan(app, "migrate | tee x");
  EXPECT_EQ(plan.how, How::kShell);
  EXPECT_THAT(plan.argv, ElementsAre("/bin/sh", "-c", "migrate | tee x"));
  EXPECT_EQ(plan.label, "migrate | tee x");
  Account account;
  account.shell = "/bin/zsh";
  EXPECT_THAT(MakeLoginShellPlan(app, account).argv, ElementsAre("/bin/zsh", "-l"));
}

TEST(Plan, TheSurveyLooksAtTheFirstWord) {
  EXPECT_THAT(ProgramsOf({"rake", "x"}), ElementsAre("rake"));
  EXPECT_THAT(ProgramsOf({}), IsEmpty());
}

TEST_F(ShopPlan, AProcessIsWhatItsServiceStarts) {
  const Plan web = MakeProcessPlan(app, snapshot, "web").value();
  EXPECT_EQ(web.how, How::kProcfile);
  EXPECT_THAT(web.argv, ElementsAre("/bin/sh", "-c", "exec puma -p $PORT \"$@\"", "sh"));
  EXPECT_EQ(MakeProcessPlan(app, snapshot, "migrate").value().how, How::kAppFile);
}

TEST_F(ShopPlan, AProcessThatThereIsNotIsRefusedWithThoseThatThereAre) {
  snapshot.release = "v42";
  const auto plan = MakeProcessPlan(app, snapshot, "clock");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().status, 64);
  EXPECT_EQ(plan.error().message,
            "shop+v42: clock: no such process; the Procfile has web, worker, env");
}

}  // namespace
}  // namespace release
