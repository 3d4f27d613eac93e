#include "release/command/pasted_characters.h"

#include <gtest/gtest.h>

namespace release {
namespace {

std::string Described(std::string_view command) { return DescribePasted(command).value_or(""); }

TEST(PastedCharacters, AreNamedWithTheirColumn) {
  EXPECT_EQ(Described("rake\u00A0db:migrate"),
            "column 5 holds a no-break space (U+00A0): type a plain space");
  EXPECT_EQ(Described("echo \u201Ca b\u201D"),
            "column 6 holds a typographic quote (U+201C): type a plain \" (0x22)");
  EXPECT_EQ(Described("echo \u2018a\u2019"),
            "column 6 holds a typographic quote (U+2018): type a plain ' (0x27)");
  EXPECT_EQ(Described("rake \u2013trace"), "column 6 holds a dash (U+2013): type '-', or '--'");
  EXPECT_EQ(Described("rake db:migrate\u200B"),
            "column 16 holds a zero width space (U+200B): type nothing");
}

TEST(PastedCharacters, OfAQuotedTextAreMeant) {
  EXPECT_EQ(Described("echo '\u201Cquoted\u201D \u2013 text'"), "");
  EXPECT_EQ(Described("echo \"a\u00A0b \\\" \u201Cc\u201D\""), "");
  EXPECT_EQ(Described("echo \\\u00A0"), "");
  EXPECT_EQ(Described("echo 'a'\u00A0b"),
            "column 9 holds a no-break space (U+00A0): type a plain space");
}

TEST(PastedCharacters, ADashInsideAWordIsTheWords) {
  EXPECT_EQ(Described("cat report\u20132026.txt"), "");
  EXPECT_EQ(Described("cat caf\u00E9 \xFF"), "");
  EXPECT_EQ(Described(""), "");
}

}  // namespace
}  // namespace release
