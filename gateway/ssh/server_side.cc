#include "gateway/ssh/server_side.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/text.h"

namespace ssh {
namespace {

constexpr int kStandInRsaBits = 2048;  // libssh's minimum; the key signs nothing

struct Kind {
  ssh_keytypes_e type;
  int bits;
};

Kind KindOf(const std::string& type) {
  if (type == "ssh-ed25519") return {SSH_KEYTYPE_ED25519, 0};
  if (type == "ecdsa-sha2-nistp256") return {SSH_KEYTYPE_ECDSA_P256, 256};
  if (type == "ecdsa-sha2-nistp384") return {SSH_KEYTYPE_ECDSA_P384, 384};
  if (type == "ecdsa-sha2-nistp521") return {SSH_KEYTYPE_ECDSA_P521, 521};
  return {SSH_KEYTYPE_RSA, kStandInRsaBits};
}

// libssh holds one key each of Ed25519, ECDSA and RSA.
// The first six characters tell them apart: "ssh-ed", "ecdsa-", "ssh-rs".
std::string FamilyOf(const std::string& type) { return type.substr(0, 6); }

std::string HostKeyAlgorithms(const std::vector<HostKey>& keys) {
  std::vector<std::string> names;
  for (const HostKey& key : keys) {
    if (key.type == "ssh-rsa") {
      // RFC 8332: the key's type stays "ssh-rsa", and these algorithms sign with SHA-2. SHA-1 is
      // not offered.
      names.insert(names.end(), {"rsa-sha2-512", "rsa-sha2-256"});
    } else {
      names.push_back(key.type);
    }
  }
  return base::Join(names, ",");
}

base::Result<void> Set(ssh_bind bind, ssh_bind_options_e option, const void* value,
                       std::string_view what) {
  if (ssh_bind_options_set(bind, option, value) == SSH_OK) return {};
  return base::Fail(base::Code::kInvalid, fmt::format("libssh does not take the {}: {}", what,
                                                      base::Escape(ssh_get_error(bind))));
}

base::Result<void> AddStandIn(ssh_bind bind, const HostKey& host_key) {
  const Kind kind = KindOf(host_key.type);
  ssh_key key = nullptr;
  if (ssh_pki_generate(kind.type, kind.bits, &key) != SSH_OK) {
    return base::Fail(base::Code::kSystem, "libssh makes no " + host_key.type + " key");
  }
  auto set = Set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, key, "stand-in for a host key");
  if (!set) ssh_key_free(key);  // libssh owns it only on success
  return set;
}

base::Result<void> SetAll(ssh_bind bind, const ServerOptions& options,
                          const std::string& host_key_algorithms) {
  const bool no = false;
  const std::pair<ssh_bind_options_e, const std::string*> texts[] = {
      {SSH_BIND_OPTIONS_BANNER, &options.banner},
      {SSH_BIND_OPTIONS_KEY_EXCHANGE, &options.key_exchange},
      {SSH_BIND_OPTIONS_CIPHERS_C_S, &options.ciphers},
      {SSH_BIND_OPTIONS_CIPHERS_S_C, &options.ciphers},
      {SSH_BIND_OPTIONS_HMAC_C_S, &options.macs},
      {SSH_BIND_OPTIONS_HMAC_S_C, &options.macs},
      {SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, &host_key_algorithms},
      {SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, &options.public_key_algorithms},
  };
  // Otherwise the first accept reads /etc/ssh/libssh_server_config.
  auto set = Set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no, "refusal of its own configuration");
  for (const auto& [option, text] : texts) {
    if (set) set = Set(bind, option, text->c_str(), "option " + base::Quote(*text));
  }
  return set;
}

}  // namespace

base::Result<ServerSide> ServerSide::Create(const ServerOptions& options,
                                            std::vector<HostKey> host_keys) {
  if (ssh_init() != SSH_OK) return base::Fail(base::Code::kSystem, "libssh does not initialise");
  if (host_keys.empty()) return base::Fail(base::Code::kInvalid, "there is no host key");
  // OpenSSH's client sends eow@openssh.com and no-more-sessions@openssh.com only to a server whose
  // version begins so. Without eow, `ssh HOST yes | head -1` would hang.
  if (!options.banner.starts_with("OpenSSH")) {
    return base::Fail(base::Code::kInvalid, "the banner does not begin with \"OpenSSH\"");
  }
  OwnedBind bind(ssh_bind_new());
  if (bind == nullptr) return base::Fail(base::Code::kSystem, "libssh gives no ssh_bind");
  std::set<std::string> families;
  for (const HostKey& key : host_keys) {
    if (!families.insert(FamilyOf(key.type)).second) {
      return base::Fail(base::Code::kInvalid,
                        "there are two host keys of one kind; a second one is of type " + key.type);
    }
    if (auto added = AddStandIn(bind.get(), key); !added) return base::Fail(added.error());
  }
  if (auto set = SetAll(bind.get(), options, HostKeyAlgorithms(host_keys)); !set) {
    return base::Fail(set.error());
  }
  return ServerSide(options, std::move(host_keys), std::move(bind));
}

void ServerSide::Adopt(const ServerOptions& options) {
  ServerOptions next = options;
  // libssh got these when the ssh_bind was made, and so they hold until a new process makes
  // another.
  next.banner = options_.banner;
  next.key_exchange = options_.key_exchange;
  next.ciphers = options_.ciphers;
  next.macs = options_.macs;
  next.public_key_algorithms = options_.public_key_algorithms;
  options_ = std::move(next);
}

base::Result<OwnedSession> ServerSide::Accept(base::UniqueFd connection) const {
  OwnedSession session(ssh_new());
  if (session == nullptr) return base::Fail(base::Code::kSystem, "libssh gives no session");
  // Only "none": the length of data that is compressed before it is encrypted leaks its content (as
  // in the CRIME attack).
  const char* none = "none";
  bool set = ssh_options_set(session.get(), SSH_OPTIONS_COMPRESSION_C_S, none) == SSH_OK &&
             ssh_options_set(session.get(), SSH_OPTIONS_COMPRESSION_S_C, none) == SSH_OK;
  if (options_.rekey_bytes != 0) {
    set = set &&
          ssh_options_set(session.get(), SSH_OPTIONS_REKEY_DATA, &options_.rekey_bytes) == SSH_OK;
  }
  const auto rekey_seconds = static_cast<std::uint32_t>(options_.rekey_time.count());
  if (rekey_seconds != 0) {
    set = set && ssh_options_set(session.get(), SSH_OPTIONS_REKEY_TIME, &rekey_seconds) == SSH_OK;
  }
  if (!set) return base::Fail(base::Code::kSystem, "libssh refuses an option of the session");
  if (ssh_bind_accept_fd(bind_.get(), session.get(), connection.get()) != SSH_OK) {
    return base::Fail(base::Code::kSystem,
                      std::string("libssh does not accept: ") + ssh_get_error(bind_.get()));
  }
  (void)connection.Release();  // libssh owns it now
  ssh_set_blocking(session.get(), 0);
  return session;
}

std::string ServerSide::PublicKeyOf(ssh_key stand_in) const {
  const std::string type = ssh_key_type_to_char(ssh_key_type(stand_in));
  for (const HostKey& key : host_keys_) {
    if (key.type == type) return key.blob;
  }
  return {};
}

}  // namespace ssh
