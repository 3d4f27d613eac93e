// KnownProcesses: the records that `oneoff exec` has left of an app's processes, and whose word
// each is.
#ifndef ONEOFF_GATEWAY_CLI_KNOWN_PROCESSES_H_
#define ONEOFF_GATEWAY_CLI_KNOWN_PROCESSES_H_

#include <string>
#include <string_view>
#include <vector>

#include "config/paths.h"
#include "gateway/cli/local_app.h"
#include "gateway/run/process_record.h"

namespace cli {

enum class Word { kTrusted, kSelfDeclared, kProc };
std::string_view Name(Word word);

struct KnownProcess {
  run::ProcessRecord record;
  std::string key;  // that its digests are under
  Word word = Word::kTrusted;
};

// Those of the app that live: what root, or whoever runs the gateway, has written; then what the
// app's user has, read as that user. What may not be read is passed over.
std::vector<KnownProcess> FindKnownProcesses(const config::Paths& paths, const LocalApp& app);

// What the next one-off of the app inherits: of the broker, if it is one of a gateway's apps and
// that broker can be asked for; else of this process.
base::Result<run::ChannelDeps> SurroundingsOfOneOffs(const config::Paths& paths,
                                                     const LocalApp& app);

// Where a process of the app that this one becomes is recorded.
base::Result<void> RecordSelf(const config::Paths& paths, const LocalApp& app,
                              const release::ReleaseSnapshot& snapshot,
                              const release::ProcessParts& parts, const std::string& type);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_KNOWN_PROCESSES_H_
