#include "base/text.h"

#include <gmock/gmock.h>

namespace base {
namespace {

TEST(Quote, PrintableTextStaysAsItIs) {
  EXPECT_EQ(Quote("rake db:migrate ü"), "'rake db:migrate ü'");
}

TEST(Quote, WhatATerminalWouldObeyIsEscaped) {
  EXPECT_EQ(Quote("a\x1b[2J\n\x7f"), "'a\\x1b[2J\\x0a\\x7f'");
  EXPECT_EQ(Quote("\xc2\x9b"), "'\\xc2\\x9b'");  // CSI as one character
}

TEST(Quote, BytesThatAreNoUtf8AreEscaped) {
  EXPECT_EQ(Quote("\xff\xc3"), "'\\xff\\xc3'");
  EXPECT_EQ(Quote("\xed\xa0\x80"), "'\\xed\\xa0\\x80'");  // a surrogate
}

TEST(Quote, CharactersThatMakeATextLookLikeAnotherAreEscaped) {
  EXPECT_EQ(Quote("a\u202eb\u2028c\ufeffd"), "'a\\u{202e}b\\u{2028}c\\u{feff}d'");
  EXPECT_EQ(Quote("a\u00a0b\u2003c\u2800d\u3000e\ufffc"),
            "'a\\u{a0}b\\u{2003}c\\u{2800}d\\u{3000}e\\u{fffc}'");
  EXPECT_EQ(Quote("\u200b\u2066\u00ad\U000e0041"), "'\\u{200b}\\u{2066}\\u{ad}\\u{e0041}'");
  EXPECT_EQ(Quote("ü€\u2013\U0001f600"), "'ü€\u2013\U0001f600'");
}

TEST(Quote, LongTextIsCutAndSaysSo) { EXPECT_EQ(Quote("abcdef", 3), "'abc'..."); }

TEST(Utf8, OverlongFormsAndSurrogatesAreNone) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("aü€\xf0\x9f\x98\x80"));
  for (const char* bad : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

TEST(Base64, ComesBackAsItWas) {
  // RFC 4648 10
  EXPECT_EQ(Base64Encode(""), "");
  EXPECT_EQ(Base64Encode("f"), "Zg==");
  EXPECT_EQ(Base64Encode("fo"), "Zm8=");
  EXPECT_EQ(Base64Encode("foobar"), "Zm9vYmFy");
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  EXPECT_EQ(Base64Decode(Base64Encode(every)), every);
}

TEST(Base64, EverythingElseIsRefused) {
  for (const char* bad :
       {"Z", "Zg=", "Zg", "Z===", "====", "Zg==Zg==", "Zh==", "Zm9=", "Z g=", "Zg=\n"}) {
    EXPECT_EQ(Base64Decode(bad), std::nullopt) << bad;
  }
}

TEST(Nearest, FindsWhatWasMeantAndNothingElse) {
  EXPECT_EQ(Nearest("listn", {"listen", "login_grace"}), "listen");
  EXPECT_EQ(Nearest("xyzzy", {"listen", "login_grace"}), std::nullopt);
}

TEST(ShellJoin, QuotesWhatAShellWouldTouch) {
  EXPECT_EQ(ShellJoin({"rake", "db:seed[10]", "a b", "it's", ""}),
            "rake db:seed[10] 'a b' 'it'\\''s' ''");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(Split("a,,b", ','), testing::ElementsAre("a", "", "b"));
}

}  // namespace
}  // namespace base
