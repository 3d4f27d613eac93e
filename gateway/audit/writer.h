// The audit writer: the one process that writes the log. It serves clients (client.h), and nobody
// can block it.
//
// It reads no network byte, starts nothing, and opens only what is in the log's directory; and the
// keys that sign it, where it has the right to. SOCKETS.md describes its packets.
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
  int folder = -1;        // the same, open, and the caller's; -1: it is opened by its path
  std::string host;       // what its records name
  std::string etc;        // where the keys are; empty: the chain is not signed
  // The file that keeps the log's head (head.h), outside of `directory`; empty: there is none.
  std::string head;
  int head_file = -1;  // the same, open, and the caller's; -1: it is opened by its path
  CheckpointBounds seal;
  // Room on the log's volume that is left to the ends of runs and to what somebody waits for; at
  // most a sixteenth of the volume. Bytes.
  std::uint64_t reserve = 0;
  CopyPaths copies;
  base::Log log = [](base::Level, const std::string&) {};
};

// The body of the writer's process, forked by the broker. Returns its exit status: 0, or 1 if
// events were lost at its end.
//
// `control`: a SEQPACKET socket over which the broker and its children introduce clients
// (Introduce). When its last other holder is gone, the writer takes up what its clients have
// already sent, answers, lets go of the log and returns: a successor waits for that. A supervisor
// that outlives the broker finds its client closed and leaves its run's end in the run's folder. So
// every child of the broker that is to outlive it closes its copy of the control socket, and the
// writer's process must not hold the other end.
//
// A log that cannot be opened or written, or whose key is not usable, is told to those who wait,
// and tried again with the next event. SIGINT, SIGTERM and SIGHUP are ignored: the end of the
// control socket is the only sign to stop.
int RunWriter(base::UniqueFd control, const WriterOptions& options);
// The same for a writer whose user may not read the keys' files: WriterOptions::etc is not read.
int RunWriter(base::UniqueFd control, const WriterOptions& options,
              std::unique_ptr<HandedKeys> keys);
// With another clock and disk, for tests.
int RunWriter(base::UniqueFd control, const WriterOptions& options, const base::Clock& clock,
              const Disk& disk);

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_WRITER_H_
