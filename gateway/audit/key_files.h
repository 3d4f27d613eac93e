// The files of the chain's keys: ETC/audit_key, its public half audit_key.pub, and
// ETC/audit_key.new, a key that the writer must change to.
//
// All are PEM. Only their owner may read the private ones.
//
// The broker and `oneoff audit key` use it as root. In development mode the writer does, as the one
// user. A file has at most 4 KiB.
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

// The names of these files begin with this.
inline constexpr std::string_view kKeyFile = "audit_key";

class KeyFiles final : public KeySource {
 public:
  explicit KeyFiles(std::string etc) : etc_(std::move(etc)) {}

  // nullopt if there is no key. kDenied if others may read the file, or neither root nor this
  // process's user owns it; kInvalid if it is not a key.
  base::Result<std::optional<ChainKey>> Current() const override;
  base::Result<std::optional<ChainKey>> Next() const override;
  // Opens the files for another process; invalid if there is no file.
  base::Result<base::UniqueFd> OpenCurrent() const;
  base::Result<base::UniqueFd> OpenNext() const;
  // Reads audit_key.pub, which every user may read.
  base::Result<std::optional<PublicKey>> Public() const;

  // Makes a key if there is none. Returns its public half once it is durable. kNotFound if
  // audit_key.pub exists and its private key is missing.
  base::Result<PublicKey> MakeCurrent() const;
  // Makes audit_key.new; returns the existing one if there is one.
  base::Result<PublicKey> MakeNext() const;
  // Replaces the current key by `next`, which is in audit_key.new.
  // By rename(2), which deletes the old private key. Made durable with the public half.
  base::Result<void> Promote(const PublicKey& next) const override;

  // Writes `key` to audit_key.pub.
  // Does nothing if the file says so already.
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
