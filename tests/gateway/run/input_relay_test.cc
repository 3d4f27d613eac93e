#include "gateway/run/input_relay.h"

#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "base/clock.h"

namespace run {
namespace {

class InputRelayTest : public testing::Test {
 protected:
  void SetUp() override {
    (void)signal(SIGPIPE, SIG_IGN);
    auto source = base::MakePipe();
    auto sink = base::MakePipe();
    ASSERT_TRUE(source && sink);
    in_ = std::move(source->second);
    out_ = std::move(sink->first);
    ASSERT_TRUE(base::SetNonBlocking(out_.get()));
    relay_.emplace(loop_, std::move(source->first), std::move(sink->second), nullptr, [] {});
  }
  void Say(std::string_view bytes) {
    ASSERT_EQ(write(in_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  // What the command reads; nullopt at its end of file.
  std::optional<std::string> Heard() {
    std::string text(1000, '\0');
    const ssize_t n = read(out_.get(), text.data(), text.size());
    if (n == 0) return std::nullopt;
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
  }

  const base::SystemClock clock_;
  base::Loop loop_{clock_};
  base::UniqueFd in_;
  base::UniqueFd out_;
  std::optional<InputRelay> relay_;
};

TEST_F(InputRelayTest, ALostClientsEndIsNoneForTheCommand) {
  EXPECT_FALSE(relay_->HasMoved());
  Say("half");
  EXPECT_TRUE(relay_->HasMoved()) << "it waits in the pipe";
  in_.Reset();
  relay_->Resume();
  relay_->Resume();
  EXPECT_EQ(Heard(), "half");
  EXPECT_EQ(Heard(), "");
  EXPECT_TRUE(relay_->HasMoved());
  relay_->MayEnd();
  EXPECT_EQ(Heard(), std::nullopt);
}

TEST_F(InputRelayTest, ACommandThatStopsReadingIsToldToTheClient) {
  out_.Reset();
  Say("abc");
  relay_->Resume();
  EXPECT_TRUE(relay_->done());
  EXPECT_EQ(write(in_.get(), "x", 1), -1);
}

}  // namespace
}  // namespace run
