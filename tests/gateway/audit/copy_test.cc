#include "gateway/audit/copy.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "gateway/audit/copy_text.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

// A daemon that listens at a path.
class Daemon {
 public:
  explicit Daemon(const std::string& path)
      : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  std::vector<std::string> Received() {
    std::vector<std::string> all;
    std::array<char, 1U << 17> buffer{};
    ssize_t n = 0;
    while ((n = recv(socket_.get(), buffer.data(), buffer.size(), 0)) > 0) {
      all.emplace_back(buffer.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  base::UniqueFd socket_;
};

std::string Line(std::uint64_t seq, const std::string& what) {
  return "{\"seq\":" + std::to_string(seq) +
         R"(,"time":"2026-03-01T09:30:00.125Z","host":"h","prev":")" + std::string(64, '0') +
         R"(","event":"listed","person":"alice","what":")" + what + "\"}";
}

class Copies : public testing::Test {
 protected:
  std::string Path() const { return folder_.File("log"); }
  Copy Made(Copy::Form form = Copy::Form::kSyslog) {
    return {form, Path(), folder_.clock,
            [this](base::Level, const std::string& line) { said_.push_back(line); }};
  }
  ScratchLog folder_;
  std::vector<std::string> said_;
};

TEST_F(Copies, ForSyslogAreWhatSyslogSends) {
  const std::string text = SyslogText(Line(7, "ps"), 42, folder_.clock.now);
  EXPECT_TRUE(text.starts_with("<85>")) << text;
  EXPECT_EQ(text.substr(4 + 15), " oneoff-audit[42]: " + Line(7, "ps"));
}

TEST_F(Copies, ForTheJournalHaveTheirFields) {
  const std::string line = Line(7, "ps");
  EXPECT_EQ(JournalText(line),
            "MESSAGE=" + line +
                "\nPRIORITY=5\nSYSLOG_FACILITY=10\nSYSLOG_IDENTIFIER=oneoff-audit\nONEOFF_SEQ=7\n"
                "ONEOFF_EVENT=listed\nONEOFF_PERSON=alice\n");
}

TEST_F(Copies, OfFieldsWithNewlinesAreOneFieldEach) {
  std::string line = Line(7, "ps");
  line.replace(line.find("alice"), 5, "a\\nPRIORITY=0");
  const std::string text = JournalText(line);
  const std::string size = {'\x0c', 0, 0, 0, 0, 0, 0, 0};
  EXPECT_TRUE(text.ends_with("ONEOFF_PERSON\n" + size + "a\nPRIORITY=0\n")) << text;
}

TEST_F(Copies, OfLongRecordsSayWhichAndTheirDigest) {
  const std::string line = Line(7, std::string(kMaxSyslogLine, 'x'));
  const std::string text = SyslogText(line, 42, folder_.clock.now);
  EXPECT_LT(text.size(), 1000U);
  EXPECT_NE(text.find(R"({"seq":7,"time":)"), std::string::npos) << text;
  EXPECT_NE(text.find("\"cut\":" + std::to_string(line.size()) + ",\"sha256\":\""),
            std::string::npos);
}

TEST_F(Copies, GetThereInOrder) {
  Daemon daemon(Path());
  Copy copy = Made();
  for (std::uint64_t seq = 1; seq <= 3; ++seq) copy.Add(seq, Line(seq, "ps"));
  EXPECT_TRUE(copy.waiting());
  EXPECT_TRUE(copy.Flush());
  EXPECT_FALSE(copy.waiting());
  const auto received = daemon.Received();
  ASSERT_EQ(received.size(), 3U);
  EXPECT_TRUE(received[2].ends_with(Line(3, "ps")));
}

TEST_F(Copies, WaitForADaemonThatIsNotThere) {
  Copy copy = Made();
  copy.Add(1, Line(1, "ps"));
  EXPECT_FALSE(copy.Flush());
  EXPECT_TRUE(copy.waiting());
  Daemon daemon(Path());
  folder_.clock.now += std::chrono::seconds(1);
  EXPECT_TRUE(copy.Flush());
  EXPECT_EQ(daemon.Received().size(), 1U);
  EXPECT_FALSE(copy.TakeLoss());
}

TEST_F(Copies, GoOnWithTheDaemonThatTakesTheOthersPlace) {
  Copy copy = Made();
  {
    Daemon first(Path());
    copy.Add(1, Line(1, "ps"));
    ASSERT_TRUE(copy.Flush());
  }
  ASSERT_EQ(unlink(Path().c_str()), 0);
  copy.Add(2, Line(2, "ps"));
  EXPECT_FALSE(copy.Flush());
  Daemon second(Path());
  folder_.clock.now += std::chrono::seconds(1);
  EXPECT_TRUE(copy.Flush());
  EXPECT_EQ(second.Received().size(), 1U);
}

TEST_F(Copies, ForADaemonThatStandsStillAreCountedAndToldWhenItGoesOn) {
  Copy copy = Made();
  const std::string line = Line(1, std::string(7000, 'x'));
  std::uint64_t seq = 0;
  while (said_.empty()) copy.Add(++seq, line);
  EXPECT_FALSE(copy.TakeLoss());
  copy.Add(seq + 1, line);
  Daemon daemon(Path());
  folder_.clock.now += std::chrono::seconds(1);
  std::size_t received = 0;
  while (copy.waiting()) {
    copy.Flush();
    received += daemon.Received().size();
  }
  EXPECT_EQ(received, seq - 1);
  const auto lost = copy.TakeLoss();
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->to, "syslog");
  EXPECT_EQ(lost->count, 2U);
  EXPECT_EQ(lost->first, seq);
  EXPECT_EQ(lost->last, seq + 1);
  EXPECT_EQ(said_.size(), 2U);
  EXPECT_FALSE(copy.TakeLoss());
}

TEST_F(Copies, AreMadeForWhatIsAskedFor) {
  const auto quiet = [](base::Level, const std::string&) {};
  EXPECT_TRUE(Copy::Make({CopyPaths::kNone, CopyPaths::kNone}, folder_.clock, quiet).empty());
  const auto both = Copy::Make({"/a", "/b"}, folder_.clock, quiet);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_STREQ(both[0].name(), "journal");
  EXPECT_STREQ(both[1].name(), "syslog");
}

}  // namespace
}  // namespace audit
