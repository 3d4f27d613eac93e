// A policy's removals take effect at once, even if the policy has errors elsewhere.
#include <algorithm>
#include <utility>

#include "authz/authority_reader.h"
#include "authz/policy.h"
#include "config/json_document.h"

namespace authz {
namespace {

using config::Node;

// The members of a group; nullopt if one of them cannot be read: then no member is removed.
std::optional<std::vector<std::string>> MembersOf(const Node& group) {
  if (group.kind != Node::Kind::kArray) return std::nullopt;
  std::vector<std::string> members;
  for (const Node& member : group.elements) {
    if (member.kind != Node::Kind::kString) return std::nullopt;
    members.push_back(member.string);
  }
  std::sort(members.begin(), members.end());
  return members;
}

void Revoke(const Authority& from, Authority& authority) {
  authority.revoked_keys.insert(from.revoked_keys.begin(), from.revoked_keys.end());
  authority.revoked_ids.insert(from.revoked_ids.begin(), from.revoked_ids.end());
  authority.revoked_serials.insert(from.revoked_serials.begin(), from.revoked_serials.end());
}

}  // namespace

Policy::Removals Policy::RemovalsOf(const std::string& file, const std::string& text) {
  Removals removals;
  config::Problems problems;  // not used: Parse reports the errors
  const auto document = config::Document::Parse(file, text, problems);
  // Text that is no JSON, such as a half-written file, removes nothing.
  if (!document || config::HasErrors(problems)) return removals;
  if (const Node* const groups = document->root().Find("groups")) {
    for (const config::Member& group : groups->members) {
      if (auto members = MembersOf(group.value)) removals.groups[group.name] = *std::move(members);
    }
  }
  const Node* const list = document->root().Find("authorities");
  if (list != nullptr && list->kind == Node::Kind::kArray) {
    removals.authorities = AuthorityReader(*document, problems).Read(*list);
    removals.all_authorities = !config::HasErrors(problems);
  }
  const Node* const accounts = document->root().Find("unix_users");
  if (accounts != nullptr && accounts->kind == Node::Kind::kObject) {
    removals.unix_users.emplace();
    for (const config::Member& account : accounts->members) {
      removals.unix_users->insert(account.name);
    }
  }
  return removals;
}

void Policy::Narrow(const Removals& removals) {
  for (auto& [name, members] : groups_) {
    const auto newest = removals.groups.find(name);
    if (newest == removals.groups.end()) continue;
    std::erase_if(members, [&](const std::string& member) {
      return !std::binary_search(newest->second.begin(), newest->second.end(), member);
    });
  }
  for (auto authority = authorities_.begin(); authority != authorities_.end();) {
    const auto newest = std::find_if(
        removals.authorities.begin(), removals.authorities.end(),
        [&](const Authority& other) { return other.key.blob() == authority->key.blob(); });
    if (newest != removals.authorities.end()) {
      Revoke(*newest, *authority);
    } else if (removals.all_authorities) {
      authority = authorities_.erase(authority);
      continue;
    }
    ++authority;
  }
  if (removals.unix_users) {
    std::erase_if(unix_users_,
                  [&](const auto& user) { return !removals.unix_users->contains(user.first); });
  }
}

}  // namespace authz
