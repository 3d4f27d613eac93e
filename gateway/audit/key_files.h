// Where the keys of the chain are kept: ETC/audit_key and, beside it, audit_key.pub; and
// ETC/audit_key.new, a key that the writer is to change to.
//
// Each is PEM; the private ones are their owner's alone.
#ifndef ONEOFF_GATEWAY_AUDIT_KEY_FILES_H_
#define ONEOFF_GATEWAY_AUDIT_KEY_FILES_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/audit/chain_key.h"
#include "gateway/audit/key_source.h"

namespace audit {

// What the names of these files begin with.
inline constexpr std::string_view kKeyFile = "audit_key";

class KeyFiles final : public KeySource {
 public:
  explicit KeyFiles(std::string etc) : etc_(std::move(etc)) {}

  // nullopt: there is none. kDenied if others may read it, or it is neither root's nor this
  // process's user's; kInvalid if it is none.
  base::Result<std::optional<ChainKey>> Current() const override;
  base::Result<std::optional<ChainKey>> Next() const override;
  // The files of these, to be read by another process; none if there is none.
  base::Result<base::UniqueFd> OpenCurrent() const;
  base::Result<base::UniqueFd> OpenNext() const;
  // From audit_key.pub, which anybody may read.
  base::Result<std::optional<PublicKey>> Public() const;

  // Makes a key where there is none; what the key is then called. Durable when it returns.
  // kNotFound if there is the public half of one that is gone.
  base::Result<PublicKey> MakeCurrent() const;
  // Makes the key to change to; the one that waits already, if one does.
  base::Result<PublicKey> MakeNext() const;
  // Puts `next`, which is in audit_key.new, in the place of the current key.
  base::Result<void> Promote(const PublicKey& next) const override;

  // Has audit_key.pub hold `key`.
  base::Result<void> Publish(const PublicKey& key) const override;

  std::string place() const override { return Path(""); }

 private:
  static base::Result<base::UniqueFd> Open(const std::string& path);
  static base::Result<std::optional<ChainKey>> Read(const std::string& path);
  base::Result<void> Write(const std::string& path, const ChainKey& key) const;
  std::string Path(std::string_view end) const {
    return etc_ + "/" + std::string(kKeyFile) + std::string(end);
  }

  std::string etc_;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_KEY_FILES_H_
