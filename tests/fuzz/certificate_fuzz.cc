// Certificates: any bytes as one, and any statement that a trusted authority has signed. Whatever
// it says, the holder is a person of a file, or has a name that no such person can have.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "authz/admittance.h"
#include "authz/signing_key.h"
#include "authz/ssh_data.h"
#include "tests/fuzz/input.h"

namespace {

using fuzz::Require;

constexpr base::WallTime kNow{std::chrono::seconds(1'800'000'000)};

// What no input changes.
struct World {
  World() {
    config::Problems problems;
    people = authz::People::Load({{"alice", "alice.pub", ""}, {"bob", "bob.pub", ""}}, problems);
    by_people = PolicyOf("people");
    by_groups = PolicyOf("groups");
    Require(people && by_people && by_groups);
  }
  std::optional<authz::Policy> PolicyOf(const std::string& principals) const {
    config::Problems problems;
    return authz::Policy::Parse(
        "policy.json",
        R"({"groups": {"dev": [], "ops": []}, "rules": [], "authorities": [{"principals": ")" +
            principals + R"(", "revoked": ["serial:66", "id:lost"], "key": ")" +
            authority.PublicLine() + "\"}]}",
        {{"alice", "bob"}, {}}, problems);
  }
  authz::SigningKey authority = std::move(*authz::SigningKey::Generate());
  std::optional<authz::People> people;
  std::optional<authz::Policy> by_people;
  std::optional<authz::Policy> by_groups;
};

// An Ed25519 key with `statement` (from the serial number to what is reserved) behind it, signed.
std::string Signed(const World& world, std::string_view statement) {
  authz::DataWriter writer;
  writer.String("ssh-ed25519-cert-v01@openssh.com").String("nonce").String(std::string(32, 'k'));
  writer.Bytes(statement).String(world.authority.PublicBlob());
  const std::string signature = *world.authority.Sign(writer.bytes(), "ssh-ed25519");
  return std::move(writer.String(signature).bytes());
}

void RequireOneLine(std::string_view text) {
  for (const char c : text) Require(static_cast<unsigned char>(c) >= 0x20 && c != '\x7f');
}

std::optional<authz::Admission> Ask(const World& world, const authz::Policy& policy,
                                    const std::string& blob) {
  auto answer = authz::Admittance(*world.people, policy).Authenticate(blob, "192.0.2.7", kNow, {});
  if (const auto* const rejection = std::get_if<authz::Rejection>(&answer)) {
    RequireOneLine(rejection->reason);
    return std::nullopt;
  }
  return std::get<authz::Admission>(std::move(answer));
}

void CheckHolder(const World& world, const std::string& blob) {
  if (const auto admission = Ask(world, *world.by_people, blob)) {
    Require(admission->person == "alice" || admission->person == "bob");
    Require(admission->groups.empty());
    RequireOneLine(admission->certificate);
  }
  if (const auto admission = Ask(world, *world.by_groups, blob)) {
    Require(admission->person.starts_with(authz::kByCertificate) &&
            !authz::IsPersonName(admission->person) && admission->person.size() <= 65);
    for (const auto& group : admission->groups) Require(group == "dev" || group == "ops");
    Require(!admission->groups.empty());
    RequireOneLine(admission->person);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  // Of nobody's authority: read, named, and never let in.
  const auto stranger = authz::Certificate::Parse(bytes);
  if (stranger) {
    Require(authz::Certificate::IsOne(bytes));
    RequireOneLine(stranger->Name());
    (void)stranger->IsSigned();
  }
  Require(!Ask(world, *world.by_people, bytes) && !Ask(world, *world.by_groups, bytes));

  CheckHolder(world, Signed(world, bytes));
  return 0;
}
