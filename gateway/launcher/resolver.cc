#include "gateway/launcher/resolver.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/packet.h"
#include "base/unique_fd.h"
#include "gateway/launcher/unit_lookup.h"
#include "gateway/role/ask_as.h"
#include "gateway/wire/release_snapshot.h"
#include "release/lease.h"

namespace launcher {
namespace {

constexpr std::size_t kMaxMessage = 1024UL * 1024;  // bytes
constexpr std::chrono::seconds kDeadline{10};

release::Refusal Unusable(const release::App& app, std::string_view why) {
  return {release::kUnusable, fmt::format("{}: reading the release: {}", app.name, why)};
}

// Runs as the app's user. `lease` is a socket to the launcher.
std::string SnapshotAs(const release::App& app, const release::Account& account,
                       const release::SnapshotRequest& request,
                       release::Outcome<release::RootOwnedSources>& root_owned, int lease) {
  auto snapshot = root_owned ? release::TakeSnapshot(app, account, request, *root_owned)
                             : tl::unexpected(std::move(root_owned.error()));
  if (snapshot) {
    auto taken = release::TakeLease(app, *snapshot);
    if (!taken) snapshot = tl::unexpected(std::move(taken.error()));
    // Sent before the message: a launcher that has read the whole message has the descriptor too.
    if (taken && *taken) (void)base::SendPacket(lease, "lease", {taken->get()});
  }
  return snapshot ? wire::Encode(wire::SnapshotMessage{std::move(*snapshot)})
                  : wire::Encode(wire::RefusalMessage{std::move(snapshot.error())});
}

// The message for the person.
std::string WhyNoAnswer(const base::Error& error, const release::Account& account) {
  if (error.code() == base::Code::kDenied) {
    return fmt::format("cannot act as user {}", account.name);
  }
  if (error.code() == base::Code::kTooLarge) return "its configuration is too large";
  return error.message();
}

// Receives the lease from the resolver. Accepts a directory only: the sender is not trusted.
base::UniqueFd ReceiveLease(int socket) {
  auto packet = base::ReceivePacket(socket, base::Wait::kNo);
  if (!packet || packet->fds.size() != 1) return {};
  struct stat status {};
  const bool good = fstat(packet->fds[0].get(), &status) == 0 && S_ISDIR(status.st_mode);
  return good ? std::move(packet->fds[0]) : base::UniqueFd();
}

}  // namespace

release::Outcome<Resolved> Resolve(const release::App& app, const release::Account& account,
                                   const release::SnapshotRequest& request) {
  const auto lease = base::MakeSocketPair(SOCK_SEQPACKET);
  if (!lease) return tl::unexpected(Unusable(app, lease.error().message()));
  const int to_asker = lease->second.get();
  std::optional<release::Outcome<release::RootOwnedSources>> root_owned;
  const role::Question question = {
      .role = role::kResolver,
      .user = {.uid = account.uid, .gid = account.gid, .groups = account.groups},
      .deadline = kDeadline,
      .most = kMaxMessage,
      .keep = {to_asker},
      .first = [&] { root_owned.emplace(release::ReadRootOwnedSources(app, LookUpUnit)); }};
  const auto text = role::AskAs(
      question, [&] { return SnapshotAs(app, account, request, *root_owned, to_asker); });
  if (!text) return tl::unexpected(Unusable(app, WhyNoAnswer(text.error(), account)));
  // The answer comes from a process of the app's user. Decode checks its form; the sizes are
  // bounded above.
  auto message = wire::Decode<wire::FromResolver>(*text);
  if (!message) return tl::unexpected(Unusable(app, message.error().message()));
  if (auto* refusal = std::get_if<wire::RefusalMessage>(&*message)) {
    return tl::unexpected(std::move(refusal->refusal));
  }
  return Resolved{std::get<wire::SnapshotMessage>(std::move(*message)).snapshot,
                  ReceiveLease(lease->first.get())};
}

}  // namespace launcher
