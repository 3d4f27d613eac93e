#include "gateway/launcher/variables_key.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "gateway/audit/keyed_digest.h"

namespace launcher {
namespace {

constexpr std::size_t kMaxKey = 4096;

std::string PathIn(const std::string& lib) { return lib + "/variables_key"; }

}  // namespace

base::Result<void> MakeVariablesKey(const std::string& lib) {
  if (access(PathIn(lib).c_str(), F_OK) == 0) return {};
  const auto key = audit::NewKey();
  if (!key) return base::Fail(key.error());
  // Secret: with the key, a reader of the log could try likely values against the digests.
  return base::ReplaceFile(AT_FDCWD, PathIn(lib), *key, 0600);
}

base::Result<std::string> ReadVariablesKey(const std::string& lib) {
  return base::ReadFile(AT_FDCWD, PathIn(lib), kMaxKey, base::Ownership::kTrusted);
}

}  // namespace launcher
