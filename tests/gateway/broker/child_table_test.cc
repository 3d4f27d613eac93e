#include "gateway/broker/child_table.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <vector>

namespace broker {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class ChildTableTest : public ::testing::Test {
 protected:
  // A child that waits for a signal, in the table.
  pid_t Add(ChildKind kind) {
    auto child = base::Child::Fork([] {
      pause();
      return 0;
    });
    EXPECT_TRUE(child);
    const pid_t pid = child->pid();
    table_.Add(kind, std::move(*child));
    return pid;
  }
  std::optional<ChildKind> End(pid_t pid, int number) {
    kill(pid, number);
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return table_.Remove(pid, status);
  }

  std::vector<std::string> lines_;
  const base::Log log_ = [this](base::Level, std::string_view line) { lines_.emplace_back(line); };
  ChildTable table_{log_};
};

TEST_F(ChildTableTest, CountsByKindAndForgetsWhatIsReaped) {
  const pid_t monitor = Add(ChildKind::kMonitor);
  const pid_t launcher = Add(ChildKind::kLauncher);
  EXPECT_TRUE(table_.Contains(monitor));
  EXPECT_EQ(table_.Count(ChildKind::kLauncher), 1U);
  EXPECT_EQ(End(launcher, SIGTERM), ChildKind::kLauncher);
  EXPECT_FALSE(table_.Contains(launcher));
  EXPECT_EQ(table_.Count(ChildKind::kLauncher), 0U);
  EXPECT_EQ(End(monitor, SIGKILL), ChildKind::kMonitor);
}

TEST_F(ChildTableTest, NamesAChildThatASignalKilled) {
  End(Add(ChildKind::kLauncher), SIGKILL);
  EXPECT_THAT(lines_,
              ElementsAre(MatchesRegex("a supervisor \\([0-9]+\\) was killed by signal 9")));
}

TEST_F(ChildTableTest, KnowsNoOrphan) {
  EXPECT_EQ(table_.Remove(1, 0), std::nullopt);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ChildTableTest, SignalsOneKindAlone) {
  const pid_t monitor = Add(ChildKind::kMonitor);
  const pid_t launcher = Add(ChildKind::kLauncher);
  table_.Signal(ChildKind::kLauncher, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(launcher, &status, 0), launcher);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  table_.Remove(launcher, status);
  EXPECT_EQ(waitpid(monitor, &status, WNOHANG), 0);
  End(monitor, SIGKILL);
}

TEST_F(ChildTableTest, ItsEndEndsNoChild) {
  pid_t launcher = 0;
  {
    ChildTable table(log_);
    auto child = base::Child::Fork([] {
      pause();
      return 0;
    });
    ASSERT_TRUE(child);
    launcher = child->pid();
    table.Add(ChildKind::kLauncher, std::move(*child));
  }
  EXPECT_EQ(kill(launcher, 0), 0);
  int status = 0;
  EXPECT_EQ(waitpid(launcher, &status, WNOHANG), 0);
  kill(launcher, SIGKILL);
  waitpid(launcher, &status, 0);
}

}  // namespace
}  // namespace broker
