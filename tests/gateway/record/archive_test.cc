#include "gateway/record/archive.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "gateway/record/plain_file.h"
#include "gateway/record/verify.h"
#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

constexpr const char* kRun = "7k2m9xqd";

class Archive : public testing::Test {
 protected:
  // A run that has ended, with this output.
  void Make(const std::string& output) {
    auto writer = store_.Create(scratch_.OnTerminal(kRun), {}, scratch_.clock);
    ASSERT_TRUE(writer) << writer.error().message();
    writer->Append(Stream::kTerminal, output);
    digest_ = writer->End();
  }
  std::vector<std::string> Told() const {
    std::vector<std::string> texts;
    const auto extents = FinalExtents(store_, kRun);
    EXPECT_TRUE(extents) << extents.error().message();
    if (!extents) return texts;
    for (const Extent& extent : *extents) texts.push_back(extent.Text());
    return texts;
  }
  std::string Plain(const std::string& file) const {
    const base::UniqueFd folder(open(scratch_.Path(kRun).c_str(), O_RDONLY | O_DIRECTORY));
    auto plain = PlainFile::Open(folder.get(), file);
    if (!plain) return plain.error().message();
    std::string all;
    std::string some(1000, '\0');
    for (;;) {
      const auto n = plain->Read(some.data(), some.size());
      if (!n) return n.error().message();
      if (*n == 0) return all;
      all += some.substr(0, *n);
    }
  }
  std::vector<std::string> Found(const std::vector<std::string>& told, Reach reach) const {
    std::vector<std::string> messages;
    for (const Finding& finding : Verify(store_, kRun, told, reach)) {
      messages.push_back(finding.message);
    }
    return messages;
  }

  Scratch scratch_;
  Store store_ = scratch_.Open();
  std::string digest_;
};

TEST_F(Archive, HoldsTheSameBytesInLessRoom) {
  const std::string output(100'000, 'x');
  Make(output);
  const auto told = Told();
  EXPECT_TRUE(IsOpen(store_, kRun));
  ASSERT_TRUE(Compress(store_, kRun));
  EXPECT_FALSE(IsOpen(store_, kRun));
  EXPECT_LT(std::filesystem::file_size(scratch_.Path(kRun, "ttyout")), 2000U);
  EXPECT_EQ(Plain("ttyout"), output);
  EXPECT_THAT(Found(told, Reach::kWhole), testing::IsEmpty());
}

TEST_F(Archive, AFileOfOneBlockStaysPlain) {
  Make("short");
  ASSERT_TRUE(Compress(store_, kRun));
  EXPECT_EQ(scratch_.Read(kRun, "ttyout"), "short");
  EXPECT_EQ(Plain("ttyout"), "short");
}

TEST_F(Archive, OutputThatLooksCompressedIsNotTakenForIt) {
  const std::string output = "\x1f\x8b is how gzip begins";
  Make(output);
  EXPECT_EQ(Plain("ttyout"), output);
  ASSERT_TRUE(Compress(store_, kRun));
  EXPECT_EQ(Plain("ttyout"), output);
}

TEST_F(Archive, OneThatWasBegunIsGoneOnWith) {
  Make(std::string(100'000, 'x'));
  const auto told = Told();
  scratch_.Write(kRun, ".new", "half");
  ASSERT_TRUE(Compress(store_, kRun));
  scratch_.Write(kRun, "state", "");  // as if it had been killed before the last step
  ASSERT_TRUE(Compress(store_, kRun));
  EXPECT_THAT(Found(told, Reach::kWhole), testing::IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(scratch_.Path(kRun, ".new")));
}

TEST_F(Archive, WithoutAWordOfItsWriterItsFilesAreMeasured) {
  Make("abc");
  const auto told = Told();
  scratch_.Write(kRun, "state", "recording\n");
  auto measured = Told();
  std::sort(measured.begin(), measured.end());
  auto sorted = told;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(measured, sorted);
}

// The second archivist opens the folder itself, as that of another broker does.
TEST_F(Archive, OneProcessAtATimeArchives) {
  auto first = LockForArchiving(store_, [] { FAIL() << "waited for nothing"; });
  ASSERT_TRUE(first);
  bool waited = false;
  const auto second = LockForArchiving(store_, [&] {
    waited = true;
    first->Reset();
  });
  EXPECT_TRUE(second);
  EXPECT_TRUE(waited);
}

TEST_F(Archive, IsToldOnce) {
  Make("abc");
  EXPECT_FALSE(IsTold(store_, kRun));
  ASSERT_TRUE(MarkTold(store_, kRun));
  EXPECT_TRUE(IsTold(store_, kRun));
}

TEST_F(Archive, IsListedTheOldestFirst) {
  for (const char* const run : {"aaaaaaaa", "bbbbbbbb", "cccccccc"}) {
    ASSERT_TRUE(store_.Create(scratch_.Piped(run), {}, scratch_.clock));
  }
  for (const char* const run : {"bbbbbbbb", "aaaaaaaa"}) ASSERT_TRUE(Compress(store_, run));
  const timespec old[2] = {{1000, 0}, {1000, 0}};
  ASSERT_EQ(utimensat(store_.fd(), "bbbbbbbb", old, 0), 0);
  const auto archived = ListArchived(store_);
  ASSERT_TRUE(archived);
  ASSERT_EQ(archived->size(), 2U) << "one is open";
  EXPECT_EQ(archived->at(0).id, "bbbbbbbb");
  EXPECT_GT(archived->at(0).bytes, 0U);
}

// --- every bad shape

TEST_F(Archive, ARecordingThatIsGoneIsFound) {
  Make("abc");
  const auto told = Told();
  ASSERT_TRUE(store_.Remove(kRun));
  EXPECT_THAT(Found(told, Reach::kWhole), testing::ElementsAre("the recording is not there"));
}

TEST_F(Archive, AFileThatIsGoneIsFound) {
  Make("abc");
  const auto told = Told();
  std::filesystem::remove(scratch_.Path(kRun, "ttyout"));
  EXPECT_THAT(Found(told, Reach::kWhole),
              testing::ElementsAre("ttyout: No such file or directory"));
}

TEST_F(Archive, AShortenedFileIsFound) {
  Make("abc");
  const auto told = Told();
  scratch_.Write(kRun, "ttyout", "ab");
  EXPECT_THAT(Found(told, Reach::kPrefix), testing::ElementsAre("ttyout: has 2 bytes of 3"));
}

TEST_F(Archive, AnAlteredByteIsFound) {
  Make("abc");
  const auto told = Told();
  scratch_.Write(kRun, "ttyout", "abd");
  EXPECT_THAT(Found(told, Reach::kPrefix),
              testing::ElementsAre("ttyout: its first 3 bytes are different"));
}

TEST_F(Archive, MoreThanThereWasIsFoundUnlessItMayHaveGrown) {
  Make("abc");
  const auto told = Told();
  scratch_.Write(kRun, "ttyout", "abcd");
  EXPECT_THAT(Found(told, Reach::kWhole),
              testing::ElementsAre("ttyout: has more than its 3 bytes"));
  EXPECT_THAT(Found(told, Reach::kPrefix), testing::IsEmpty());
}

TEST_F(Archive, ADamagedArchiveIsFound) {
  Make(std::string(100'000, 'x'));
  const auto told = Told();
  ASSERT_TRUE(Compress(store_, kRun));
  const std::string packed = scratch_.Read(kRun, "ttyout");
  ASSERT_EQ(chmod(scratch_.Path(kRun, "ttyout").c_str(), 0600), 0);
  scratch_.Write(kRun, "ttyout", packed.substr(0, packed.size() / 2));
  ASSERT_EQ(chmod(scratch_.Path(kRun, "ttyout").c_str(), 0400), 0);
  EXPECT_EQ(Found(told, Reach::kWhole).size(), 1U);
}

TEST_F(Archive, TheRecordingOfAnotherRunIsFound) {
  Make("abc");
  const auto told = Told();
  About other = scratch_.OnTerminal("aaaaaaaa");
  other.person = "mallory";
  ASSERT_TRUE(store_.Create(other, {}, scratch_.clock));
  ASSERT_TRUE(store_.Remove(kRun));
  std::filesystem::rename(scratch_.Path("aaaaaaaa"), scratch_.Path(kRun));
  EXPECT_THAT(Found(told, Reach::kWhole), testing::Contains(testing::HasSubstr("log: ")));
}

TEST_F(Archive, ALinkInPlaceOfAFileIsNotFollowed) {
  Make("abc");
  const auto told = Told();
  std::filesystem::rename(scratch_.Path(kRun, "ttyout"), scratch_.lib() + "/elsewhere");
  std::filesystem::create_symlink(scratch_.lib() + "/elsewhere", scratch_.Path(kRun, "ttyout"));
  EXPECT_EQ(Found(told, Reach::kWhole).size(), 1U);
}

TEST_F(Archive, WhatIsNoListOfFilesCannotBeHeldAgainst) {
  Make("abc");
  EXPECT_THAT(Found({"../x 1 2"}, Reach::kWhole),
              testing::ElementsAre("cannot be compared with '../x 1 2'"));
  EXPECT_THAT(Found({"stdout.passed 1 " + Digest::Of("")}, Reach::kWhole), testing::IsEmpty());
}

}  // namespace
}  // namespace record
