#include "gateway/broker/resolver.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "base/child.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "gateway/broker/unit_lookup.h"
#include "gateway/wire/survey.h"

namespace broker {
namespace {

constexpr std::size_t kMaxMessage = 1024UL * 1024;  // bytes
constexpr std::chrono::seconds kDeadline{10};

release::Refusal Unusable(const release::App& app, std::string_view why) {
  return {release::kUnusable, fmt::format("{}: reading the release: {}", app.name, why)};
}

int ResolverMain(const release::App& app, const release::Account& account,
                 const release::SurveyRequest& request, int out) {
  base::NameProcess("oneoff-resolver");
  base::CloseAllFdsBut({out});
  auto outside = release::LookOutside(app, LookUpUnit);
  if (release::BecomeAccount(account) != 0) return 1;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit cpu{kDeadline.count(), kDeadline.count()};
  setrlimit(RLIMIT_CPU, &cpu);
  auto survey = outside ? release::MakeSurvey(app, account, request, *outside)
                        : tl::unexpected(std::move(outside.error()));
  const std::string message = survey
                                  ? wire::Encode(wire::SurveyMessage{std::move(*survey)})
                                  : wire::Encode(wire::RefusalMessage{std::move(survey.error())});
  return base::WriteAll(out, message) ? 0 : 1;
}

// Everything until the end of file, within the bound and the time.
base::Result<std::string> ReadMessage(int fd) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  std::string message;
  thread_local std::array<char, 65536> buffer;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd wait{fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) == 0) {
      return base::Fail(base::Code::kUnavailable,
                        fmt::format("took longer than {} s", kDeadline.count()));
    }
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::FailSystem("read");
    if (n == 0) return message;
    message.append(buffer.data(), static_cast<std::size_t>(n));
    if (message.size() > kMaxMessage) {
      return base::Fail(base::Code::kTooLarge, "its configuration is too large");
    }
  }
}

}  // namespace

release::Outcome<release::Survey> Resolve(const release::App& app, const release::Account& account,
                                          const release::SurveyRequest& request) {
  auto pipe = base::MakePipe();
  if (!pipe) return tl::unexpected(Unusable(app, pipe.error().message()));
  const int out = pipe->second.get();
  auto child = base::Child::Fork([&] { return ResolverMain(app, account, request, out); });
  if (!child) return tl::unexpected(Unusable(app, child.error().message()));
  pipe->second.Reset();
  const auto text = ReadMessage(pipe->first.get());
  if (!text) return tl::unexpected(Unusable(app, text.error().message()));
  if (text->empty()) {
    return tl::unexpected(Unusable(app, fmt::format("cannot act as user {}", account.name)));
  }
  auto message = wire::Decode<wire::FromResolver>(*text);
  if (!message) return tl::unexpected(Unusable(app, message.error().message()));
  if (auto* refusal = std::get_if<wire::RefusalMessage>(&*message)) {
    return tl::unexpected(std::move(refusal->refusal));
  }
  return std::get<wire::SurveyMessage>(std::move(*message)).survey;
}

}  // namespace broker
