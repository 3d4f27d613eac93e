// FORMAT.md says what the code does.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <variant>

#include "gateway/audit/event.h"
#include "gateway/audit/record.h"
#include "gateway/audit/verify.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

std::string Page() {
  std::ifstream file(ONEOFF_SOURCE_DIR "/gateway/audit/FORMAT.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Format, ItsWorkedExampleIsSound) {
  const ScratchLog scratch;
  std::istringstream page(Page());
  std::string example;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("{\"seq\"")) example += line + "\n";
  }
  scratch.Write(kDay1, example);
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);
  EXPECT_EQ(report.records, 5U);
  EXPECT_EQ(report.sealed.last_signed, 4U);
  EXPECT_EQ(report.recoveries, 1U);
}

TEST(Format, ItsExamplesReleaseAnswersToItsIdFirst) {
  EXPECT_NE(Page().find(R"("release":"v42","release_names":["v42","current","latest"])"),
            std::string::npos);
}

template <std::size_t I = 0>
void ExpectEveryEventNamed(const std::string& page) {
  if constexpr (I < std::variant_size_v<Event>) {
    const std::string name(Name(Event(std::in_place_index<I>)));
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
    ExpectEveryEventNamed<I + 1>(page);
  }
}

TEST(Format, NamesEveryEventAndEveryEnding) {
  const std::string page = Page();
  ExpectEveryEventNamed(page);
  for (int i = 0; i <= static_cast<int>(How::kLast); ++i) {
    EXPECT_NE(page.find("`" + std::string(Name(static_cast<How>(i))) + "`"), std::string::npos);
  }
}

TEST(Format, NamesTheBoundOfALine) {
  EXPECT_EQ(kMaxLine, 1574912U);
  EXPECT_NE(Page().find("1,574,912 bytes"), std::string::npos);
}

}  // namespace
}  // namespace audit
