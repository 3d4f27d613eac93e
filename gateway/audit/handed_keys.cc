#include "gateway/audit/handed_keys.h"

#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/packet.h"

namespace audit {
namespace {

constexpr std::string_view kCurrent = "current";
constexpr std::string_view kNext = "next";
constexpr std::string_view kInForce = "in_force ";
constexpr std::size_t kMaxFile = 4096;  // bytes

base::Result<void> Hand(int line, std::string_view which, const base::Result<base::UniqueFd>& key) {
  if (!key) return base::SendPacket(line, std::string(which) + "!" + key.error().message());
  if (!*key) return base::SendPacket(line, std::string(which));
  return base::SendPacket(line, std::string(which), {key->get()});
}

}  // namespace

void HandedKeys::Receive() {
  for (;;) {
    auto packet = base::ReceivePacket(line_.get(), base::Wait::kNo);
    if (!packet) {
      if (packet.error().code() == base::Code::kNotFound) line_.Reset();  // the sender has gone
      return;
    }
    const std::string_view text = packet->bytes;
    const std::size_t mark = text.find('!');
    const std::string_view which = text.substr(0, mark);
    Handed* const handed = which == kCurrent ? &current_ : which == kNext ? &next_ : nullptr;
    if (handed == nullptr) continue;
    handed->failure = mark == std::string_view::npos ? "" : text.substr(mark + 1);
    handed->file = packet->fds.empty() ? base::UniqueFd() : std::move(packet->fds.front());
  }
}

base::Result<std::optional<ChainKey>> HandedKeys::Read(const Handed& handed) const {
  if (!handed.failure.empty()) return base::Fail(base::Code::kDenied, handed.failure);
  if (!handed.file) return std::nullopt;
  auto text = base::ReadOpenFile(handed.file.get(), kMaxFile);
  if (!text) return base::Fail(std::move(text.error()).Context(place()));
  auto key = ChainKey::Parse(*text);
  Wipe(*text);
  if (!key) return base::Fail(std::move(key.error()).Context(place()));
  return std::optional<ChainKey>(std::move(*key));
}

base::Result<void> HandedKeys::Publish(const PublicKey& key) const {
  return base::SendPacket(line_.get(), std::string(kInForce) + key.text());
}

base::Result<void> HandKeys(int line, const KeyFiles& files) {
  auto done = Hand(line, kCurrent, files.OpenCurrent());
  return done ? Hand(line, kNext, files.OpenNext()) : done;
}

base::Result<void> HearOfKeys(int line, const KeyFiles& files, bool& none) {
  const auto packet = base::ReceivePacket(line, base::Wait::kNo);
  none = !packet && packet.error().code() == base::Code::kNotFound;
  if (none || (!packet && packet.error().code() == base::Code::kUnavailable)) return {};
  if (!packet) return base::Fail(packet.error());
  std::string_view text = packet->bytes;
  if (!text.starts_with(kInForce)) {
    return base::Fail(base::Code::kInvalid, "the audit writer sent an unknown message");
  }
  text.remove_prefix(kInForce.size());
  // The writer may not rename files in etc. It names the key in force, and root checks that one of
  // its own files has it.
  const auto current = files.Current();
  if (current && *current && (*current)->public_key().text() == text) {
    return files.Publish((*current)->public_key());
  }
  const auto next = files.Next();
  if (!next) return base::Fail(next.error());
  if (!*next || (*next)->public_key().text() != text) {
    return base::Fail(base::Code::kNotFound,
                      "the audit writer signs with a key that none of our files has");
  }
  return files.Promote((*next)->public_key());
}

}  // namespace audit
