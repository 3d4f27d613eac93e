// Handover: the state that a gateway passes on when it executes itself anew. The process stays the
// same: it keeps its children, its descriptors and the system's monotonic clock.
//
// The state is in a memory file (memfd_create(2)) whose descriptor the command line names. The same
// program writes and reads it, so it has no versions.
//
// Sequence: the Listener collects its state, the executable adds the broker's connection and the
// settings, ExecuteAnew writes the file and executes /proc/self/exe; the new program parses
// `--resume FD`, calls ReadHandover and passes the parts on (Listener::Resume,
// BrokerClient::Resume). A number of a descriptor stays valid, because execve(2) keeps descriptors
// without FD_CLOEXEC.
#ifndef ONEOFF_GATEWAY_FRONT_HANDOVER_H_
#define ONEOFF_GATEWAY_FRONT_HANDOVER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace front {

// A session's process that has not been reaped.
struct HeldSession {
  // A child of this process, so its number is not used again before it is reaped.
  std::int64_t pid = 0;
  std::string host;  // Address
  std::uint16_t port = 0;
  std::string person;      // of its slot; empty: no login yet, or the name is not known
  bool logged_in = false;  // Sessions::Entry, from here on
  bool blameless = false;
  bool failed = false;
  bool refused = false;
  bool overdue = false;
  bool turned_out = false;  // its slot is free already
  int guesses = 0;
  std::int64_t since = 0;  // ms of the monotonic clock
  int words = -1;          // descriptors; -1: it has none
  int client = -1;
  // Sessions::Entry explains these two.
  std::uint64_t before = 0;
  std::uint64_t number = 0;
  int held = -1;                 // as words
  std::uint64_t held_bytes = 0;  // the session's last report
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("pid", self.pid);
    io("host", self.host);
    io("port", self.port);
    io("person", self.person);
    io("logged_in", self.logged_in);
    io("blameless", self.blameless);
    io("failed", self.failed);
    io("refused", self.refused);
    io("overdue", self.overdue);
    io("turned_out", self.turned_out);
    io("guesses", self.guesses);
    io("since", self.since);
    io("words", self.words);
    io("client", self.client);
    io("before", self.before);
    io("number", self.number);
    io("held", self.held);
    io("held_bytes", self.held_bytes);
  }
};

// A source that is refused.
struct HeldPenalty {
  std::string source;    // a network
  std::int64_t end = 0;  // ms of the monotonic clock
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("source", self.source);
    io("end", self.end);
  }
};

// role::ChildLog::Held.
// A child's log lines that are not complete yet.
struct HeldLines {
  int pipe = -1;
  std::string who;
  std::string begun;
  bool cut = false;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("pipe", self.pipe);
    io("who", self.who);
    io("begun", self.begun);
    io("cut", self.cut);
  }
};

struct Handover {
  static constexpr std::string_view kName = "handover";
  std::vector<int> sockets;            // that listen
  int broker = -1;                     // the connection, greeted
  int directory = -1;                  // in which the broker's socket is
  std::vector<std::string> host_keys;  // lines of .pub files
  std::string settings_at_start;       // each a gateway.json
  std::string settings;
  std::vector<HeldSession> sessions;
  std::vector<HeldPenalty> penalties;
  std::vector<HeldLines> lines;
  std::uint64_t crashes = 0;
  std::vector<std::string> sources;  // of the crashes; some of them
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("sockets", self.sockets);
    io("broker", self.broker);
    io("directory", self.directory);
    io("host_keys", self.host_keys);
    io("settings_at_start", self.settings_at_start);
    io("settings", self.settings);
    io("sessions", self.sessions);
    io("penalties", self.penalties);
    io("lines", self.lines);
    io("crashes", self.crashes);
    io("sources", self.sources);
  }
};

// Executes this process's own program anew, with `arguments` and then `--resume FD` as its command
// line. The descriptors that `handover` names stay open. Returns only on failure; then nothing has
// changed.
// Blocks only for the write. On success this image's memory and timers are gone; child processes
// stay children. kSystem if the memory file, fcntl(2) or execve(2) fails.
base::Error ExecuteAnew(const std::vector<std::string>& arguments, const Handover& handover);

// Reads the handover in `fd` and closes it. The descriptors that it names are open, and are CLOEXEC
// again. kInvalid if it is no handover.
// Up to 256 MiB are read: kTooLarge above. kSystem if a descriptor that it names is not open. `fd`
// is trusted: it comes from this program's own command line.
base::Result<Handover> ReadHandover(base::UniqueFd fd);

}  // namespace front

#endif  // ONEOFF_GATEWAY_FRONT_HANDOVER_H_
