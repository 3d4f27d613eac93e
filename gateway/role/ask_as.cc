#include "gateway/role/ask_as.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/child.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "gateway/role/birth.h"

namespace role {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kNotSent = 1;

std::string Spoken(milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000)
                                  : fmt::format("{} ms", time.count());
}

base::Error TooLate(milliseconds deadline) {
  return {base::Code::kUnavailable, fmt::format("took longer than {}", Spoken(deadline))};
}

// Returns whether `fd` is readable or at its end before the deadline.
bool Await(int fd, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd wait{fd, POLLIN, 0};
    const int ready = poll(&wait, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // read(2) reports the same error
  }
}

// Reads until end of file.
base::Result<std::string> ReadAnswer(int fd, const Question& question, Clock::time_point deadline) {
  std::string answer;
  // Not on the stack: each page of a stack array would be touched (-fstack-clash-protection).
  thread_local std::array<char, 65536> buffer;
  for (;;) {
    if (!Await(fd, deadline)) return base::Fail(TooLate(question.deadline));
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::FailSystem("read");
    if (n == 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(n));
    // The process runs as an app's user, who may send without end.
    if (answer.size() > question.most) {
      return base::Fail(base::Code::kTooLarge,
                        fmt::format("the answer is longer than {} bytes", question.most));
    }
  }
}

Birth BirthOf(const Question& question, int answer) {
  Birth birth;
  birth.keep = question.keep;
  birth.keep.push_back(answer);
  birth.user = question.user;
  birth.first = [&question]() -> base::Result<void> {
    if (question.first) question.first();
    const auto seconds =
        static_cast<rlim_t>(std::chrono::ceil<std::chrono::seconds>(question.deadline).count());
    // The asking process keeps the deadline. If it is gone, this limit ends a process that computes
    // for ever (setrlimit(2)).
    const rlimit limit{seconds, seconds};
    if (setrlimit(RLIMIT_CPU, &limit) != 0) return base::FailSystem("setrlimit");
    return {};
  };
  return birth;
}

}  // namespace

base::Result<std::string> AskAs(const Question& question, const std::function<std::string()>& ask) {
  const auto deadline = Clock::now() + question.deadline;
  auto pipe = base::MakePipe();
  if (!pipe) return base::Fail(std::move(pipe.error()));
  const int out = pipe->second.get();
  auto child = ForkAs(question.role, BirthOf(question, out), {},
                      [&](const base::Log&) { return base::WriteAll(out, ask()) ? 0 : kNotSent; });
  if (!child) return base::Fail(std::move(child.error()));
  // Otherwise this process's own copy would keep the end of file from ever coming.
  pipe->second.Reset();
  auto answer = ReadAnswer(pipe->first.get(), question, deadline);
  if (!answer) return answer;
  // The process may have closed the pipe without ending.
  if (!Await(child->pidfd(), deadline)) return base::Fail(TooLate(question.deadline));
  const auto ended = child->Wait();
  if (!ended) return base::Fail(ended.error());
  if (ended->ShellStatus() == kNotConfined) {
    return base::Fail(base::Code::kDenied, "this process cannot become that user");
  }
  if (ended->ShellStatus() != 0) {
    return base::Fail(base::Code::kUnavailable, "its process failed");
  }
  return answer;
}

}  // namespace role
