#include "release/env/dialect.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace release {
namespace {

using Map = std::map<std::string, std::string>;

base::Result<ParsedFile> Parse(const std::string& dialect, const std::string& text,
                               const Map& earlier) {
  return ParseFile(DialectOf(dialect), text, [&](std::string_view name) -> const std::string* {
    const auto found = earlier.find(std::string(name));
    return found == earlier.end() ? nullptr : &found->second;
  });
}

Map MapOf(const ParsedFile& file) {
  Map map;
  for (const ParsedFile::Entry& entry : file.entries) map[entry.name] = entry.value;
  return map;
}

// How many answers were compared.
std::size_t Compare(const nlohmann::json& vectors) {
  std::size_t answers = 0;
  for (const auto& vector : vectors) {
    for (const auto& [dialect, expected] : vector["expect"].items()) {
      SCOPED_TRACE(vector["case"].get<std::string>() + ", " + dialect);
      const auto file =
          Parse(dialect, vector["input"].get<std::string>(), vector["base"].get<Map>());
      ++answers;
      if (expected.contains("error")) {
        EXPECT_FALSE(file);
      } else {
        EXPECT_TRUE(file) << file.error().message();
        if (file) {
          EXPECT_EQ(MapOf(*file), expected.get<Map>());
        }
      }
    }
  }
  return answers;
}

nlohmann::json Vectors(const std::string& name) {
  std::ifstream stream(ONEOFF_SOURCE_DIR "/tests/vectors/" + name);
  return nlohmann::json::parse(stream);
}

TEST(Dialect, AnswersWhatItsUpstreamParserAnswered) {
  const auto vectors = Vectors("env.json");
  ASSERT_GT(vectors.size(), 40U);
  EXPECT_EQ(Compare(vectors), vectors.size() * DialectNames().size());
}

TEST(Dialect, PhpdotenvAnswersWhatTheRealParserAnswered) {
  const auto vectors = Vectors("phpdotenv.json");
  ASSERT_GT(vectors.size(), 100U);
  EXPECT_EQ(Compare(vectors), vectors.size());
}

TEST(Dialect, WhatItDropsInSilenceIsWarnedOf) {
  const std::string secret = "-----BEGIN s3cr3t";
  for (const std::string& dialect : DialectNames()) {
    SCOPED_TRACE(dialect);
    const auto file = Parse(dialect, "A=1\n" + secret + "\nB=2\n", {});
    if (!file) {  // these refuse white space in a name
      EXPECT_EQ(file.error().message(),
                dialect == "docker"
                    ? "2: white space in what is before the '=', which docker refuses"
                    : "2: no NAME=value: phpdotenv refuses the file");
      continue;
    }
    ASSERT_EQ(file->warnings.size(), 1U);
    EXPECT_EQ(file->warnings[0].line, 2U);
    EXPECT_EQ(file->warnings[0].message.find("s3cr3t"), std::string::npos);
    EXPECT_EQ(MapOf(*file), (Map{{"A", "1"}, {"B", "2"}}));
  }
}

TEST(Dialect, KnowsTheLineOfEachVariable) {
  for (const std::string& dialect : DialectNames()) {
    SCOPED_TRACE(dialect);
    const auto file = Parse(dialect, "# c\r\n\r\nA=1\r\n\r\n# d\r\nB=2", {});
    ASSERT_TRUE(file) << file.error().message();
    ASSERT_EQ(file->entries.size(), 2U);
    EXPECT_EQ(file->entries[0].line, 3U);
    EXPECT_EQ(file->entries[1].line, 6U);
  }
}

TEST(Dialect, AZeroByteIsAnError) {
  for (const std::string& dialect : DialectNames()) {
    const auto file = Parse(dialect, std::string("A=1\nB=x\0y", 9), {});
    ASSERT_FALSE(file) << dialect;
    EXPECT_EQ(file.error().message(),
              dialect == "systemd" ? "2: a zero byte" : "2: B: the value holds a zero byte");
  }
}

TEST(Dialect, IsBounded) {
  const std::string big(kMaxValue, 'x');
  for (const std::string& dialect : DialectNames()) {
    if (dialect == "docker") continue;  // its lines end sooner
    SCOPED_TRACE(dialect);
    EXPECT_EQ(MapOf(Parse(dialect, "A=" + big, {}).value())["A"], big);
    EXPECT_EQ(Parse(dialect, "A=" + big + "x", {}).error().message(),
              "1: A: NAME=value is longer than 131071 bytes");
    EXPECT_EQ(Parse(dialect, "AB=" + big, {}).error().message(),
              "1: AB: NAME=value is longer than 131071 bytes");
    std::string many;
    for (int i = 0; i < 17; ++i) many += "A=" + big + "\n";
    EXPECT_EQ(Parse(dialect, many, {}).error().message(),
              "17: A: the file's values are too large together");
    std::string junk;
    for (int i = 0; i < 1000; ++i) junk += "-\n";
    if (dialect == "phpdotenv") continue;  // refuses it
    EXPECT_EQ(Parse(dialect, junk, {}).value().warnings.size(), 20U);
  }
  EXPECT_EQ(Parse("docker", "A=" + big, {}).error().message(),
            "1: a line of 64 KiB or more, which docker refuses");
}

TEST(Dialect, JunkIsNoTrouble) {
  std::string junk;
  for (int i = 0; i < 65536; ++i) junk += static_cast<char>(i * 7919 >> 3);
  for (const std::string& dialect : DialectNames()) {
    (void)Parse(dialect, junk, {});
    for (const char* text :
         {"",     "\n",   "=",    "'",          "A='",  "A=\"\\", "export", "export ", "$",
          "A=\\", "A=$",  "A=${", "A=\\$",      ":",    "A:",     "A: ",    "\\",      "A=`",
          "'A",   "'A'=", "=x",   "A=\xE2\x80", "\xC2", "A=${:",  "A=${}",  "A=${:-}"}) {
      (void)Parse(dialect, text, {});
    }
  }
}

}  // namespace
}  // namespace release
