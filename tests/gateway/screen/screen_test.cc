#include "gateway/screen/screen.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace screen {
namespace {

constexpr Size kSize{6, 20};

Screen After(std::string_view output, Size size = kSize, std::size_t history = 0) {
  Screen screen(size, history);
  screen.Feed(output);
  return screen;
}

std::string Lines(const Screen& screen) { return screen.Print(Style::kPlain); }

// Bytes as programs write them, and some that they do not.
std::string Noise(unsigned seed, std::size_t size) {
  static const std::vector<std::string> kParts = {"a",
                                                  "word ",
                                                  "\r\n",
                                                  "\n",
                                                  "\r",
                                                  "\b",
                                                  "\t",
                                                  "\xe6\xbc\xa2",
                                                  "e\xcc\x81",
                                                  "\xcc\x81",
                                                  "\xf0\x9f\x98\x80",
                                                  "\xff",
                                                  "\xc3",
                                                  "\x1b",
                                                  "\x1b[",
                                                  "\x1b[1;31m",
                                                  "\x1b[0m",
                                                  "\x1b[38;5;99m",
                                                  "\x1b[48;2;1;2;3m",
                                                  "\x1b[4:3;58:2::9:8:7m",
                                                  "\x1b[2;8;53m",
                                                  "\x1b[H",
                                                  "\x1b[3;5H",
                                                  "\x1b[999;999H",
                                                  "\x1b[2J",
                                                  "\x1b[J",
                                                  "\x1b[1J",
                                                  "\x1b[K",
                                                  "\x1b[1K",
                                                  "\x1b[?K",
                                                  "\x1b[3L",
                                                  "\x1b[M",
                                                  "\x1b[2@",
                                                  "\x1b[2P",
                                                  "\x1b[3X",
                                                  "\x1b[S",
                                                  "\x1b[2T",
                                                  "\x1b[5b",
                                                  "\x1b[A",
                                                  "\x1b[9B",
                                                  "\x1b[2C",
                                                  "\x1b[3D",
                                                  "\x1b[E",
                                                  "\x1b[F",
                                                  "\x1b[7G",
                                                  "\x1b[2d",
                                                  "\x1b[I",
                                                  "\x1b[Z",
                                                  "\x1bH",
                                                  "\x1b[g",
                                                  "\x1b[3g",
                                                  "\x1b[2;5r",
                                                  "\x1b[r",
                                                  "\x1b[4;2r",
                                                  "\x1b[?69h",
                                                  "\x1b[?69l",
                                                  "\x1b[3;9s",
                                                  "\x1b[s",
                                                  "\x1b[u",
                                                  "\x1b"
                                                  "7",
                                                  "\x1b"
                                                  "8",
                                                  "\x1b[?6h",
                                                  "\x1b[?6l",
                                                  "\x1b[?7l",
                                                  "\x1b[?7h",
                                                  "\x1b[4h",
                                                  "\x1b[4l",
                                                  "\x1b[20h",
                                                  "\x1b[20l",
                                                  "\x1b[?1049h",
                                                  "\x1b[?1049l",
                                                  "\x1b[?47h",
                                                  "\x1b[?1047l",
                                                  "\x1b[?25l",
                                                  "\x1b[?12;25h",
                                                  "\x1b[?1;2004h",
                                                  "\x1b[?2004l",
                                                  "\x1b[?1002;1006h",
                                                  "\x1b[?1000l",
                                                  "\x1b[?1004h",
                                                  "\x1b=",
                                                  "\x1b>",
                                                  "\x1b[>4;2m",
                                                  "\x1b[3 q",
                                                  "\x1b[1\"q",
                                                  "\x1b[0\"q",
                                                  "\x1b(0",
                                                  "\x1b)0",
                                                  "\x1b(B",
                                                  "\x0e",
                                                  "\x0f",
                                                  "qqx",
                                                  "\x1bM",
                                                  "\x1b"
                                                  "D",
                                                  "\x1b"
                                                  "E",
                                                  "\x1b#8",
                                                  "\x1b[!p",
                                                  "\x1b]0;title\x07",
                                                  "\x1b]2;other\x1b\\",
                                                  "\x1bPq#1\x1b\\",
                                                  "\x1b_G\x1b\\",
                                                  "\x1b[2'}",
                                                  "\x1b['~",
                                                  "\x1b[?5h",
                                                  "\x1b[?5W",
                                                  "\xc2\x9b"
                                                  "2J",
                                                  "\xc2\x84",
                                                  "\x1b[;;;;;;;;;;;;;;;;;;;;1m",
                                                  "\x1b[999999999999C",
                                                  "12345678901234567890",
                                                  "\x1bN",
                                                  "\x1b[6n",
                                                  "\x1b[c",
                                                  "\x18",
                                                  "\x1b"
                                                  "c"};
  std::mt19937 random(seed);
  std::string noise;
  while (noise.size() < size) noise += kParts[random() % kParts.size()];
  return noise;
}

void ExpectSame(const Screen& a, const Screen& b) {
  EXPECT_EQ(Describe(a.state()), Describe(b.state()));
  State without_history = a.state();
  without_history.history = b.state().history;
  EXPECT_TRUE(without_history == b.state());
}

// Another terminal that is drawn on goes on as the first one does.
void ExpectDrawn(Screen& screen, const std::string& before, unsigned seed) {
  Screen drawn(screen.state().size);
  drawn.Feed(before);
  drawn.Feed(screen.Draw());
  ExpectSame(screen, drawn);
  const std::string later = Noise(seed, 10'000);
  screen.Feed(later);
  drawn.Feed(later);
  ExpectSame(screen, drawn);
}

struct Example {
  const char* name;
  const char* output;
};

class Drawn : public testing::TestWithParam<Example> {};

TEST_P(Drawn, TheScreenEqualsTheFirstOneAndGoesOnAlike) {
  Screen screen = After(GetParam().output);
  ExpectDrawn(screen, "", 1);
}

TEST_P(Drawn, EachCutOfTheOutputDoes) {
  const std::string output = GetParam().output;
  for (std::size_t cut = 0; cut < output.size(); ++cut) {
    Screen screen = After(output.substr(0, cut));
    Screen drawn(kSize);
    drawn.Feed(screen.Draw());
    ExpectSame(screen, drawn);
    screen.Feed(output.substr(cut));
    drawn.Feed(output.substr(cut));
    ExpectSame(screen, drawn);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Screen, Drawn,
    testing::Values(
        Example{"Nothing", ""}, Example{"Text", "hello\r\nworld"},
        Example{"Colours16", "\x1b[31mred\x1b[42mgreen\x1b[97;104mbright\x1b[0m."},
        Example{"Colours256", "\x1b[38;5;123mA\x1b[48;5;200mB\x1b[38:5:7mC"},
        Example{"ColoursRgb", "\x1b[38;2;1;2;3mA\x1b[48:2::4:5:6mB\x1b[58:2::7:8:9;4:3mC"},
        Example{"Attributes", "\x1b[1mA\x1b[2;3mB\x1b[4mC\x1b[5;7mD\x1b[8;9mE\x1b[53mF\x1b[22mG"},
        Example{"ErasedWithColour", "abc\x1b[44m\x1b[K\r\n\x1b[45mx\x1b[J\x1b[2;3H\x1b[46m\x1b[2X"},
        Example{"Wide", "\xe6\xbc\xa2\xe5\xad\x97\r\x1b[C."},
        Example{"WideAtTheEdge", "0123456789012345678\xe6\xbc\xa2"},
        Example{"WideInTheLastColumns", "012345678901234567\xe6\xbc\xa2"},
        Example{"Combining", "e\xcc\x81 a\xcc\x80\xcc\x81"},
        Example{"CombiningInTheLastColumn", "0123456789012345678e\xcc\x81"},
        Example{"AlternateScreen", "shell$ vim\r\n\x1b[1m\x1b[?1049h\x1b[Htext\x1b[3;4H"},
        Example{"AlternateScreenLeft", "shell$ \x1b[?1049hvim\x1b[?1049lback"},
        Example{"OldAlternateScreen", "shell\x1b[?47hold"},
        Example{"ScrollRegion", "1\r\n2\r\n3\r\n4\x1b[2;4r\x1b[4;1H\n\nx"},
        Example{"SideMargins", "\x1b[?69h\x1b[3;9sabc\x1b[2;4r\x1b[?6h\x1b[2;2Hx"},
        Example{"InsertAndDelete", "abcdef\r\x1b[2@\x1b[3C\x1b[P\x1b[4hX\r\n\x1b[L"},
        Example{"TabStops", "\x1b[3g\x1b[5G\x1bH\x1b[11G\x1bH\r\tx"},
        Example{"WrapPending", "01234567890123456789"},
        Example{"WrapPendingThenColour", "01234567890123456789\x1b[32m"},
        Example{"WrapPendingOnAnErasedCell", "01234567890123456789\x1b[K"},
        Example{"WrapOff", "\x1b[?7l01234567890123456789ab"}, Example{"Repeated", "a\x1b[3bb"},
        Example{"Mouse", "\x1b[?1002;1006h"}, Example{"BracketedPaste", "\x1b[?2004h> "},
        Example{"ApplicationKeys", "\x1b[?1h\x1b=\x1b[>4;2m"},
        Example{"Cursor", "\x1b[?25l\x1b[5 q\x1b[?12h"},
        Example{"Title", "\x1b]0;a title with \xc3\xbc\x07"},
        Example{"LineDrawing", "\x1b(0lqqk\x1b(B|\x1b)0\x0exx"},
        Example{"Origin", "\x1b[3;5r\x1b[?6h\x1b[2;3Hx"},
        Example{"SavedCursor",
                "ab\x1b[33m\x1b"
                "7\x1b[0m\x1b[5;5Hx"},
        Example{"SavedCursorOfBoth",
                "ab\x1b[?1049h\x1b[4;4H\x1b"
                "7\x1b[H"},
        Example{"Guarded", "\x1b[1\"qkept\x1b[0\"qgone\x1b[2;2H"}, Example{"Reverse", "\x1b[?5hx"},
        Example{"Newline", "\x1b[20ha\nb"}, Example{"Focus", "\x1b[?1004h"},
        Example{"ResetSoftly", "\x1b[4;20h\x1b[2;3r\x1b[!px"}),
    [](const auto& example) { return example.param.name; });

TEST(Screen, DrawsOverWhateverATerminalShowed) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Screen screen = After("$ ls\r\n\x1b[1mdone");
    Screen drawn = After(Noise(seed, 500));
    drawn.Feed("\x1b]2;\x1b\\" + screen.Draw());
    ExpectSame(screen, drawn);
    if (HasFailure()) return;
  }
}

TEST(Screen, DrawsNoiseOfAnyKind) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Screen screen({static_cast<int>(1 + seed % 9), static_cast<int>(1 + seed % 31)});
    screen.Feed(Noise(seed, 1500));
    screen.Resize({static_cast<int>(1 + seed % 7), static_cast<int>(1 + seed % 40)});
    screen.Feed(Noise(seed + 1000, 500));
    ExpectDrawn(screen, "", seed + 2000);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST(Screen, IsTheSameInPiecesOfAnySize) {
  const std::string output = Noise(7, 4000);
  const Screen whole = After(output);
  Screen bytes(kSize);
  for (const char c : output) bytes.Feed({&c, 1});
  ExpectSame(whole, bytes);
}

TEST(Screen, ModesInOneSequenceAllHold) {
  const Screen screen = After("\x1b[?1002;1006;2004;1h");
  const State& state = screen.state();
  EXPECT_EQ(state.mouse, 1002);
  EXPECT_EQ(state.mouse_encoding, 1006);
  EXPECT_TRUE(state.Has(2004) && state.Has(1));
}

TEST(Screen, LeavingTheAlternateScreenShowsTheMainOne) {
  Screen screen = After("main\x1b[?1049hvim");
  EXPECT_EQ(Lines(screen), "    vim\n");
  screen.Feed("\x1b[?1049l!");
  EXPECT_EQ(Lines(screen), "main!\n");
}

TEST(Screen, AColonOrSemicolonColourWithAnUnderlineColourBehindIsRead) {
  const Pen pen = After("\x1b[58;5;1;38;2;1;2;3m").state().pen;
  EXPECT_EQ(pen.attributes, 0);  // 5 is no blinking here
  EXPECT_EQ(pen.foreground, (Color{Color::Kind::kRgb, 1, 2, 3}));
}

TEST(Screen, ANarrowerCharacterErasesTheOtherHalfOfAWideOne) {
  EXPECT_EQ(Lines(After("\xe6\xbc\xa2\xe6\xbc\xa2\r.")), ". \xe6\xbc\xa2\n");
  EXPECT_EQ(Lines(After("\xe6\xbc\xa2\xe6\xbc\xa2\r\x1b[C.")), " .\xe6\xbc\xa2\n");
}

TEST(Screen, SaveAndRestoreWithoutASideMarginAreCsiSAndU) {
  EXPECT_EQ(Lines(After("ab\x1b[scd\x1b[uX")), "abXd\n");
}

TEST(Screen, ControlStringsShowNothing) {
  EXPECT_EQ(Lines(After("a\x1b_Gi=1;AAAA\x1b\\b\x1bPq#0\x07#1\x1b\\c\x1b^x\x1b\\d")), "abcd\n");
}

TEST(Screen, KeepsTheLinesThatLeaveItAtTheTop) {
  Screen screen = After("1\r\n\x1b[31m2\x1b[0m\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8", kSize, 10);
  ASSERT_EQ(screen.state().history.size(), 2U);
  Screen drawn(kSize, 10);
  drawn.Feed(screen.Draw({.history = 5}));
  EXPECT_TRUE(drawn.state() == screen.state());
  screen.Feed("\x1b[3J");
  EXPECT_TRUE(screen.state().history.empty());
}

TEST(Screen, DrawsAsManyLinesOfHistoryAsAreAskedFor) {
  std::string output;
  for (int i = 0; i < 40; ++i) output += std::to_string(i) + "\r\n";
  const Screen screen = After(output, kSize, 100);
  ASSERT_EQ(screen.state().history.size(), 35U);
  for (const std::size_t lines : {1U, 5U, 6U, 7U, 35U, 99U}) {
    Screen drawn(kSize, 100);
    drawn.Feed(screen.Draw({.history = lines}));
    EXPECT_EQ(drawn.state().history.size(), std::min<std::size_t>(lines, 35));
    EXPECT_EQ(drawn.state().history.back(), screen.state().history.back());
    ExpectSame(screen, drawn);
  }
}

TEST(Screen, AResizeKeepsTheCursorOnIt) {
  Screen screen = After("1\r\n2\r\n3\r\n4\r\n5\r\n6", kSize, 10);
  screen.Resize({3, 20});
  EXPECT_EQ(Lines(screen), "4\n5\n6\n");
  EXPECT_EQ(screen.state().history.size(), 3U);
  screen.Resize({6, 30});
  screen.Feed("!");
  EXPECT_EQ(Lines(screen), "4\n5\n6!\n");
}

TEST(Screen, AResizeWithMarginsBeyondTheNewSizeIsSafe) {
  Screen screen({50, 80});
  screen.Feed(
      "\x1b[?69h\x1b[40;78s\x1b[30;48r\x1b[?6h\x1b[9;9H\x1b"
      "7");
  screen.Resize({5, 10});
  screen.Feed(
      "\n\n\n\x1b"
      "8\x1b[L\x1b[M\x1b[2@x");
  EXPECT_FALSE(screen.state().HasMargins());
}

TEST(Screen, AsksTheTerminalNothing) {
  Screen screen = After(Noise(3, 3000) + "\x18");
  const std::string drawn = screen.Draw();
  for (const std::string_view query : {"\x05", "\x1bZ", "n", "c", "t"}) {
    std::size_t at = 0;
    while ((at = drawn.find("\x1b[", at)) != std::string::npos) {
      at = drawn.find_first_not_of("0123456789;:?><! \"'", at + 2);
      EXPECT_NE(drawn.substr(at, 1), query);
    }
  }
}

TEST(Screen, AViewersKeysStayAsTheyAre) {
  const Screen screen = After("\x1b[?1002;1006;1004;2004;1h\x1b=\x1b]0;name\x07x");
  const std::string drawn = screen.Draw({.input = false, .title = false});
  for (const std::string_view part : {"1002", "2004", "1004", "\x1b=", "]2;", "?1h", "\x1b>"}) {
    EXPECT_EQ(drawn.find(part), std::string::npos) << part;
  }
}

TEST(Screen, HostileOutputIsBounded) {
  Screen screen({100'000, 100'000}, 1'000'000);
  EXPECT_EQ(screen.state().size, (Size{kMaxRows, kMaxColumns}));
  screen.Resize({2, 2});
  std::string marks = "e";
  for (int i = 0; i < 100'000; ++i) marks += "\xcc\x81";
  screen.Feed(marks);
  screen.Feed("\x1b]0;" + std::string(1 << 20, 'x'));
  screen.Feed("\x1b\\\x1b[" + std::string(1 << 20, ';') + "m\x1b[5b\xc2\x80\x1bH");
  EXPECT_LT(screen.Draw().size(), 1000U);
  EXPECT_EQ(screen.state().title, "");
}

TEST(Screen, PrintsWithColours) {
  EXPECT_EQ(After("a\x1b[31mb\x1b[0m\r\n\r\nc").Print(Style::kColored),
            "a\x1b[0;31mb\x1b[0m\n\nc\n");
}

}  // namespace
}  // namespace screen
