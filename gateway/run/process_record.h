// ProcessRecord: what a process was given when it began: its release, environment, user, limits.
// Two of them tell whether a one-off finds what the app's own process found. FORMAT.md in this
// folder.
//
// It holds no value of a variable, only digests under a key that stays on this host.
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

// What a process inherits of the one that starts it.
struct ChannelDeps {
  std::vector<Named> limits;      // proc(5)'s: "open files", "512:4096" (soft, hard)
  std::vector<Named> namespaces;  // "mnt", "mnt:[4026531841]"
  std::string cgroup;             // lines of proc(5)'s; where it is, not what it was given
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("limits", self.limits);
    io("namespaces", self.namespaces);
    io("cgroup", self.cgroup);
  }
};

struct ProcessRecord {
  static constexpr std::string_view kName = "process-record";
  std::string app;
  std::string root;
  std::string type;       // "web"
  std::string release;    // its exact id
  std::string directory;  // the release's
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> groups;  // sorted
  std::uint32_t umask = 0;
  ChannelDeps surroundings;
  std::vector<Named> interpreters;              // release::Interpreter
  std::optional<std::vector<Named>> variables;  // digests; absent: nobody can tell
  std::string key;                              // which one they are under: a digest of it
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::string boot;              // the kernel's boot id
  std::uint64_t started_ms = 0;  // since 1970
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

// What the process `pid` has; 0: this one.
base::Result<ChannelDeps> SurroundingsOf(pid_t pid);

// What a process of these parts is given by one in `surroundings`, with its variables' digests
// under `key`. Variables of one process alone (TERM, ONEOFF_RUN) are left out, and the release's
// directory counts as the same in every release. pid to started_ms stay empty.
ProcessRecord Given(const release::App& app, const release::ReleaseSnapshot& snapshot,
                    const release::ProcessParts& parts, ChannelDeps surroundings,
                    std::string_view key);

// As far as /proc tells what the process `pid` has, under the same rules; its environment is what
// it began with, unless it has written over that, as Ruby and Perl do with their title.
base::Result<ProcessRecord> Observed(pid_t pid, const std::string& directory, std::string_view key);

// The umask of a web process, for its app's one-offs; nullopt for another type.
std::optional<release::FoundUmask> UmaskOfWeb(const ProcessRecord& record);

// Names a key without telling it.
std::string NameOfKey(std::string_view key);

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_PROCESS_RECORD_H_
