#include "gateway/broker/resolver.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "base/child.h"
#include "base/file.h"
#include "base/packet.h"
#include "base/unique_fd.h"
#include "gateway/broker/unit_lookup.h"
#include "gateway/wire/survey.h"
#include "release/lease.h"

namespace broker {
namespace {

constexpr std::size_t kMaxMessage = 1024UL * 1024;  // bytes
constexpr std::chrono::seconds kDeadline{10};

release::Refusal Unusable(const release::App& app, std::string_view why) {
  return {release::kUnusable, fmt::format("{}: reading the release: {}", app.name, why)};
}

int ResolverMain(const release::App& app, const release::Account& account,
                 const release::SurveyRequest& request, int out, int lease) {
  base::NameProcess("oneoff-resolver");
  base::CloseAllFdsBut({out, lease});
  auto outside = release::LookOutside(app, LookUpUnit);
  if (release::BecomeAccount(account) != 0) return 1;
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit cpu{kDeadline.count(), kDeadline.count()};
  setrlimit(RLIMIT_CPU, &cpu);
  auto survey = outside ? release::MakeSurvey(app, account, request, *outside)
                        : tl::unexpected(std::move(outside.error()));
  if (survey) {
    auto taken = release::TakeLease(app, *survey);
    if (!taken) survey = tl::unexpected(std::move(taken.error()));
    // Ahead of the message: whoever has that whole has the descriptor.
    if (taken && *taken) (void)base::SendPacket(lease, "lease", {taken->get()});
  }
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

// The descriptor that the resolver sent, if it is a directory's.
base::UniqueFd ReceiveLease(int socket) {
  auto packet = base::ReceivePacket(socket, base::Wait::kNo);
  if (!packet || packet->fds.size() != 1) return {};
  struct stat status {};
  const bool good = fstat(packet->fds[0].get(), &status) == 0 && S_ISDIR(status.st_mode);
  return good ? std::move(packet->fds[0]) : base::UniqueFd();
}

}  // namespace

release::Outcome<Resolved> Resolve(const release::App& app, const release::Account& account,
                                   const release::SurveyRequest& request) {
  auto pipe = base::MakePipe();
  if (!pipe) return tl::unexpected(Unusable(app, pipe.error().message()));
  const auto lease = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!lease) return tl::unexpected(Unusable(app, lease.error().message()));
  const int out = pipe->second.get();
  auto child = base::Child::Fork(
      [&] { return ResolverMain(app, account, request, out, lease->second.get()); });
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
  return Resolved{std::get<wire::SurveyMessage>(std::move(*message)).survey,
                  ReceiveLease(lease->first.get())};
}

}  // namespace broker
