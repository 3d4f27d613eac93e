// HandedKeys: the chain's keys in a writer whose user may not read their files. The process that
// owns those opens them, and hands the descriptors on; the writer tells it which key is in force,
// and it has the files say so.
//
// Over a SEQPACKET pair. To the writer: "current" or "next" with the open file; without one there
// is none; or "current!WHY", "next!WHY" if it is not usable. From the writer: "in_force KEY", a
// public key's text.
#ifndef ONEOFF_GATEWAY_AUDIT_HANDED_KEYS_H_
#define ONEOFF_GATEWAY_AUDIT_HANDED_KEYS_H_

#include <string>

#include "base/unique_fd.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/key_source.h"

namespace audit {

class HandedKeys final : public KeySource {
 public:
  // `line`: the writer's end. `etc` is only named.
  HandedKeys(base::UniqueFd line, std::string etc) : line_(std::move(line)), etc_(std::move(etc)) {}

  // Takes what has come; waits for nothing.
  void Receive();
  // Readable when something has come.
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
  base::Result<std::optional<ChainKey>> Read(const Handed& handed) const;

  base::UniqueFd line_;
  std::string etc_;
  Handed current_;
  Handed next_;
};

// For the owner of the files: hands both keys, as they are now, to the writer at the other end of
// `line`.
base::Result<void> HandKeys(int line, const KeyFiles& files);
// Takes one word of the writer's, if there is one, and has the files say which key is in force.
// `none`: the writer is gone, and nothing more will come.
base::Result<void> HearOfKeys(int line, const KeyFiles& files, bool& none);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_HANDED_KEYS_H_
