// KeySource: where a CheckpointSigner has the chain's keys from, and what it tells which one is in
// force.
#ifndef ONEOFF_GATEWAY_AUDIT_KEY_SOURCE_H_
#define ONEOFF_GATEWAY_AUDIT_KEY_SOURCE_H_

#include <optional>
#include <string>

#include "base/result.h"
#include "gateway/audit/chain_key.h"

namespace audit {

class KeySource {
 public:
  KeySource() = default;
  KeySource(const KeySource&) = default;
  KeySource& operator=(const KeySource&) = default;
  KeySource(KeySource&&) = default;
  KeySource& operator=(KeySource&&) = default;
  virtual ~KeySource() = default;

  // nullopt: there is none.
  virtual base::Result<std::optional<ChainKey>> Current() const = 0;
  // What the key is to be changed to.
  virtual base::Result<std::optional<ChainKey>> Next() const = 0;
  // `next`, which is the next key, has taken the place of the current one in the log.
  virtual base::Result<void> Promote(const PublicKey& next) const = 0;
  // `key` is in force: its public half is to be where everybody finds it.
  virtual base::Result<void> Publish(const PublicKey& key) const = 0;
  // The file of the current key, for messages.
  virtual std::string place() const = 0;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_KEY_SOURCE_H_
