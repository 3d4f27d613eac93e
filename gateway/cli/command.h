// What the subcommands of `oneoff` share. Each subcommand has a file of its own and adds itself to
// the parser.
#ifndef ONEOFF_GATEWAY_CLI_COMMAND_H_
#define ONEOFF_GATEWAY_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace cli {

// Made by main, and filled by the parser before a subcommand's callback runs.
struct Shared {
  std::string root;  // --root DIR: all files are below DIR; empty: the system's paths
  int status = 0;    // the exit status; a subcommand's callback sets it
};

// Removes the `--` that may stand between the options of `run` and `explain` and the command's
// words. CLI11 passes these words on unchanged, with or without it.
std::vector<std::string> WithoutSeparator(std::vector<std::string> arguments);

// Each adds one subcommand with its options and its callback, which does the work and sets
// Shared::status. `app` and `shared` outlive the parser's run.
void AddServe(CLI::App& app, Shared& shared);
void AddDrain(CLI::App& app, Shared& shared);
void AddRun(CLI::App& app, Shared& shared);
void AddExec(CLI::App& app, Shared& shared);
void AddEnv(CLI::App& app, Shared& shared);
void AddParity(CLI::App& app, Shared& shared);
void AddExplain(CLI::App& app, Shared& shared);
void AddDoctor(CLI::App& app, Shared& shared);
void AddPolicy(CLI::App& app, Shared& shared);
void AddConfig(CLI::App& app, Shared& shared);
void AddAudit(CLI::App& app, Shared& shared);
// Subcommands of `oneoff audit`.
void AddAuditVerify(CLI::App& audit, Shared& shared);
void AddAuditKey(CLI::App& audit, Shared& shared);

}  // namespace cli

#endif  // ONEOFF_GATEWAY_CLI_COMMAND_H_
