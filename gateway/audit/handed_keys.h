// HandedKeys: the chain's keys for a writer whose user may not read the key files. The owner of the
// files opens them and sends the descriptors. The writer answers which key is in force, and the
// owner renames and publishes the files.
//
// The messages on the SEQPACKET pair. To the writer: "current" or "next" with the open file, or
// without a file if there is none; "current!WHY" or "next!WHY" if the key is unusable. From the
// writer: "in_force KEY"; KEY is a public key's text.
#ifndef ONEOFF_GATEWAY_AUDIT_HANDED_KEYS_H_
#define ONEOFF_GATEWAY_AUDIT_HANDED_KEYS_H_

#include <string>

#include "base/unique_fd.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/key_source.h"

namespace audit {

class HandedKeys final : public KeySource {
 public:
  // `line`: the writer's end. `etc` is for messages only.
  HandedKeys(base::UniqueFd line, std::string etc) : line_(std::move(line)), etc_(std::move(etc)) {}

  // Takes the messages that have arrived. Does not wait.
  // A message that is unknown is ignored. When the other end has gone, the keys that it sent stay.
  void Receive();
  // Readable when a message has arrived.
  int fd() const { return line_.get(); }

  base::Result<std::optional<ChainKey>> Current() const override { return Read(current_); }
  base::Result<std::optional<ChainKey>> Next() const override { return Read(next_); }
  base::Result<void> Promote(const PublicKey& next) const override { return Publish(next); }
  base::Result<void> Publish(const PublicKey& key) const override;
  std::string place() const override { return etc_ + "/" + std::string(kKeyFile); }

 private:
  struct Handed {
    base::UniqueFd file;
    std::string failure;
  };
  // kDenied with the sender's reason if it could not open the key.
  base::Result<std::optional<ChainKey>> Read(const Handed& handed) const;

  base::UniqueFd line_;
  std::string etc_;
  Handed current_;
  Handed next_;
};

// For the owner of the files: sends both keys, as they are now, to the writer.
// Does not wait if `line` is non-blocking. A file that cannot be opened is told as unusable.
base::Result<void> HandKeys(int line, const KeyFiles& files);
// For the owner of the files: takes a message of the writer, if there is one, and makes the files
// name the key in force. `none`: the writer has gone, and no message will come.
// kNotFound if the writer names a key that no file has; kInvalid for an unknown message.
base::Result<void> HearOfKeys(int line, const KeyFiles& files, bool& none);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_HANDED_KEYS_H_
