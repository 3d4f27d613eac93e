// `oneoff audit key`: makes, shows and rotates the key that signs the audit log.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "config/paths.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/log.h"
#include "gateway/cli/command.h"

namespace cli {
namespace {

constexpr int kFailed = 1;
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kLook{20};

int Complain(const base::Error& error) {
  (void)std::fprintf(stderr, "oneoff: audit: %s\n", error.message().c_str());
  return kFailed;
}

// Blocks until the running writer uses `key`; false if it does not within kPatience.
bool AwaitChange(const audit::KeyFiles& files, const audit::PublicKey& key) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (const auto now = files.Public(); now && *now && **now == key) return true;
    std::this_thread::sleep_for(kLook);
  }
  return false;
}

int Rotate(const config::Paths& paths) {
  const audit::KeyFiles files(paths.etc);
  const auto current = files.Current();
  if (!current) return Complain(current.error());
  if (!*current) {
    return Complain(
        {base::Code::kNotFound, "there is no key to change from; make one: oneoff audit key"});
  }
  const auto next = files.MakeNext();
  if (!next) return Complain(next.error());
  std::printf("%s\n", next->text().c_str());
  if (!audit::Log::IsHeld(paths.audit)) {
    (void)std::fprintf(stderr, "oneoff: the log changes to it when the gateway is next started\n");
    return 0;
  }
  if (AwaitChange(files, *next)) return 0;
  (void)std::fprintf(stderr, "oneoff: the gateway has not changed to it yet; its log says why\n");
  return kFailed;
}

int Show(const config::Paths& paths, bool pem) {
  const audit::KeyFiles files(paths.etc);
  // Every user may read the public half. Only a user who may read the private half makes a key.
  const auto known = files.Public();
  if (!known) return Complain(known.error());
  const auto key = *known ? base::Result<audit::PublicKey>(**known) : files.MakeCurrent();
  if (!key) return Complain(key.error());
  std::printf("%s%s", pem ? key->Pem().c_str() : key->text().c_str(), pem ? "" : "\n");
  return 0;
}

}  // namespace

void AddAuditKey(CLI::App& audit, Shared& shared) {
  CLI::App* const key = audit.add_subcommand(
      "key", "Show the public key that signs the log; make it, if there is none");
  struct Flags {
    bool rotate = false;
    bool pem = false;
  };
  const auto flags = std::make_shared<Flags>();  // owned by the callback, and bound to the options
  key->add_flag("--rotate", flags->rotate, "Make another, and have the gateway change to it");
  key->add_flag("--pem", flags->pem, "Show it as openssl reads it");
  key->footer(
      "The private key is ETC/audit_key. Keep the public one elsewhere, for `oneoff audit verify "
      "--key`.\n\n"
      "Examples:\n"
      "  oneoff audit key\n"
      "  oneoff audit key --rotate");
  key->callback([&shared, flags] {
    const config::Paths paths = config::Paths::Under(shared.root);
    shared.status = flags->rotate ? Rotate(paths) : Show(paths, flags->pem);
  });
}

}  // namespace cli
