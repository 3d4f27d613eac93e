#include "gateway/cli/foreground.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "base/child.h"

namespace cli {
namespace {

release::LocalProcessSpec Spec(std::vector<std::string> argv) {
  release::ProcessParts parts;
  parts.argv = std::move(argv);
  parts.directory = "/";
  parts.account = release::CallersAccount().value();
  parts.environment = {{"PATH", "/usr/bin:/bin", "base"}};
  return release::LocalProcessSpec::Make(authz::LocalGrant::ForCheckout("/"), parts).value();
}

TEST(RunInForeground, ReturnsTheCommandsStatus) {
  EXPECT_EQ(RunInForeground(Spec({"sh", "-c", "exit 3"})).value(), 3);
}

TEST(RunInForeground, StartsNothingIfItCannotPassSignalsOn) {
  auto child = base::Child::Fork([] {
    const auto spec = Spec({"true"});
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_NOFILE, &none);
    const auto status = RunInForeground(spec);
    if (status || status.error().status != release::kLost) return 1;
    return status.error().message ==
                   "signals cannot be passed on to it: signalfd: Too many open files"
               ? 0
               : 2;
  });
  ASSERT_TRUE(child);
  EXPECT_EQ(child->Wait()->ShellStatus(), 0);
}

}  // namespace
}  // namespace cli
