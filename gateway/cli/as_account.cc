#include "gateway/cli/as_account.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/child.h"
#include "base/file.h"
#include "base/unique_fd.h"

namespace cli {
namespace {

constexpr std::size_t kMaxAnswer = 64UL * 1024;  // bytes
constexpr int kCannotBecome = 1;
constexpr int kNoDirectory = 2;

base::Result<std::string> ReadAnswer(int fd, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string answer;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 1; n != 0;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd wait{fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) == 0) {
      return base::Fail(base::Code::kUnavailable, "no answer in time");
    }
    n = read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno != EINTR) return base::FailSystem("read");
    if (n > 0) answer.append(buffer.data(), static_cast<std::size_t>(n));
    if (answer.size() > kMaxAnswer) return base::Fail(base::Code::kTooLarge, "too long an answer");
  }
  return answer;
}

}  // namespace

base::Result<std::string> AskAs(const release::Account& account, const std::string& directory,
                                std::chrono::milliseconds patience,
                                const std::function<std::string()>& ask) {
  auto pipe = base::MakePipe();
  if (!pipe) return base::Fail(std::move(pipe.error()));
  const int out = pipe->second.get();
  auto child = base::Child::Fork([&] {
    base::CloseAllFdsBut({out});
    if (release::BecomeAccount(account) != 0) return kCannotBecome;
    if (chdir(directory.c_str()) != 0) return kNoDirectory;
    return base::WriteAll(out, ask()) ? 0 : kNoDirectory;
  });
  if (!child) return base::Fail(std::move(child.error()));
  pipe->second.Reset();
  auto answer = ReadAnswer(pipe->first.get(), patience);
  if (!answer) return answer;
  const auto ended = child->Wait();
  if (ended && ended->ShellStatus() == kCannotBecome) {
    return base::Fail(base::Code::kDenied, fmt::format("cannot act as user {}", account.name));
  }
  if (!ended || ended->ShellStatus() != 0) {
    return base::Fail(base::Code::kUnavailable, "its process failed");
  }
  return answer;
}

}  // namespace cli
