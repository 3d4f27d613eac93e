#include "authz/certificate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {
namespace {

constexpr std::uint32_t kUserType = 1;  // SSH_CERT_TYPE_USER
constexpr std::uint32_t kHostType = 2;
constexpr std::string_view kSuffix = "-cert-v01@openssh.com";
constexpr std::string_view kVendor = "@openssh.com";

struct Shape {
  std::string_view type;
  std::string_view plain;  // the type of the certified key
  int fields;              // number of strings after the type that make up the key
};
constexpr std::array<Shape, 7> kShapes = {{
    {"ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519", 1},
    {"ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp256", 2},
    {"ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp384", 2},
    {"ecdsa-sha2-nistp521-cert-v01@openssh.com", "ecdsa-sha2-nistp521", 2},
    {"ssh-rsa-cert-v01@openssh.com", "ssh-rsa", 2},
    {"sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com", 2},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", 3},
}};

tl::unexpected<base::Error> Malformed(std::string_view why) {
  return base::Fail(base::Code::kInvalid, fmt::format("malformed certificate: {}", why));
}

// The certified key in wire format, without the certificate. `reader` is at the first byte after
// the nonce.
std::string KeyBlob(const Shape& shape, DataReader& reader) {
  DataWriter key;
  key.String(shape.plain);
  for (int i = 0; i < shape.fields; ++i) key.String(reader.String());
  return std::move(key.bytes());
}

struct Option {
  std::string name;
  std::string data;
};

// Names must be in ascending order (PROTOCOL.certkeys), so no name can be repeated.
base::Result<std::vector<Option>> ParseOptions(std::string_view bytes, std::string_view what) {
  std::vector<Option> options;
  for (DataReader reader(bytes); !reader.Finished();) {
    Option option{std::string(reader.String()), std::string(reader.String())};
    if (!reader.ok()) return Malformed(fmt::format("its {} are cut short", what));
    if (option.name.empty() || (!options.empty() && option.name <= options.back().name)) {
      return Malformed(fmt::format("its {} are out of order", what));
    }
    options.push_back(std::move(option));
    if (options.size() > kMaxOptions) {
      return Malformed(fmt::format("more than {} {}", kMaxOptions, what));
    }
  }
  return options;
}

base::Result<std::vector<std::string>> ParsePrincipals(std::string_view bytes) {
  std::vector<std::string> principals;
  for (DataReader reader(bytes); !reader.Finished();) {
    principals.emplace_back(reader.String());
    if (!reader.ok()) return Malformed("its principals are cut short");
    if (principals.back().empty()) return Malformed("an empty principal");
    if (principals.size() > kMaxPrincipals) {
      return Malformed(fmt::format("more than {} principals", kMaxPrincipals));
    }
  }
  return principals;
}

// The data of a critical option holds one string: returns it. Empty if it is missing or empty.
std::string_view ValueOf(const Option& option) {
  DataReader reader(option.data);
  const std::string_view value = reader.String();
  return reader.Finished() ? value : std::string_view();
}

// Why the option is refused; empty if it is accepted. An unknown critical option must be refused
// (PROTOCOL.certkeys).
std::string ApplyCritical(const Option& option, Certificate& certificate) {
  const std::string_view value = ValueOf(option);
  if (option.name == "force-command") {
    if (value.empty()) return "its force-command is empty or malformed";
    certificate.force_command = std::string(value);
  } else if (option.name == "source-address") {
    // OpenSSH accepts only addresses and networks here, no other AddressList patterns.
    const bool plain = !value.empty() && value.find_first_of("!*?") == std::string_view::npos;
    auto list = AddressList::Parse(value);
    if (!plain || !list) {
      return fmt::format("its source-address is {}, which is no list of addresses and networks",
                         base::Quote(value, 100));
    }
    certificate.source_address = *std::move(list);
  } else if (option.name == "verify-required") {
    if (!option.data.empty()) return "its verify-required is malformed";
    certificate.verify_required = true;
  } else {
    return fmt::format("its critical option {} is not known here", base::Quote(option.name, 64));
  }
  return {};
}

base::Result<void> ReadOptions(std::string_view critical, std::string_view extensions,
                               Certificate& certificate) {
  const auto must = ParseOptions(critical, "critical options");
  if (!must) return tl::unexpected(must.error());
  const auto may = ParseOptions(extensions, "extensions");
  if (!may) return tl::unexpected(may.error());
  for (const Option& option : *must) {
    std::string fault = ApplyCritical(option, certificate);
    if (certificate.fault.empty()) certificate.fault = std::move(fault);
  }
  for (const Option& option : *may) {
    // Unknown extensions are ignored, unlike critical options (PROTOCOL.certkeys).
    if (option.name == "no-touch-required") certificate.touch_required = false;
    if (option.name == "permit-pty") certificate.permits_pty = true;
  }
  return {};
}

// The fields behind the type (PROTOCOL.certkeys). The views point into the certificate.
struct Fields {
  std::string key_blob;
  std::uint64_t serial = 0;
  std::uint32_t kind = 0;
  std::string_view key_id;
  std::string_view principals;
  std::uint64_t valid_after = 0;
  std::uint64_t valid_before = 0;
  std::string_view critical;
  std::string_view extensions;
  std::string_view authority_blob;
  std::string_view signed_bytes;  // all that stands before the signature
  std::string_view signature;
};

base::Result<Fields> ReadFields(const Shape& shape, DataReader& reader, std::string_view blob) {
  Fields fields;
  (void)reader.String();  // nonce
  fields.key_blob = KeyBlob(shape, reader);
  fields.serial = reader.Uint64();
  fields.kind = reader.Uint32();
  fields.key_id = reader.String();
  fields.principals = reader.String();
  fields.valid_after = reader.Uint64();
  fields.valid_before = reader.Uint64();
  fields.critical = reader.String();
  fields.extensions = reader.String();
  (void)reader.String();  // reserved
  fields.authority_blob = reader.String();
  fields.signed_bytes = blob.substr(0, blob.size() - reader.rest().size());
  fields.signature = reader.String();
  if (!reader.ok()) return Malformed("it is cut short");
  if (!reader.Finished()) return Malformed("something follows it");
  if (fields.kind != kUserType && fields.kind != kHostType) return Malformed("its type");
  return fields;
}

}  // namespace

bool Certificate::IsOne(std::string_view blob) {
  const std::string_view type = DataReader(blob).String();
  return std::any_of(kShapes.begin(), kShapes.end(),
                     [type](const Shape& shape) { return shape.type == type; });
}

base::Result<Certificate> Certificate::Parse(std::string_view blob) {
  if (blob.size() > kMaxCertificate) return Malformed("it is too long");
  DataReader reader(blob);
  const std::string_view type = reader.String();
  const auto* const shape = std::find_if(kShapes.begin(), kShapes.end(),
                                         [type](const Shape& one) { return one.type == type; });
  if (!reader.ok()) return Malformed("it is cut short");
  if (shape == kShapes.end()) {
    return base::Fail(base::Code::kInvalid, fmt::format("certificates of type {} are not supported",
                                                        base::Quote(type, 64)));
  }
  const auto fields = ReadFields(*shape, reader, blob);
  if (!fields) return tl::unexpected(fields.error());

  auto key = PublicKey::Parse(fields->key_blob);
  if (!key) return tl::unexpected(std::move(key.error()).Context("certificate"));
  auto authority = PublicKey::Parse(fields->authority_blob);
  if (!authority) return tl::unexpected(std::move(authority.error()).Context("its authority"));
  auto names = ParsePrincipals(fields->principals);
  if (!names) return tl::unexpected(std::move(names.error()));
  Certificate certificate{.key = *std::move(key),
                          .authority = *std::move(authority),
                          .serial = fields->serial,
                          .kind = fields->kind == kUserType ? Kind::kUser : Kind::kHost,
                          .key_id = std::string(fields->key_id),
                          .principals = *std::move(names),
                          .valid_after = fields->valid_after,
                          .valid_before = fields->valid_before,
                          .force_command = {},
                          .source_address = {},
                          .fault = {},
                          .signed_bytes = std::string(fields->signed_bytes),
                          .signature = std::string(fields->signature)};
  if (auto read = ReadOptions(fields->critical, fields->extensions, certificate); !read) {
    return tl::unexpected(std::move(read.error()));
  }
  return certificate;
}

bool Certificate::IsSigned() const {
  const auto facts = authority.Verify(signature, signed_bytes);
  return facts && (!facts->hardware || facts->user_present);
}

std::string Certificate::Name() const {
  return fmt::format("ID {} (serial {}) CA {}", base::Quote(key_id, 100), serial,
                     authority.Fingerprint());
}

std::optional<std::string> PlainAlgorithm(std::string_view algorithm) {
  if (!algorithm.ends_with(kSuffix)) return std::nullopt;
  algorithm.remove_suffix(kSuffix.size());
  const bool hardware = algorithm.starts_with("sk-");
  return fmt::format("{}{}", algorithm, hardware ? kVendor : "");
}

}  // namespace authz
