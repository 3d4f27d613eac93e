// KeySource: gives a CheckpointSigner the chain's keys, and learns from it which key is in force.
#ifndef ONEOFF_GATEWAY_AUDIT_KEY_SOURCE_H_
#define ONEOFF_GATEWAY_AUDIT_KEY_SOURCE_H_

#include <optional>
#include <string>

#include "base/result.h"
#include "gateway/audit/chain_key.h"

namespace audit {

// KeyFiles reads files; HandedKeys gets descriptors from the broker. A test has keys in memory.
class KeySource {
 public:
  KeySource() = default;
  KeySource(const KeySource&) = default;
  KeySource& operator=(const KeySource&) = default;
  KeySource(KeySource&&) = default;
  KeySource& operator=(KeySource&&) = default;
  virtual ~KeySource() = default;

  // nullopt: there is no key.
  virtual base::Result<std::optional<ChainKey>> Current() const = 0;
  // The key to change to; nullopt: there is none.
  virtual base::Result<std::optional<ChainKey>> Next() const = 0;
  // To be called once the log has changed to `next`, the next key.
  virtual base::Result<void> Promote(const PublicKey& next) const = 0;
  // Publishes the public half of `key`, which is in force.
  virtual base::Result<void> Publish(const PublicKey& key) const = 0;
  // The current key's file, for messages.
  virtual std::string place() const = 0;
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_KEY_SOURCE_H_
