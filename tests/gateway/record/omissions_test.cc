#include "gateway/record/omissions.h"

#include <gtest/gtest.h>

#include "gateway/record/archive.h"
#include "gateway/record/writer.h"
#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

constexpr const char* kRun = "7k2m9xqd";

class OmissionsTest : public testing::Test {
 protected:
  // What a recording with these lines after its first says.
  base::Result<Omissions> Of(const std::string& lines) const {
    (void)store_.Remove(kRun);
    auto writer = store_.Create(scratch_.Piped(kRun), {}, scratch_.clock);
    if (!writer) return base::Fail(writer.error());
    scratch_.Write(kRun, "events.jsonl", scratch_.Read(kRun, "events.jsonl") + lines);
    return ReadOmissions(store_, kRun);
  }

  Scratch scratch_;
  Store store_ = scratch_.Open();
};

TEST_F(OmissionsTest, AreWhatTheWriterCountedAlsoOnceItIsArchived) {
  auto writer = store_.Create(scratch_.Piped(kRun), {.keep = 4}, scratch_.clock);
  ASSERT_TRUE(writer);
  writer->Append(Stream::kStdout, "123456");
  writer->Append(Stream::kStderr, "1234");
  EXPECT_EQ(ReadOmissions(store_, kRun)->Text(), "");
  (void)writer->End();
  EXPECT_EQ(ReadOmissions(store_, kRun)->Text(), "2 bytes of stdout");
  ASSERT_TRUE(Compress(store_, kRun));
  EXPECT_EQ(ReadOmissions(store_, kRun)->Text(), "2 bytes of stdout");
}

TEST_F(OmissionsTest, AreToldByStreamAndWhatWasTypedWithoutEchoAtTheEnd) {
  EXPECT_EQ(
      Of("{\"ms\":1,\"event\":\"gone\",\"how\":\"left\"}\n"
         "{\"ms\":1,\"event\":\"dropped\",\"stream\":\"ttyin\",\"bytes\":18446744073709551615}\n"
         "{\"ms\":1,\"event\":\"dropped\",\"stream\":\"stderr\",\"bytes\":3}\n"
         "{\"ms\":1,\"event\":\"hidden\",\"bytes\":12}\n{\"ms\":1,\"event\":\"end\"}\n")
          ->Text(),
      "3 bytes of stderr, 18446744073709551615 bytes of ttyin, 12 bytes typed without echo");
}

TEST_F(OmissionsTest, ALineThatIsBeingWrittenIsNone) {
  EXPECT_EQ(Of("{\"ms\":1,\"event\":\"hidden\",\"bytes\":12}")->Text(), "");
}

TEST_F(OmissionsTest, ALineThatIsNoEventMakesThemUnknown) {
  for (const char* const line :
       {"", "{", "7", "{}", "{\"event\":7}", "{\"event\":\"hidden\"}",
        "{\"event\":\"hidden\",\"bytes\":-1}", "{\"event\":\"hidden\",\"bytes\":1.5}",
        "{\"event\":\"dropped\",\"bytes\":1}",
        "{\"event\":\"dropped\",\"stream\":\"ttyxx\",\"bytes\":1}", "\xff"}) {
    const auto read = Of(std::string(line) + "\n");
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().message(), "events.jsonl: a line that is no event") << line;
  }
}

TEST_F(OmissionsTest, OfNoRecordingThereAreNone) {
  EXPECT_EQ(ReadOmissions(store_, "zzzzzzzz").error().code(), base::Code::kNotFound);
}

}  // namespace
}  // namespace record
