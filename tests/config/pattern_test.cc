#include "config/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/text.h"

namespace config {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  if (text.empty()) return words;
  for (const auto word : base::Split(text, ' ')) words.emplace_back(word);
  return words;
}

bool Matches(const std::string& pattern, const std::string& typed,
             const std::string& stands_for = "") {
  return Pattern::Parse(pattern)->Matches({Words(typed), Words(stands_for)}, {});
}

std::string Error(const std::string& text) {
  const auto pattern = Pattern::Parse(text);
  return pattern ? "" : pattern.error().message();
}

TEST(Pattern, MatchesItsWordsAndNoOthers) {
  EXPECT_TRUE(Matches("rake db:migrate", "rake db:migrate"));
  EXPECT_TRUE(Matches("  rake   db:migrate ", "rake db:migrate"));
  EXPECT_FALSE(Matches("rake db:migrate", "rake"));
  EXPECT_FALSE(Matches("rake db:migrate", "rake db:migrate db:drop"));
  EXPECT_FALSE(Matches("rake db:migrate", "rake db:migrate:status"));
  EXPECT_FALSE(Matches("rake db:migrate", "Rake db:migrate"));
  EXPECT_FALSE(Matches("rake", ""));
}

TEST(Pattern, AStarMatchesInsideOneWord) {
  EXPECT_TRUE(Matches("rake db:rollback STEP=*", "rake db:rollback STEP=3"));
  EXPECT_TRUE(Matches("rake db:rollback STEP=*", "rake db:rollback STEP="));
  EXPECT_FALSE(Matches("rake db:rollback STEP=*", "rake db:rollback STEP=3 db:drop"));
  EXPECT_FALSE(Matches("rake db:rollback STEP=*", "rake db:rollback"));
  EXPECT_TRUE(Matches("rake *:status", "rake db:migrate:status"));
  EXPECT_TRUE(Matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(Matches("a*b*c", "aXbYbZ"));
  EXPECT_TRUE(Pattern::Parse("cat *.rb")->MatchesWords({"cat", "with space.rb"}, {}));
}

TEST(Pattern, AQuestionMarkIsItself) {
  EXPECT_TRUE(Matches("echo a?", "echo a?"));
  EXPECT_FALSE(Matches("echo a?", "echo ab"));
}

TEST(Pattern, ThreeDotsMatchFurtherWordsThatAreNoOptions) {
  EXPECT_TRUE(Matches("rake ...", "rake"));
  EXPECT_TRUE(Matches("rake ...", "rake db:migrate db:seed"));
  EXPECT_FALSE(Matches("rake ...", "rake db:migrate -f evil"));
  EXPECT_FALSE(Matches("rake ...", "rake --version"));
  EXPECT_FALSE(Matches("rake ...", "ruby rake"));
  EXPECT_TRUE(Pattern::Parse("rake ...")->MatchesWords({"rake", ""}, {}));
}

TEST(Pattern, ThreeDotsWithADashMatchAnyFurtherWords) {
  EXPECT_TRUE(Matches("rake db:drop -...", "rake db:drop"));
  EXPECT_TRUE(Matches("rake db:drop -...", "rake db:drop --trace x"));
  EXPECT_FALSE(Matches("rake db:drop -...", "rake --trace db:drop"));
}

TEST(Pattern, ThreeDotsAloneMatchEverything) {
  EXPECT_TRUE(Matches("...", "rm -rf /"));
  EXPECT_TRUE(Matches("...", ""));
  EXPECT_TRUE(Pattern::Parse("...")->everything());
  EXPECT_FALSE(Pattern::Parse("rake ...")->everything());
}

TEST(Pattern, OneWrapperIsTakenOffWhatWasTypedAlone) {
  EXPECT_TRUE(Matches("rake db:migrate", "bundle exec rake db:migrate"));
  EXPECT_TRUE(Matches("rake db:migrate", "bin/rake db:migrate"));
  EXPECT_TRUE(Matches("bin/console", "bin/console"));
  EXPECT_FALSE(Matches("bin/console", "console"));
  EXPECT_FALSE(Matches("bin/console ...", "console doctrine:schema:drop"));
  EXPECT_FALSE(Matches("bin/backup", "backup", "ruby backup.rb"));
  EXPECT_FALSE(Matches("bundle exec rake db:migrate", "rake db:migrate"));
  EXPECT_FALSE(Matches("bin/rake db:migrate", "bundle exec rake db:migrate"));
  EXPECT_FALSE(Matches("rake db:migrate", "bundle exec bundle exec rake db:migrate"));
  EXPECT_FALSE(Matches("rake db:migrate", "bundle exec bin/rake db:migrate"));
  EXPECT_FALSE(Matches("rake db:migrate", "/bin/rake db:migrate"));
  EXPECT_FALSE(Matches("rake db:migrate", "./bin/rake db:migrate"));
  EXPECT_FALSE(Matches("sub/rake", "bin/sub/rake"));
  EXPECT_FALSE(Matches("/rake", "bin//rake"));
  EXPECT_FALSE(Matches("rake", "bin/"));
  EXPECT_FALSE(Matches("rake", "bundle exec"));
}

TEST(Pattern, WithAPathMatchesTheTextOfANameAndNotTheName) {
  EXPECT_TRUE(Matches("bin/backup --all", "nightly", "bin/backup --all"));
  EXPECT_FALSE(Matches("bin/nightly", "nightly", "bin/backup --all"));
}

TEST(Pattern, WildcardsAtItsEndStayInsideTheFolder) {
  for (const char* const tail : {" ...", " -..."}) {
    const std::string pattern = std::string("run") + tail;
    EXPECT_TRUE(Matches(pattern, "run db:migrate spec/models/user_spec.rb a.b"));
    for (const char* const word :
         {"..", "../x", "a/../b", "./../x", "a/..", "/etc/passwd", "//etc", "x=../y", "x=/etc",
          "@/etc/passwd", "~/x", "file:///etc/passwd"}) {
      EXPECT_FALSE(Matches(pattern, std::string("run ") + word)) << pattern << word;
    }
  }
  EXPECT_FALSE(Matches("run -...", "run -C.."));
  EXPECT_FALSE(Matches("run -...", "run --file=../x"));
  EXPECT_TRUE(Matches("...", "run ../x /etc/passwd"));
}

TEST(Pattern, SetsNoVariableThatIsNotAccepted) {
  const std::vector<std::string> accepted = {"VERBOSE"};
  const auto matches = [&accepted](const std::string& pattern, const std::string& typed) {
    const std::vector<std::string> words = Words(typed);
    return Pattern::Parse(pattern)->MatchesWords(
        words, {.taken = VariableWordsOf(words), .accepted = &accepted});
  };
  for (const char* const pattern : {"rake x ...", "rake x -...", "rake x *", "rake x **"}) {
    EXPECT_TRUE(matches(pattern, "rake x VERBOSE=1")) << pattern;
    EXPECT_TRUE(matches(pattern, "rake x y")) << pattern;
    for (const char* const word :
         {"LD_PRELOAD=x", "PERL5OPT=-Mx", "DATABASE_URL=x", "VERBOSE2=1", "y\nLD_PRELOAD=x"}) {
      EXPECT_FALSE(matches(pattern, std::string("rake x ") + word)) << pattern << word;
    }
  }
  EXPECT_TRUE(matches("rake db:rollback STEP=*", "rake db:rollback STEP=2"));
  EXPECT_TRUE(matches("rake db:rollback STEP=2", "rake db:rollback STEP=2"));
  EXPECT_FALSE(matches("rake db:rollback S*=2", "rake db:rollback SPECIAL=2"));
  EXPECT_FALSE(matches("make all ...", "make all X!=id"));
  EXPECT_FALSE(matches("make all ...", "make all VERBOSE:=1"));
  EXPECT_FALSE(matches("bin/deploy ...", "bin/deploy X!=id"));
  EXPECT_TRUE(matches("bin/deploy ...", "bin/deploy x VERBOSE=1"));
  EXPECT_TRUE(matches("echo ...", "echo LD_PRELOAD=x"));
  EXPECT_TRUE(matches("...", "rake LD_PRELOAD=x"));
}

TEST(Pattern, TakesNoDollarInAVariableThatMakeWouldExpand) {
  const std::vector<std::string> accepted = {"VERBOSE"};
  const auto matches = [&accepted](const std::string& pattern, const std::string& typed) {
    const std::vector<std::string> words = Words(typed);
    return Pattern::Parse(pattern)->MatchesWords(
        words, {.taken = VariableWordsOf(words), .accepted = &accepted});
  };
  EXPECT_TRUE(matches("make release VERSION=*", "make release VERSION=2"));
  EXPECT_FALSE(matches("make release VERSION=*", "make release VERSION=$(shell\tid)"));
  EXPECT_FALSE(matches("make all ...", "make all VERBOSE=$X"));
  EXPECT_FALSE(matches("bin/deploy VERSION=*", "bin/deploy VERSION=$X"));
  EXPECT_TRUE(matches("bin/search *", "bin/search $5"));
  EXPECT_TRUE(matches("make X=$(Y)", "make X=$(Y)"));
  EXPECT_TRUE(matches("rake release VERSION=*", "rake release VERSION=$X"));
}

TEST(Pattern, OfADenyRuleMatchesWidely) {
  const auto wide = [](const std::string& pattern, const std::string& typed) {
    return Pattern::Parse(pattern)->MatchesWidely({Words(typed), {}});
  };
  EXPECT_TRUE(wide("tee *", "tee ../app.rb"));
  EXPECT_TRUE(wide("cat /etc/*", "cat /etc/ssl/private/key"));
  EXPECT_TRUE(wide("rake ...", "rake /x LD_PRELOAD=x"));
}

TEST(Pattern, MatchesWhatANameStandsForToo) {
  EXPECT_TRUE(Matches("console", "console", "bundle exec rails console"));
  EXPECT_TRUE(Matches("rails console", "console", "bundle exec rails console"));
  EXPECT_TRUE(Matches("rake db:drop -...", "reset now", "rake db:drop now"));
  EXPECT_FALSE(Matches("rails console", "console", ""));
}

TEST(Pattern, MustHaveWordsAndItsDotsAtTheEnd) {
  EXPECT_EQ(Error(""), "is empty");
  EXPECT_EQ(Error("  "), "is empty");
  EXPECT_EQ(Error("-..."), "begins with \"-...\"; everything is \"...\"");
  EXPECT_EQ(Error("rake ... db:drop"), "has \"...\" before its end; it stands last");
  EXPECT_EQ(Error("python3 'a b'"),
            "has a word that begins with ': no word can be quoted, and * stands for a blank, too");
  EXPECT_EQ(Error("rake -... ..."), "has \"-...\" before its end; it stands last");
  EXPECT_EQ(Error(std::string(1025, 'x')), "is longer than 1024 bytes");
}

TEST(Pattern, ManyStarsTakeNoLongTime) {
  std::string glob;
  for (int i = 0; i < 200; ++i) glob += "a*";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(MatchesGlob(glob + "b", std::string(32'768, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(WithoutWrapper, LeavesOtherWordsAlone) {
  EXPECT_THAT(WithoutWrapper({"bundle", "exec", "rake"}), ElementsAre("rake"));
  EXPECT_THAT(WithoutWrapper({"bundle", "exec"}), ElementsAre("bundle", "exec"));
  EXPECT_THAT(WithoutWrapper({"bin/rails", "c"}), ElementsAre("rails", "c"));
  EXPECT_THAT(WithoutWrapper({"rails", "bin/c"}), ElementsAre("rails", "bin/c"));
  EXPECT_THAT(WithoutWrapper({"bin/a/b"}), ElementsAre("bin/a/b"));
}

}  // namespace
}  // namespace config
