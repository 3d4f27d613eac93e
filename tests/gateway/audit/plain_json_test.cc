#include "gateway/audit/plain_json.h"

#include <gtest/gtest.h>

#include <string>

namespace audit {
namespace {

const std::string kRecord =
    R"({"seq":12,"time":"2026-03-01T09:30:00.125Z","names":["current","latest"],"pty":true,)"
    R"("files":[],"of":{"b64":"AA==","n":0},"none":{},"off":false})";

Json General(const std::string& text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

TEST(PlainJson, ARecordIsWhatTheGeneralParserMakesOfIt) {
  const auto read = ReadPlainJson(kRecord);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, General(kRecord));
  EXPECT_EQ(read->dump(), kRecord);
  EXPECT_TRUE((*read)["seq"].is_number_unsigned());
}

TEST(PlainJson, OfFieldsOfTheSameNameTheLastOnesValueCountsInTheFirstOnesPlace) {
  const std::string twice = R"({"a":1,"b":2,"a":3})";
  ASSERT_TRUE(ReadPlainJson(twice));
  EXPECT_EQ(ReadPlainJson(twice)->dump(), General(twice).dump());
}

TEST(PlainJson, WhatIsNotPlainIsLeftToTheGeneralParser) {
  for (const char* const text :
       {R"({"a": 1})", R"( {"a":1})", R"({"a":1} )", R"({"a":"\n"})", R"({"\u0061":1})",
        "{\"a\":\"\xC3\xA9\"}", R"({"a":-1})", R"({"a":1.5})", R"({"a":1e2})", R"({"a":null})",
        R"({"a":18446744073709551615})", "{\"a\":\"\x7F\"}"}) {
    EXPECT_FALSE(ReadPlainJson(text)) << text;
    EXPECT_FALSE(General(text).is_discarded()) << text;
  }
}

TEST(PlainJson, WhatIsNoJsonIsNotRead) {
  for (const char* const text : {"",
                                 "{",
                                 "}",
                                 "{}}",
                                 "{,}",
                                 R"({"a"})",
                                 R"({"a":})",
                                 R"({"a":1,})",
                                 R"({"a":01})",
                                 R"({"a":1 2})",
                                 R"({"a":1"b":2})",
                                 R"({a:1})",
                                 R"({"a":tru})",
                                 R"({"a":[1,]})",
                                 R"({"a":[1})",
                                 R"({"a":"b})",
                                 R"({"a":+1})",
                                 R"({"a":.5})",
                                 "{\"a\":\"\n\"}",
                                 R"({"a":99999999999999999999})",
                                 R"({"a":truefalse})",
                                 "nul",
                                 R"("a""b")"}) {
    EXPECT_FALSE(ReadPlainJson(text)) << text;
  }
  EXPECT_FALSE(ReadPlainJson(std::string("{\"a\":\"\0\"}", 9)));
}

TEST(PlainJson, WhateverIsChangedInARecordIsReadAsTheGeneralParserReadsItOrLeftToIt) {
  int read = 0;
  for (std::size_t at = 0; at < kRecord.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = kRecord;
      changed[at] = static_cast<char>(byte);
      const auto plain = ReadPlainJson(changed);
      if (!plain) continue;
      ++read;
      EXPECT_EQ(plain->dump(), General(changed).dump()) << changed;
    }
    EXPECT_FALSE(ReadPlainJson(kRecord.substr(0, at)));
  }
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace audit
