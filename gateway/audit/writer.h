// The audit writer: the only process that writes the log. It serves clients (client.h), and no
// client can block it.
//
// It reads no byte from the network, starts no process and opens only files in the log's directory,
// and the signing keys if it may read them. SOCKETS.md describes its packets.
#ifndef ONEOFF_GATEWAY_AUDIT_WRITER_H_
#define ONEOFF_GATEWAY_AUDIT_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/unique_fd.h"
#include "gateway/audit/checkpoint_signer.h"
#include "gateway/audit/copy.h"
#include "gateway/audit/handed_keys.h"
#include "gateway/audit/log.h"

namespace audit {

inline constexpr std::size_t kMaxClients = 2000;

struct WriterOptions {
  std::string directory;  // of the log
  int folder = -1;        // the same, open; the caller keeps it; -1: open `directory`
  std::string host;       // the host's name in records
  std::string etc;        // folder of the keys; empty: the chain is not signed
  // The file of the log's head (head.h), outside `directory`; empty: none.
  std::string head;
  int head_file = -1;  // the same, open; the caller keeps it; -1: open `head`
  CheckpointBounds seal;
  // Bytes on the log's volume that are left to the ends of runs and to events that a client waits
  // for; at most a sixteenth of the volume.
  std::uint64_t reserve = 0;
  // Bytes of starts that one person may have written in an hour, and at once; at most a sixteenth
  // of the volume, or 1 MiB if that is more. 0: no limit.
  std::uint64_t per_person = 0;
  CopyPaths copies;
  base::Log log = [](base::Level, const std::string&) {};
};

// The body of the writer's process, which the broker forks. Returns its exit status: 0, or 1 if
// events were lost at its end.
//
// `control`: a SEQPACKET socket over which the broker and its children introduce clients
// (Introduce). When no other process has its other end open, the writer writes what its clients
// have sent, answers, unlocks the log and returns; a successor waits for that. A supervisor that
// outlives the broker finds its connection closed and leaves the run's end in the run's file. So
// each child of the broker that outlives it must close its copy of the control socket, and the
// writer's process must not hold the other end.
//
// If the log cannot be opened or written, or the key is unusable, waiting clients get the error,
// and the writer tries again with the next event. It ignores SIGINT, SIGTERM and SIGHUP, because
// only the end of the control socket ends it.
// It waits up to ten seconds for the lock of a predecessor. A client that sends what is no request,
// or does not read its answers, is dropped; the others are served in turns of 64 packets.
int RunWriter(base::UniqueFd control, const WriterOptions& options);
// The same for a writer whose user may not read the key files. WriterOptions::etc is not read.
int RunWriter(base::UniqueFd control, const WriterOptions& options,
              std::unique_ptr<HandedKeys> keys);
// For tests: with another clock and disk.
int RunWriter(base::UniqueFd control, const WriterOptions& options, const base::Clock& clock,
              const Disk& disk);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_WRITER_H_
