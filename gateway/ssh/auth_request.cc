#include "gateway/ssh/auth_request.h"

#include <algorithm>

#include "base/text.h"
#include "gateway/ssh/field_reader.h"

namespace ssh {
namespace {

bool IsIn(std::string_view list, std::string_view name) {
  const auto names = base::Split(list, ',');
  return !name.empty() && std::find(names.begin(), names.end(), name) != names.end();
}

// A signature blob begins with the name of its own algorithm (RFC 4253 6.6). A check of the
// request's field alone would let a client sign with ssh-rsa (SHA-1) under another name.
bool SignatureIsIn(std::string_view algorithms, std::string_view signature) {
  const auto algorithm = FieldReader(signature).String();
  return algorithm && IsIn(algorithms, *algorithm);
}

}  // namespace

std::optional<PublicKeyRequest> ParsePublicKeyRequest(std::string_view fields,
                                                      std::string_view algorithms) {
  FieldReader reader(fields);
  const auto user = reader.String();
  const auto service = reader.String();
  const auto method = reader.String();
  const auto is_signed = reader.Boolean();
  const auto algorithm = reader.String();
  const auto key = reader.String();
  // FieldReader reads nothing behind a field that is cut, so `key` speaks for the fields before it.
  // The only service here is the connection protocol (RFC 4252 5).
  if (!key || *service != "ssh-connection" || *method != "publickey") return std::nullopt;
  // libssh hands the user name on as a C string. With a NUL in it, the checked name and the signed
  // name would differ.
  if (user->size() > kMaxUserName || user->find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  if (key->size() > kMaxPublicKey || !IsIn(algorithms, *algorithm)) return std::nullopt;
  PublicKeyRequest request{std::string(*user), std::string(*algorithm), std::string(*key), {}};
  if (*is_signed) {
    const auto signature = reader.String();
    if (!signature || signature->size() > kMaxSignature) return std::nullopt;
    if (!SignatureIsIn(algorithms, *signature)) return std::nullopt;
    request.signature = std::string(*signature);
  }
  // libssh parses the same packet again. Bytes that this parser does not read could have a meaning
  // there.
  if (!reader.at_end()) return std::nullopt;
  return request;
}

}  // namespace ssh
