#include "base/call_filter.h"

#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/child.h"

namespace base {
namespace {

#if !defined(__SANITIZE_ADDRESS__)

int AllowLittle(void* filter) {
  for (const int call : {SCMP_SYS(exit_group), SCMP_SYS(write)}) {
    if (const int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0); rc != 0) return rc;
  }
  return 0;
}

// How a child ends that makes `call` under the filter.
Exit EndUnder(const CallFilter& filter, void (*call)()) {
  auto child = Child::Fork([&] {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!filter.Enforce()) return 2;
    call();
    return 0;
  });
  return child.value().Wait().value();
}

TEST(CallFilter, KillsOnWhatItDoesNotAllowInEveryChildThatItIsPutInForceIn) {
  const auto filter = CallFilter::Compile(AllowLittle);
  ASSERT_TRUE(filter);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(EndUnder(*filter, [] { (void)!write(STDERR_FILENO, "", 0); }).status, 0);
    EXPECT_EQ(EndUnder(*filter, [] { (void)getppid(); }).signal, SIGSYS);
  }
}

TEST(CallFilter, IsNotInForceWhereItWasCompiled) {
  ASSERT_TRUE(CallFilter::Compile(AllowLittle));
  EXPECT_EQ(prctl(PR_GET_SECCOMP), 0);
}

#endif

TEST(CallFilter, ARuleThatCannotBeAddedIsAnError) {
  const auto filter = CallFilter::Compile([](void*) { return -EINVAL; });
  ASSERT_FALSE(filter);
  EXPECT_EQ(filter.error().message(), "seccomp: Invalid argument");
}

}  // namespace
}  // namespace base
