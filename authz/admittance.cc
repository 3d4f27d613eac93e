#include "authz/admittance.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace authz {
namespace {

constexpr std::size_t kMaxHolder = 60;  // bytes of a key id that names the holder

// [A-Za-z0-9][A-Za-z0-9._@+-]{0,59}: the name appears in logs, tables and audit records, and must
// be safe to print there.
bool IsHolderName(std::string_view id) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !id.empty() && id.size() <= kMaxHolder && alphanumeric(id[0]) &&
         std::all_of(id.begin(), id.end(), [&](char c) {
           return alphanumeric(c) || c == '.' || c == '_' || c == '@' || c == '+' || c == '-';
         });
}

Rejection Rejected(const Certificate& certificate, std::string_view why, bool vouched_for) {
  return {certificate.key.Fingerprint(), "",
          fmt::format("the certificate {}: {}", certificate.Name(), why), vouched_for};
}

tl::unexpected<std::string> NoPerson(std::string_view why) {
  return tl::unexpected<std::string>(std::string(why));
}

Rejection Unreadable(const base::Error& error) { return {"", "", error.message()}; }

}  // namespace

std::variant<Admission, Rejection> Admittance::Probe(std::string_view blob, std::string_view source,
                                                     base::WallTime now) const {
  if (!Certificate::IsOne(blob)) return people_.Probe(blob, source, now);
  const auto certificate = Certificate::Parse(blob);
  if (!certificate) return Unreadable(certificate.error());
  return Judge(*certificate, source, now);
}

std::variant<Admission, Rejection> Admittance::Authenticate(std::string_view blob,
                                                            std::string_view source,
                                                            base::WallTime now,
                                                            const SignatureFacts& facts) const {
  if (!Certificate::IsOne(blob)) return people_.Authenticate(blob, source, now, facts);
  const auto certificate = Certificate::Parse(blob);
  if (!certificate) return Unreadable(certificate.error());
  auto answer = Judge(*certificate, source, now);
  if (!std::holds_alternative<Admission>(answer)) return answer;
  if (certificate->key.hardware() && certificate->touch_required && !facts.user_present) {
    return Rejected(*certificate, "the security key was not touched", true);
  }
  // verify-required: a key that cannot verify its user does not satisfy it.
  if (certificate->verify_required && !(facts.hardware && facts.user_verified)) {
    return Rejected(*certificate, "the key did not verify its user (PIN or finger)", true);
  }
  return answer;
}

std::variant<Admission, Rejection> Admittance::Judge(const Certificate& certificate,
                                                     std::string_view source,
                                                     base::WallTime now) const {
  const auto& authorities = policy_.authorities();
  const auto authority = std::find_if(
      authorities.begin(), authorities.end(),
      [&](const Authority& one) { return one.key.blob() == certificate.authority.blob(); });
  if (authority == authorities.end()) {
    return Rejected(certificate, "its authority is not one of the policy's", false);
  }
  // After the look-up of the authority: a signature is costly to verify, and strangers may send any
  // number.
  if (!certificate.IsSigned()) {
    return Rejected(certificate, "its signature is not its authority's", false);
  }
  if (const std::string why = authority->Objection(certificate, now); !why.empty()) {
    return Rejected(certificate, why, true);
  }
  if (certificate.source_address) {
    const auto address = Address::Parse(source);
    if (!address || !certificate.source_address->Admits(*address)) {
      return Rejected(
          certificate,
          fmt::format("its source-address {} does not admit {}",
                      base::Escape(certificate.source_address->text()), base::Escape(source)),
          true);
    }
  }
  auto admission = Holder(certificate, authority->principals);
  if (!admission) return Rejected(certificate, admission.error(), true);
  admission->fingerprint = certificate.key.Fingerprint();
  admission->certificate = certificate.Name();
  admission->forced_command = certificate.force_command;
  admission->permits_pty = certificate.permits_pty;
  return *std::move(admission);
}

tl::expected<Admission, std::string> Admittance::Holder(const Certificate& certificate,
                                                        Authority::Principals principals) const {
  // An empty list must not mean "any person" (CVE-2024-7594).
  if (certificate.principals.empty()) return NoPerson("it has no principals");
  Admission admission{.person = "", .fingerprint = ""};
  if (principals == Authority::Principals::kPeople) {
    for (const std::string& name : certificate.principals) {
      if (!people_.Has(name) || name == admission.person) continue;
      // The record must name one person.
      if (!admission.person.empty()) return NoPerson("its principals are several people");
      admission.person = name;
    }
    if (admission.person.empty()) return NoPerson("none of its principals is a person's name");
    return admission;
  }
  for (const std::string& name : certificate.principals) {
    if (policy_.HasGroup(name)) admission.groups.push_back(name);
  }
  if (admission.groups.empty()) return NoPerson("none of its principals is a group's name");
  if (!IsHolderName(certificate.key_id)) {
    return NoPerson(
        "its key id is no person's name: a letter or digit, then up to 59 letters, digits and "
        "._@+-");
  }
  admission.person = fmt::format("{}{}", kByCertificate, certificate.key_id);
  return admission;
}

}  // namespace authz
