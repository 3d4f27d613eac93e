#include "gateway/run/output_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"

namespace run {
namespace {

using record::Stream;

class OutputLogTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "output-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
    auto folder = base::OpenDirectory(path_);
    ASSERT_TRUE(folder);
    folder_ = std::move(*folder);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  OutputLog Make(std::uint64_t bound) {
    return std::move(*OutputLog::Create(folder_.get(), "run", bound));
  }
  // All that a reader finds, from the first kept byte on.
  std::string ReadAll(Stream stream) {
    auto log = OutputLog::Open(folder_.get(), "run");
    EXPECT_TRUE(log);
    std::string text;
    for (std::uint64_t at = log->begin(stream); at < log->end(stream);) {
      const auto piece = log->Read(stream, at, 3);
      EXPECT_TRUE(piece && !piece->empty());
      text += *piece;
      at += piece->size();
    }
    return text;
  }

  std::string path_;
  base::UniqueFd folder_;
};

TEST_F(OutputLogTest, StreamsAreApartAndTheNewestBytesStay) {
  OutputLog log = Make(8);
  EXPECT_TRUE(log.empty());
  log.Append(Stream::kStdout, "abcdef");
  log.Append(Stream::kStderr, "wrong");
  log.Append(Stream::kStdout, "ghijkl");
  EXPECT_EQ(ReadAll(Stream::kStdout), "efghijkl");
  EXPECT_EQ(ReadAll(Stream::kStderr), "wrong");
  log.Append(Stream::kStdout, "0123456789ABCDEF");
  EXPECT_EQ(ReadAll(Stream::kStdout), "89ABCDEF");
  EXPECT_EQ(log.end(Stream::kStdout), 28U);
}

TEST_F(OutputLogTest, AStreamMayBeginLate) {
  OutputLog log = Make(100);
  log.StartAt(Stream::kStdout, 1000);
  EXPECT_TRUE(log.empty());
  log.Append(Stream::kStdout, "abc");
  EXPECT_EQ(log.begin(Stream::kStdout), 1000U);
  EXPECT_EQ(ReadAll(Stream::kStdout), "abc");
  EXPECT_EQ(*log.Read(Stream::kStdout, 999, 10), "") << "not kept";
  EXPECT_EQ(*log.Read(Stream::kStdout, 1003, 10), "") << "not there yet";
}

TEST_F(OutputLogTest, ARunHasOneLog) {
  OutputLog log = Make(8);
  EXPECT_FALSE(OutputLog::Create(folder_.get(), "run", 8));
  EXPECT_EQ(OutputLog::Open(folder_.get(), "other").error().code(), base::Code::kNotFound);
}

TEST_F(OutputLogTest, ADamagedLogIsNotRead) {
  const std::string good = [&] {
    OutputLog log = Make(8);
    log.Append(Stream::kStdout, "abc");
    std::ifstream stream(path_ + "/run", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  }();
  for (const std::size_t at : {0U, 16U, 24U, 39U}) {  // the magic, the bound, the begin, the end
    std::string bad = good;
    bad[at] = '\x7f';
    if (at == 16) bad.replace(16, 8, 8, '\xff');
    std::ofstream(path_ + "/run", std::ios::binary) << bad;
    EXPECT_EQ(OutputLog::Open(folder_.get(), "run").error().code(), base::Code::kInvalid) << at;
  }
  std::ofstream(path_ + "/run", std::ios::binary) << "short";
  EXPECT_FALSE(OutputLog::Open(folder_.get(), "run"));
}

}  // namespace
}  // namespace run
