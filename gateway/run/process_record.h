// ProcessRecord: what a process got at its start: release, environment, user, limits. Two of them
// show whether a run gets the same as the app's own process. PROCESSES.md describes the file.
//
// It holds no value of a variable. It holds digests under a key that stays on this host.
#ifndef ONEOFF_GATEWAY_RUN_PROCESS_RECORD_H_
#define ONEOFF_GATEWAY_RUN_PROCESS_RECORD_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "release/process_spec.h"
#include "release/release_snapshot.h"

namespace run {

// A name and what it has: a limit, a namespace, an interpreter's path, a variable's digest.
struct Named {
  std::string name;
  std::string text;
  bool operator==(const Named&) const = default;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("name", self.name);
    io("text", self.text);
  }
};

// What a process inherits from its parent.
struct Surroundings {
  std::vector<Named> limits;      // as in proc(5): "open files", "512:4096" (soft, hard)
  std::vector<Named> namespaces;  // "mnt", "mnt:[4026531841]"
  std::string cgroup;             // lines of proc(5); where the process is, not what it got
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("limits", self.limits);
    io("namespaces", self.namespaces);
    io("cgroup", self.cgroup);
  }
};

// Plain values. Only ProcessRecords writes it to a file; texts in a file that another user wrote
// are that user's.
struct ProcessRecord {
  static constexpr std::string_view kName = "process-record";
  std::string app;
  std::string root;
  std::string type;       // "web"
  std::string release;    // exact id
  std::string directory;  // the release's
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;  // sorted
  std::uint32_t umask = 0;
  Surroundings surroundings;
  std::vector<Named> interpreters;              // release::Interpreter
  std::optional<std::vector<Named>> variables;  // digests; absent if unknown
  std::string key;                              // the name of the digests' key (NameOfKey)
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::string boot;              // the kernel's boot id
  std::uint64_t started_ms = 0;  // milliseconds since 1970
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("app", self.app);
    io("root", self.root);
    io("process_type", self.type);
    io("release", self.release);
    io("directory", self.directory);
    io("uid", self.uid);
    io("gid", self.gid);
    io("groups", self.groups);
    io("umask", self.umask);
    io("surroundings", self.surroundings);
    io("interpreters", self.interpreters);
    io("variables", self.variables);
    io("key", self.key);
    io("pid", self.pid);
    io("start_time", self.start_time);
    io("boot", self.boot);
    io("started_ms", self.started_ms);
  }
};

// Reads what the process `pid` inherited; 0: this process.
// kNotFound if the process has gone or its limits cannot be read. Namespaces that this user may not
// read are left out.
base::Result<Surroundings> SurroundingsOf(pid_t pid);

// Returns the record of a process that gets `parts` and inherits `surroundings`. `key` is the
// digests' key. Leaves out variables of one process alone (TERM, ONEOFF_RUN). In values, the
// release's directory counts as the same for every release. Leaves pid to started_ms empty.
// The limit of open files is the one that the launch would set, within the hard limit.
ProcessRecord Given(const release::App& app, const release::ReleaseSnapshot& snapshot,
                    const release::ProcessParts& parts, Surroundings surroundings,
                    std::string_view key);

// Returns the record of the process `pid` as far as /proc shows it, under the same rules. /proc
// shows the environment that the process began with, unless the process has overwritten it, as Ruby
// and Perl do for their title.
// kNotFound if the process has gone. `directory` is the release's, for the digests; app, release
// and interpreters stay empty, because /proc does not know them. `variables` is absent if /proc
// shows no well-formed environment.
base::Result<ProcessRecord> Observed(pid_t pid, const std::string& directory, std::string_view key);

// Returns the umask of a web process, for the runs of its app; nullopt for another process type.
std::optional<release::FoundUmask> UmaskOfWeb(const ProcessRecord& record);

// Returns a digest that names a key and does not reveal it.
// 16 hexadecimal digits.
std::string NameOfKey(std::string_view key);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PROCESS_RECORD_H_
