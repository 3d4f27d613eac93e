#include "base/crowd.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace base {
namespace {

class CrowdTest : public testing::Test {
 protected:
  void SetUp() override { crowd_ = std::move(*Crowd::Create(loop_)); }

  SystemClock clock_;
  Loop loop_{clock_};
  std::unique_ptr<Crowd> crowd_;
};

TEST_F(CrowdTest, CallsForTheDescriptorThatIsReadyAndForNoOther) {
  auto quiet = MakePipe();
  auto loud = MakePipe();
  ASSERT_TRUE(quiet && loud);
  std::vector<char> called;
  ASSERT_TRUE(crowd_->Watch(quiet->first.get(), [&] { called.push_back('q'); }));
  ASSERT_TRUE(crowd_->Watch(loud->first.get(), [&] {
    called.push_back('l');
    loop_.Stop();
  }));
  ASSERT_EQ(write(loud->second.get(), "x", 1), 1);
  loop_.Run();
  EXPECT_EQ(called, std::vector<char>{'l'});
}

TEST_F(CrowdTest, CallsForAnOtherEndThatIsClosed) {
  auto pipe = MakePipe();
  ASSERT_TRUE(pipe);
  bool called = false;
  ASSERT_TRUE(crowd_->Watch(pipe->first.get(), [&] {
    called = true;
    loop_.Stop();
  }));
  pipe->second.Reset();
  loop_.Run();
  EXPECT_TRUE(called);
}

TEST_F(CrowdTest, ACallbackMayRemoveItselfAndTheOthersThatAreReady) {
  auto first = MakePipe();
  auto second = MakePipe();
  ASSERT_TRUE(first && second);
  int calls = 0;
  const auto once = [&] {
    ++calls;
    crowd_->Unwatch(first->first.get());
    crowd_->Unwatch(second->first.get());
  };
  ASSERT_TRUE(crowd_->Watch(first->first.get(), once));
  ASSERT_TRUE(crowd_->Watch(second->first.get(), once));
  first->second.Reset();
  second->second.Reset();
  loop_.After(std::chrono::milliseconds(20), [&] { loop_.Stop(); });
  loop_.Run();
  EXPECT_EQ(calls, 1);
}

TEST_F(CrowdTest, ADescriptorThatIsNoneIsAnError) {
  EXPECT_EQ(crowd_->Watch(-1, [] {}).error().message(), "epoll_ctl: Bad file descriptor");
}

}  // namespace
}  // namespace base
