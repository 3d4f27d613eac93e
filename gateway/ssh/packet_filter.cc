#include "gateway/ssh/packet_filter.h"

#include <utility>

#include "gateway/ssh/field_reader.h"
#include "gateway/ssh/seam.h"

namespace ssh {
namespace {

// libssh sends no answer when it cannot import these, so the filter tries first.
bool Imports(const PublicKeyRequest& request) {
  ssh_key imported = nullptr;
  if (ssh_pki_import_pubkey_blob(StringOf(request.key).get(), &imported) != SSH_OK) return false;
  const OwnedKey key(imported);
  if (!request.signature) return true;
  return ImportsSignature(key.get(), *request.signature);
}

}  // namespace

PacketFilter::PacketFilter(ssh_session session, std::string public_key_algorithms)
    : public_key_algorithms_(std::move(public_key_algorithms)) {
  for (const std::uint8_t type :
       {kDisconnect, kIgnore, kKexInit, kNewKeys, kAuth, kGlobal, kOpen, kData, kExtendedData}) {
    handlers_[type - kFirst] = OnPacket;
  }
  callbacks_.start = kFirst;
  callbacks_.n_callbacks = kCount;
  callbacks_.callbacks = handlers_;
  callbacks_.user = this;
  ssh_packet_set_callbacks(session, &callbacks_);
}

int PacketFilter::OnPacket(ssh_session session, std::uint8_t type, ssh_buffer packet,
                           void* self) noexcept {
  return static_cast<PacketFilter*>(self)->Handle(session, type, packet);
}

int PacketFilter::Handle(ssh_session session, std::uint8_t type, ssh_buffer packet) {
  const std::string_view fields(static_cast<const char*>(ssh_buffer_get(packet)),
                                ssh_buffer_get_len(packet));
  switch (type) {
    case kDisconnect:
      disconnected_ = true;
      break;
    case kIgnore:
      // A packet of a key re-exchange may look like SSH_MSG_IGNORE (rekeying.h).
      return OnIgnore(session, fields);
    case kKexInit:
      rekeying_.Begin(packet);
      break;
    case kNewKeys:
      rekeying_.End();
      break;
    case kAuth:
      return OnAuth(session, fields);
    case kGlobal:
      OnGlobal(fields);
      break;
    case kOpen:
      OnOpen(fields);
      break;
    default:  // kData, kExtendedData
      return OnData(session, fields);
  }
  return SSH_PACKET_NOT_USED;
}

int PacketFilter::OnIgnore(ssh_session session, std::string_view fields) {
  const auto hidden = rekeying_.TakeHidden();
  if (!hidden) return SSH_PACKET_NOT_USED;
  if (*hidden == kOpen) {
    OpenLater(fields);
  } else {
    ssh_packet_process(session, *hidden);
  }
  return SSH_PACKET_USED;
}

// libssh opens no channel during a key exchange, and sends no answer.
void PacketFilter::OpenLater(std::string_view fields) {
  if (to_open_.size() < kMostToOpen && fields.size() <= kMostOpenBytes) {
    // A copy: libssh reuses the packet's buffer for the next packet.
    to_open_.emplace_back(fields);
  } else {
    abuse_ = "too many channels were opened during a key exchange";
  }
}

bool PacketFilter::EndRekeying(ssh_session session) {
  if (!rekeying_.TakeEnded()) return false;
  for (const std::string& fields : std::exchange(to_open_, {})) {
    const OwnedBuffer packet(ssh_buffer_new());
    if (packet == nullptr || ssh_buffer_add_data(packet.get(), fields.data(),
                                                 static_cast<std::uint32_t>(fields.size())) != 0) {
      continue;
    }
    OnOpen(fields);
    // Calls back into Session::Open, which reads the max_packet_ that OnOpen has just noted.
    ssh_packet_channel_open(session, kOpen, packet.get(), session);
  }
  return true;
}

int PacketFilter::OnAuth(ssh_session session, std::string_view fields) {
  request_ = ParsePublicKeyRequest(fields, public_key_algorithms_);
  // SSH_PACKET_NOT_USED lets libssh handle the packet next.
  if (request_ && Imports(*request_)) return SSH_PACKET_NOT_USED;
  request_.reset();
  // This answers the method "none" too, with which clients ask for the list of methods (RFC 4252
  // 5.2).
  ssh_auth_reply_default(session, 0);
  return SSH_PACKET_USED;
}

void PacketFilter::OnGlobal(std::string_view fields) {
  // OpenSSH PROTOCOL 2.2.
  if (FieldReader(fields).String() == "no-more-sessions@openssh.com") no_more_sessions_ = true;
}

void PacketFilter::OnOpen(std::string_view fields) {
  FieldReader reader(fields);
  (void)reader.String();  // channel type
  (void)reader.Uint32();  // sender channel
  (void)reader.Uint32();  // initial window size
  max_packet_ = reader.Uint32().value_or(0);
  if (max_packet_ == 0) abuse_ = "a channel with a maximum packet of 0 bytes";
}

// libssh would widen the window of a closed channel.
int PacketFilter::OnData(ssh_session session, std::string_view fields) const {
  const auto number = FieldReader(fields).Uint32();
  ssh_channel channel = number ? ssh_channel_from_local(session, *number) : nullptr;
  const bool closed = channel != nullptr && ssh_channel_is_closed(channel) != 0;
  return closed ? SSH_PACKET_USED : SSH_PACKET_NOT_USED;
}

}  // namespace ssh
