// KnownProcesses: the records that `oneoff exec` left of an app's processes, and how far each can
// be trusted.
#ifndef ONEOFF_GATEWAY_CLI_KNOWN_PROCESSES_H_
#define ONEOFF_GATEWAY_CLI_KNOWN_PROCESSES_H_

#include <string>
#include <string_view>
#include <vector>

#include "config/paths.h"
#include "gateway/cli/local_app.h"
#include "gateway/run/process_record.h"

namespace cli {

// kTrusted: root's record, or one of the gateway's user. kSelfDeclared: the app's user says so.
// kProc: read from /proc, without a record.
enum class Word { kTrusted, kSelfDeclared, kProc };
std::string_view Name(Word word);

struct KnownProcess {
  run::ProcessRecord record;
  std::string key;  // the key of its digests
  Word word = Word::kTrusted;
};

// The app's running processes: first from records of root or of the gateway's user, then from
// records of the app's user, read as that user. Skips records that this process may not read.
// The app's user is asked in a process of its own, for 5 seconds at most. Its records are that
// user's claim: what they say about other apps is left out.
std::vector<KnownProcess> FindKnownProcesses(const config::Paths& paths, const LocalApp& app);

// What the app's next one-off inherits: from the broker, if a gateway serves the app and this
// process can see its broker; else from this process.
// kNotFound if that process has ended.
base::Result<run::Surroundings> SurroundingsOfOneOffs(const config::Paths& paths,
                                                      const LocalApp& app);

// Records that this process becomes the app's process `type`.
// Call it just before the process executes the command: the record has this pid.
base::Result<void> RecordSelf(const config::Paths& paths, const LocalApp& app,
                              const release::ReleaseSnapshot& snapshot,
                              const release::ProcessParts& parts, const std::string& type);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_KNOWN_PROCESSES_H_
