#include "gateway/audit/exporter.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <sstream>

#include "base/child.h"
#include "gateway/audit/record.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

using Numbers = std::vector<std::uint64_t>;

// An exporter in a process of its own, and a script that it feeds.
class Export : public testing::Test {
 protected:
  void Script(const std::string& text) {
    place_.Write("ship", "#!/bin/sh\n" + text + "\n");
    ASSERT_EQ(chmod(place_.File("ship").c_str(), 0755), 0);
  }
  void Run() {
    auto pair = base::MakeSocketPair(SOCK_STREAM).value();
    child_ = base::Child::Fork([&] {
               base::CloseAllFdsBut({pair.second.get()});
               ExporterOptions options;
               options.directory = log_.path();
               options.position = place_.File("position");
               options.command = {place_.File("ship"), place_.path()};
               options.log = [this](base::Level, const std::string& line) {
                 place_.Append("said", line + "\n");
               };
               return RunExporter(base::UniqueFd(pair.second.get()), options);
             }).value();
    control_ = std::move(pair.first);
  }
  void End() {
    control_.Reset();
    EXPECT_EQ(child_.Wait()->ShellStatus(), 0);
  }
  void Record(int count) {
    auto log = log_.Open();
    for (int i = 0; i < count; ++i) ASSERT_FALSE(log->Append({Listing("act")}).failure);
  }
  // What arrived, by sequence number.
  Numbers Arrived() const {
    Numbers numbers;
    std::istringstream text(place_.Read("arrived"));
    for (std::string line; std::getline(text, line);) {
      const auto record = ParseRecord(line);
      numbers.push_back(record ? record->seq : 0);
    }
    return numbers;
  }
  static Numbers UpTo(std::uint64_t last) {
    Numbers numbers;
    for (std::uint64_t i = 1; i <= last; ++i) numbers.push_back(i);
    return numbers;
  }
  bool Await(const std::function<bool()>& is) {
    for (int i = 0; i < 2000 && !is(); ++i) usleep(10'000);
    return is();
  }

  ScratchLog log_;
  ScratchLog place_;  // only its folder
  base::Child child_;
  base::UniqueFd control_;
};

TEST_F(Export, HandsOverWhatIsThereAndWhatComes) {
  Script("exec cat >> $1/arrived");
  Record(3);
  Run();
  EXPECT_TRUE(Await([&] { return Arrived() == UpTo(3); }));
  Record(2);
  EXPECT_TRUE(Await([&] { return Arrived() == UpTo(5); }));
  End();
  EXPECT_EQ(ExportPosition::Parse(place_.Read("position")).value().seq, 5U);
}

TEST_F(Export, GoesOnWhereItWasWhenItIsStartedAgain) {
  Script("exec cat >> $1/arrived");
  Record(3);
  Run();
  ASSERT_TRUE(Await([&] { return Arrived() == UpTo(3); }));
  End();
  log_.clock.now += std::chrono::hours(24);
  Record(3);
  Run();
  EXPECT_TRUE(Await([&] { return Arrived() == UpTo(6); }));
  End();
  EXPECT_EQ(Arrived(), UpTo(6));
}

TEST_F(Export, SendsEachRecordOnceThoughTheCommandEndsAgainAndAgain) {
  // Takes one line and ends; the rest of what the pipe held is sent again.
  Script("IFS= read -r line && printf '%s\\n' \"$line\" >> $1/arrived");
  Record(4);
  Run();
  EXPECT_TRUE(Await([&] { return Arrived().size() >= 4; }));
  End();
  EXPECT_EQ(Arrived(), UpTo(4));
}

TEST_F(Export, HandsOverTheRestWhenItIsToEnd) {
  Script("exec cat >> $1/arrived");
  Record(1);
  Run();
  ASSERT_TRUE(Await([&] { return Arrived() == UpTo(1); }));
  ASSERT_TRUE(child_.Signal(SIGSTOP));
  Record(200);
  control_.Reset();
  ASSERT_TRUE(child_.Signal(SIGCONT));
  EXPECT_EQ(child_.Wait()->ShellStatus(), 0);
  EXPECT_EQ(Arrived(), UpTo(201));
}

TEST_F(Export, DoesNotCountWhatASlowCommandHasNotRead) {
  Script("exec sleep 1000");
  Record(3);
  Run();
  Await([&] { return Arrived().empty() && access(place_.File("ship").c_str(), X_OK) == 0; });
  End();
  EXPECT_EQ(place_.Read("position"), "");
  Script("exec cat >> $1/arrived");
  Run();
  EXPECT_TRUE(Await([&] { return Arrived() == UpTo(3); }));
  End();
}

TEST_F(Export, BeginsAgainWithAnotherLog) {
  Script("exec cat >> $1/arrived");
  place_.Write("position", ExportPosition{99, kDay1}.Text());
  chmod(place_.File("position").c_str(), 0600);
  Record(2);
  Run();
  EXPECT_TRUE(Await([&] { return Arrived() == UpTo(2); }));
  End();
  EXPECT_EQ(
      place_.Read("said"),
      "audit export: the log ends with record 2, before the last that was exported, 99: it is "
      "another log; all its records are sent\n");
}

TEST_F(Export, StartsNoFileThatOthersMayWrite) {
  Script("exec cat >> $1/arrived");
  chmod(place_.File("ship").c_str(), 0777);
  Record(1);
  Run();
  EXPECT_TRUE(Await([&] { return !place_.Read("said").empty(); }));
  End();
  EXPECT_EQ(place_.Read("said"),
            "audit export: " + place_.File("ship") +
                ": not a regular file that root owns and only root may write\n");
  EXPECT_EQ(Arrived(), Numbers{});
}

TEST(ExportPosition, ReadsBackAsItWas) {
  const auto read = ExportPosition::Parse(ExportPosition{7, kDay1}.Text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seq, 7U);
  EXPECT_EQ(read->file, kDay1);
  for (const char* text : {"", "7", "{}", R"({"seq":-1,"file":"f"})", R"({"seq":1,"file":2})"}) {
    EXPECT_FALSE(ExportPosition::Parse(text)) << text;
  }
}

}  // namespace
}  // namespace audit
