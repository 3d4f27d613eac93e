#include "base/call_filter.h"

#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <memory>

#include "base/unique_fd.h"

namespace base {
namespace {

struct ReleaseFilter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

}  // namespace

Result<CallFilter> CallFilter::Compile(const std::function<int(void* filter)>& add_rules) {
  // Killing, and not EPERM: an attacker gets one try, and the parent sees the signal (SIGSYS).
  const std::unique_ptr<void, ReleaseFilter> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return Fail(Code::kSystem, "seccomp: no filter");
  // A binary tree of the calls' numbers, not a list that is searched from its front: the kernel
  // takes about half the time to load it.
  constexpr std::uint32_t kBinaryTree = 2;
  int rc = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, kBinaryTree);
  if (rc == 0) rc = add_rules(filter.get());
  // libseccomp 2.5 exports a program only to a descriptor.
  const UniqueFd file(memfd_create("seccomp", MFD_CLOEXEC));
  if (!file) return FailSystem("seccomp: memfd_create");
  if (rc == 0) rc = seccomp_export_bpf(filter.get(), file.get());
  if (rc != 0) return FailSystem("seccomp", -rc);
  const off_t bytes = lseek(file.get(), 0, SEEK_END);
  std::vector<sock_filter> program(static_cast<std::size_t>(bytes < 0 ? 0 : bytes) /
                                   sizeof(sock_filter));
  if (program.empty() || program.size() > BPF_MAXINSNS ||
      pread(file.get(), program.data(), static_cast<std::size_t>(bytes), 0) != bytes) {
    return Fail(Code::kSystem, "seccomp: the compiled filter cannot be read");
  }
  return CallFilter(std::move(program));
}

Result<void> CallFilter::Enforce() const {
  const sock_fprog program{static_cast<unsigned short>(program_.size()),
                           const_cast<sock_filter*>(program_.data())};  // the kernel only reads it
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return FailSystem("seccomp");
  return {};
}

}  // namespace base
