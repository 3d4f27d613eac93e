#include "gateway/role/birth.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/file.h"
#include "gateway/role/ask_as.h"
#include "gateway/role/landlock.h"

namespace role {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uid_t kNobody = 65534;
const base::Identity kSomebodyElse = {.uid = kNobody, .gid = kNobody, .groups = {}};

bool IsRoot() { return geteuid() == 0; }

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kFiltered = false;
#else
constexpr bool kFiltered = true;
#endif

class Folder {
 public:
  Folder() {
    std::string name = "/tmp/oneoff-role-XXXXXX";
    path_ = mkdtemp(name.data());
    chmod(path_.c_str(), 0777);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// How a process of `role` ends that does `act`.
base::Exit EndOf(const Role& role, const std::function<int()>& act, Birth birth = {}) {
  if (IsRoot() && role.user != kParents) birth.user = kSomebodyElse;
  auto child = ForkAs(role, birth, {}, [&](const base::Log&) { return act(); });
  return child->Wait().value();
}

bool Killed(const base::Exit& end) { return end.signal == SIGSYS; }

std::string StatusLine(const std::string& field) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field + ":")) return line.substr(line.find_last_of("\t ") + 1);
  }
  return "";
}

TEST(Birth, AProcessIsWhatTheTableSays) {
  if (!IsRoot()) GTEST_SKIP() << "without root everybody stays who they are";
  const Role role = {"oneoff-tried", "nobody", kKill, Calls::kAll, Landlock::kNo};
  const auto end = EndOf(role, [] {
    std::array<char, 16> title{};
    prctl(PR_GET_NAME, title.data());
    if (std::string(title.data()) != "oneoff-tried") return 1;
    if (getuid() != kNobody || getgid() != kNobody || getgroups(0, nullptr) != 0) return 2;
    if (std::stoull(StatusLine("CapPrm"), nullptr, 16) != kKill) return 3;
    if (std::stoull(StatusLine("CapEff"), nullptr, 16) != kKill) return 4;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 || prctl(PR_GET_DUMPABLE) != 0) return 5;
    return setuid(0) == 0 ? 6 : 0;
  });
  EXPECT_EQ(end.ShellStatus(), 0);
}

TEST(Birth, ARoleOfItsParentsKeepsNoCapabilityButItsOwn) {
  if (!IsRoot()) GTEST_SKIP() << "only root has capabilities";
  const auto ours = std::stoull(StatusLine("CapPrm"), nullptr, 16);
  const auto end = EndOf(kLauncher, [ours] {
    if (getuid() != 0) return 1;
    if (std::stoull(StatusLine("CapPrm"), nullptr, 16) != (kLaunch & ours)) return 2;
    // What the command could gain by sudo is its own affair.
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ? 0 : 3;
  });
  EXPECT_EQ(end.ShellStatus(), 0);
}

TEST(Birth, KeepsTheDescriptorsThatAreNamedAndNullAsZeroAndOne) {
  const auto kept = base::MakePipe();
  const auto other = base::MakePipe();
  const int in = kept->second.get();
  const int closed = other->second.get();
  const auto end = EndOf(kQuestion,
                         [&] {
                           struct stat null {};
                           struct stat zero {};
                           struct stat one {};
                           stat("/dev/null", &null);
                           if (fstat(0, &zero) != 0 || fstat(1, &one) != 0) return 1;
                           if (zero.st_rdev != null.st_rdev || one.st_rdev != null.st_rdev)
                             return 2;
                           if (fcntl(in, F_GETFD) < 0) return 3;
                           return fcntl(closed, F_GETFD) < 0 && errno == EBADF ? 0 : 4;
                         },
                         {.keep = {in, -1}});
  EXPECT_EQ(end.ShellStatus(), 0);
}

TEST(Birth, AStepThatFailsEndsItAndIsTold) {
  const auto told = base::MakePipe();
  const Birth birth = {.log = told->second.get(),
                       .first = [] { return base::Fail(base::Code::kSystem, "no luck"); }};
  auto child = ForkAs(kMonitor, birth, {}, [](const base::Log&) { return 0; });
  EXPECT_EQ(child->Wait()->ShellStatus(), kNotConfined);
  std::array<char, 100> line{};
  const auto n = read(told->first.get(), line.data(), line.size());
  EXPECT_EQ(std::string(line.data(), n < 0 ? 0 : static_cast<std::size_t>(n)),
            "<3>oneoff-monitor: not confined: no luck\n");
}

TEST(Birth, ASupervisorOpensNothingForWriting) {
  if (!kFiltered) GTEST_SKIP() << "no filter in this build";
  const Folder folder;
  const std::string path = folder.File("recording");
  std::ofstream(path) << "bytes";
  chmod(path.c_str(), 0666);
  EXPECT_TRUE(Killed(EndOf(kSupervisor, [&] { return open(path.c_str(), O_WRONLY); })));
  EXPECT_TRUE(Killed(EndOf(kSupervisor, [&] { return open(path.c_str(), O_RDONLY | O_TRUNC); })));
  EXPECT_TRUE(Killed(EndOf(kSupervisor, [&] { return truncate(path.c_str(), 0); })));
  EXPECT_TRUE(Killed(EndOf(kSupervisor, [&] { return creat(path.c_str(), 0600); })));
  EXPECT_EQ(std::filesystem::file_size(path), 5U);
}

TEST(Birth, ASupervisorReadsProcAndNothingElse) {
  const Folder folder;
  const std::string path = folder.File("recording");
  std::ofstream(path) << "bytes";
  chmod(path.c_str(), 0666);
  const auto end = EndOf(kSupervisor, [&] {
    if (open("/proc/self/stat", O_RDONLY) < 0 || open("/proc", O_RDONLY | O_DIRECTORY) < 0)
      return 1;
    return open(path.c_str(), O_RDONLY) < 0 && errno == EACCES ? 0 : 2;
  });
  if (LandlockVersion() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(end.ShellStatus(), 0);
}

TEST(Birth, AnArchivistReachesItsFolderAndNothingElse) {
  if (LandlockVersion() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  const Folder mine;
  const Folder others;
  const auto folder = base::OpenDirectory(mine.path());
  const int fd = folder->get();
  const auto end = EndOf(kArchivist,
                         [&] {
                           if (openat(fd, "made", O_WRONLY | O_CREAT, 0600) < 0) return 1;
                           if (unlinkat(fd, "made", 0) != 0) return 2;
                           const int other = open(others.path().c_str(), O_RDONLY | O_DIRECTORY);
                           return other < 0 && errno == EACCES ? 0 : 3;
                         },
                         {.keep = {fd}, .folders = {fd}});
  EXPECT_EQ(end.ShellStatus(), 0);
}

TEST(Birth, NoConfinedProcessHasExecutableMemory) {
  if (!kFiltered) GTEST_SKIP() << "no filter in this build";
  for (const Role& role : {kMonitor, kSupervisor, kWatch, kArchivist, kSession}) {
    const auto map = [] {
      void* const memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      return memory == MAP_FAILED ? 1 : 0;
    };
    EXPECT_TRUE(Killed(EndOf(role, map))) << role.title;
    const auto protect = [] {
      void* const memory =
          mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) return 1;
      return mprotect(memory, 4096, PROT_READ | PROT_EXEC);
    };
    EXPECT_TRUE(Killed(EndOf(role, protect))) << role.title;
  }
}

TEST(Birth, ASessionSetsNoOptionButItsOwnAndShutsNothing) {
  if (!kFiltered) GTEST_SKIP() << "no filter in this build";
  const auto pair = base::MakeSocketPair(SOCK_STREAM);
  const int fd = pair->first.get();
  const Birth birth = {.keep = {fd}};
  const auto set = [fd](int option) {
    const int one = 1;
    return setsockopt(fd, SOL_SOCKET, option, &one, sizeof one);
  };
  EXPECT_EQ(EndOf(
                kSession, [&] { return set(SO_KEEPALIVE); }, birth)
                .ShellStatus(),
            0);
  EXPECT_TRUE(Killed(EndOf(
      kSession, [&] { return set(SO_RCVBUF); }, birth)));
  EXPECT_TRUE(Killed(EndOf(
      kSession, [&] { return shutdown(fd, SHUT_RDWR); }, birth)));
}

Question Asked(std::chrono::milliseconds deadline) {
  Question question = {.role = kQuestion,
                       .user = {.uid = geteuid(), .gid = getegid(), .groups = {}},
                       .deadline = deadline,
                       .most = 100};
  if (IsRoot()) question.user = kSomebodyElse;
  return question;
}

TEST(AskAs, AnswersAsThatUser) {
  EXPECT_EQ(AskAs(Asked(seconds(20)), [] { return std::to_string(geteuid()); }),
            std::to_string(IsRoot() ? kNobody : geteuid()));
}

TEST(AskAs, ARootsQuestionIsAskedFirst) {
  std::string found;
  Question question = Asked(seconds(20));
  question.first = [&] { found = std::to_string(geteuid()); };
  EXPECT_EQ(AskAs(question, [&] { return found; }), std::to_string(geteuid()));
}

TEST(AskAs, AProcessThatIsStoppedIsGivenUp) {
  const auto answer = AskAs(Asked(milliseconds(200)), [] {
    (void)raise(SIGSTOP);
    return std::string("never");
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message(), "took longer than 200 ms");
}

TEST(AskAs, AnAnswerWithoutAnEndIsCut) {
  const auto answer = AskAs(Asked(seconds(20)), [] { return std::string(101, 'x'); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), base::Code::kTooLarge);
}

TEST(AskAs, AProcessThatDiesIsNoAnswer) {
  const auto answer = AskAs(Asked(seconds(20)), []() -> std::string { _exit(3); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message(), "its process failed");
}

TEST(AskAs, WithoutRootOnlyOneselfCanBeAsked) {
  if (IsRoot()) GTEST_SKIP() << "root can become anybody";
  Question question = Asked(seconds(20));
  question.user.uid = 1;
  const auto answer = AskAs(question, [] { return std::string(); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), base::Code::kDenied);
}

}  // namespace
}  // namespace role
