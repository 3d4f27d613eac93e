#include "gateway/record/replay_page.h"

#include <gmock/gmock.h>

#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr Player kPlayer{
    .version = "1.2", .script = "play();", .style = "a{}", .licenses = "A <License>"};

About Migration() { return Scratch().OnTerminal("7k2m9xqd"); }
ReplayPage Page(const About& about) { return ReplayPage::Create(about, kPlayer).value(); }
Moment Shown(std::string bytes) {
  return {milliseconds(1500), Output{Stream::kTerminal, std::move(bytes)}};
}

TEST(ReplayPage, SaysWhoRanWhatWhereAndWhen) {
  ReplayPage page = Page(Migration());
  EXPECT_THAT(page.Begin(), HasSubstr("<title>shop+v41: rake db:migrate</title>"));
  EXPECT_EQ(page.Event(Shown("a")), "[1.5,\"o\",\"a\"]\n");
  const std::string end = page.End("", "");
  EXPECT_THAT(end, HasSubstr("[1.500,\"o\",\"\"]\n</script>\n<header>\n<h1>rake db:migrate</h1>\n"
                             "<dl>\n<dt>Release</dt><dd>shop+v41</dd>\n"
                             "<dt>Who</dt><dd>alice, from 192.0.2.1</dd>\n"
                             "<dt>Ran as</dt><dd>deploy</dd>\n"
                             "<dt>Run</dt><dd>7k2m9xqd</dd>\n"
                             "<dt>Started</dt><dd>2026-03-01T09:30:00.125Z</dd>\n"
                             "<dt>Duration</dt><dd>1.5 s</dd>\n"
                             "<dt>On</dt><dd>a terminal</dd>\n</dl>"));
  EXPECT_THAT(end, HasSubstr("asciinema player 1.2"));
  EXPECT_THAT(end, HasSubstr("A &lt;License&gt;"));
}

TEST(ReplayPage, SaysWhatPassedAndIsNotInIt) {
  EXPECT_THAT(Page(Migration()).End("", "29 bytes of stdout"),
              HasSubstr("<dt>Not in it</dt><dd>29 bytes of stdout</dd>"));
}

TEST(ReplayPage, ADurationOfHoursReadsAsAClockDoes) {
  ReplayPage page = Page(Migration());
  (void)page.Event({std::chrono::hours(26) + milliseconds(61'900), Window{24, 80}});
  EXPECT_THAT(page.End("", ""), HasSubstr("<dt>Duration</dt><dd>26:01:01</dd>"));
}

TEST(ReplayPage, WhatWasRecordedCannotEndItsElement) {
  ReplayPage page = Page(Migration());
  const std::string event = page.Event(Shown("</script><!--\xe2\x80\xa8\xff\x1b\\u003c"));
  EXPECT_EQ(event,
            "[1.5,\"o\",\"\\u003c/script>\\u003c!--\xe2\x80\xa8\xef\xbf\xbd\\u001b\\\\u003c\"]\n");
  EXPECT_EQ(page.Event({milliseconds(1600), Output{Stream::kTerminalIn, "</script>"}}), "");
}

TEST(ReplayPage, WhatARunSaysOfItselfIsText) {
  About about = Migration();
  for (std::string* const text : {&about.run, &about.app, &about.release, &about.person,
                                  &about.source, &about.command, &about.user}) {
    *text = "</title></script><script>\"&\xff\r\n";
  }
  ReplayPage page = Page(about);
  const std::string whole = page.Begin() + page.End("</dl><script>", "");
  std::size_t scripts = 0;
  for (std::size_t at = 0; (at = whole.find("<script", at)) != std::string::npos; ++at) ++scripts;
  EXPECT_EQ(scripts, 3U);  // the cast, the player, what starts it
  EXPECT_THAT(whole, HasSubstr("<h1>&lt;/title&gt;&lt;/script&gt;&lt;script&gt;&quot;&amp;\\xff"
                               "\\x0d\\x0a</h1>"));
  EXPECT_THAT(whole, Not(HasSubstr("\xff")));
}

TEST(ReplayPage, NothingMayRunButThePlayer) {
  // openssl dgst -sha256 -binary, of "play();" and of "a{}", in base64.
  EXPECT_THAT(
      Page(Migration()).Begin(),
      testing::ContainsRegex(
          "content=\"default-src 'none'; script-src "
          "'sha256-SmzG4Dr[+]ZS54i8lXoMqMFG70gMhVE/jbJNzzbzqDCN4=' 'sha256-[A-Za-z0-9+/]*=' "
          "'wasm-unsafe-eval'; style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk=' "
          "'sha256-[A-Za-z0-9+/]*='; base-uri 'none'; "
          "form-action 'none'\""));
}

TEST(ReplayPage, ARecordingThatCouldNotBeReadToItsEndSaysSo) {
  EXPECT_THAT(Page(Migration()).End("timing: a line that is none", ""),
              HasSubstr("<dt>Incomplete</dt><dd>timing: a line that is none</dd>"));
}

TEST(ReplayPage, WithoutAPlayerThereIsNone) {
  const auto page = ReplayPage::Create(Migration(), Player{});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code(), base::Code::kUnavailable);
  EXPECT_EQ(page.error().message(),
            "this build of oneoff has no player for pages: npm, or what it fetches, was not there "
            "when it was configured; install npm, run cmake and build again, or use --asciicast");
}

}  // namespace
}  // namespace record
