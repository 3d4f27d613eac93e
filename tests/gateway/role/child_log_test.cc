#include "gateway/role/child_log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "gateway/role/birth.h"

namespace role {
namespace {

using testing::ElementsAre;

class OfChildren : public testing::Test {
 protected:
  OfChildren() { Renew(); }

  void Renew() {
    log_.reset();
    auto made = ChildLog::Create(loop_, clock_, [this](base::Level level, const std::string& line) {
      constexpr std::array kNames = {"info ", "warning ", "error "};
      said_.push_back(kNames.at(static_cast<std::size_t>(level)) + line);
    });
    log_ = std::move(*made);
  }

  // What a child that says `bytes` leaves in the log.
  std::vector<std::string> SaidBy(const std::string& bytes) {
    auto pipe = log_->Open("child 1: ");
    EXPECT_TRUE(base::WriteAll(pipe->get(), bytes));
    pipe->Reset();
    loop_.After(std::chrono::milliseconds(0), [this] { Look(); });
    loop_.Run();
    return said_;
  }

  base::SystemClock clock_;
  base::Loop loop_{clock_};
  std::vector<std::string> said_;
  std::unique_ptr<ChildLog> log_;

  // Everything is in the pipes by now: a round in which nothing more was said is the last.
  void Look() {
    const std::size_t before = said_.size();
    loop_.After(std::chrono::milliseconds(20),
                [this, before] { said_.size() == before ? loop_.Stop() : Look(); });
  }
};

TEST_F(OfChildren, ALineHasItsLevelAndItsSpeaker) {
  EXPECT_THAT(SaidBy("<6>one\n<4>two\n<3>three\n"),
              ElementsAre("info child 1: one", "warning child 1: two", "error child 1: three"));
}

TEST_F(OfChildren, ALineThatIsTooLongStaysSoForAnotherLog) {
  auto pipe = log_->Open("child 1: ");
  ASSERT_TRUE(base::WriteAll(pipe->get(), std::string(1500, 'x')));
  std::function<void()> hand_over = [&] {
    auto held = log_->HeldChildren().at(0);
    if (!held.cut) {
      loop_.After(std::chrono::milliseconds(1), hand_over);
      return;
    }
    held.pipe = fcntl(held.pipe, F_DUPFD_CLOEXEC, 3);
    Renew();
    ASSERT_TRUE(log_->Resume(held));
    ASSERT_TRUE(base::WriteAll(pipe->get(), std::string(3000, 'x') + "\nnext\n"));
    pipe->Reset();
    Look();
  };
  loop_.After(std::chrono::milliseconds(0), hand_over);
  loop_.Run();
  EXPECT_THAT(said_, ElementsAre("warning child 1: " + std::string(1000, 'x') + "...",
                                 "warning child 1: next"));
}

TEST_F(OfChildren, ALineWithoutALevelIsAWarningAndOneWithoutAnEndALine) {
  EXPECT_THAT(SaidBy("==1==ERROR: a sanitizer's"),
              ElementsAre("warning child 1: ==1==ERROR: a sanitizer's"));
}

TEST_F(OfChildren, NothingIsForged) {
  EXPECT_THAT(
      SaidBy("<6>a\r\x1b[2K2026-11-30T12:00:00.000Z info broker: all is well\n"),
      ElementsAre("info child 1: a\\x0d\\x1b[2K2026-11-30T12:00:00.000Z info broker: all is "
                  "well"));
}

TEST_F(OfChildren, ALongLineIsCut) {
  const auto said = SaidBy("<6>" + std::string(3000, 'x') + "\n<6>next\n");
  EXPECT_THAT(said, ElementsAre("info child 1: " + std::string(ChildLog::kMaxLine - 3, 'x') + "...",
                                "info child 1: next"));
}

TEST_F(OfChildren, AFloodIsCounted) {
  std::string flood;
  for (int i = 0; i < 300; ++i) flood += "x\n";
  const auto said = SaidBy(flood);
  ASSERT_EQ(said.size(), static_cast<std::size_t>(ChildLog::kLinesOfChild) + 1);
  EXPECT_EQ(said.back(), "warning child 1: 250 more lines were left out");
}

TEST_F(OfChildren, TheLogOfAChildIsRead) {
  auto pipe = log_->Open("child 1: ");
  auto child = ForkAs(kQuestion, {.log = pipe->get()}, {}, [](const base::Log& log) {
    log(base::Level::kError, "it did not work");
    return 0;
  });
  ASSERT_TRUE(child);
  (void)child->Wait();
  pipe->Reset();
  EXPECT_THAT(SaidBy(""), ElementsAre("error child 1: it did not work"));
}

}  // namespace
}  // namespace role
