// RunStart: starts a granted command as a run, and becomes the run's supervisor. A run starts only
// once it counts towards the limits, is on the record and is listed.
#ifndef ONEOFF_GATEWAY_LAUNCHER_RUN_START_H_
#define ONEOFF_GATEWAY_LAUNCHER_RUN_START_H_

#include <optional>
#include <string>

#include "authz/grant.h"
#include "base/child.h"
#include "gateway/launcher/asked.h"
#include "gateway/launcher/disconnect_terms.h"
#include "gateway/launcher/private_space.h"
#include "gateway/launcher/run_endpoints.h"
#include "gateway/launcher/understood.h"
#include "gateway/record/writer.h"
#include "gateway/run/output_log.h"
#include "gateway/run/registry.h"
#include "release/process_spec.h"

namespace launcher {

class RunStart {
 public:
  // The caller owns `asked`, `understood` and `grant`; they outlive this.
  RunStart(Asked& asked, Understood& understood, const authz::Grant& grant)
      : asked_(asked), understood_(understood), grant_(grant) {}

  // Starts the run and supervises it until no process of it is left, or answers why it did not
  // start. Returns the exit status of this process.
  int Start();

 private:
  // A run that counts towards the limits, is in the audit log and is listed.
  struct Admitted {
    run::Entry entry;
    std::optional<record::Writer> recording;
    std::string unrecorded;  // why there is no recording
    bool may_go_on_unrecorded = false;
    base::UniqueFd signals;  // for the supervisor
  };

  base::Result<run::RunRecord> MakeRecord(const release::ProcessParts& parts) const;
  release::Outcome<Admitted> Admit(const run::RunRecord& record, const release::ProcessSpec& spec);
  release::Outcome<void> RecordStart(const run::RunRecord& record, const release::ProcessSpec& spec,
                                     const std::string& unrecorded);
  base::Result<record::Writer> MakeRecording(const run::RunRecord& record,
                                             const release::ProcessSpec& spec) const;
  // Undoes what Admit has made so far.
  void Withdraw(const std::string& run) const;
  void PostNotStarted(const run::RunRecord& record);
  // Makes the walls of a private run; an empty space for any other.
  release::Outcome<PrivateSpace> MakeSpace(const release::ProcessParts& parts) const;
  // Tells the person about the run, ahead of its output. `unrecorded`: as in Admitted.
  void Greet(RunEndpoints& endpoints, const release::ProcessSpec& spec,
             const std::string& unrecorded) const;
  std::string Greeting(const release::ProcessParts& parts) const;
  std::optional<run::OutputLog> MakeOutput(const release::ProcessParts& parts,
                                           const DisconnectTerms& terms) const;
  // Tells the session of the run: sends its descriptors, or, of a detached run, its id.
  void TellStarted(const RunEndpoints& endpoints, const release::ProcessParts& parts);
  // TellStarted, then supervises the run to its end.
  int Supervise(RunEndpoints& endpoints, PrivateSpace space, base::Child command, Admitted admitted,
                const release::ProcessParts& parts);

  Asked& asked_;
  Understood& understood_;
  const authz::Grant& grant_;
};

}  // namespace launcher

#endif  // ONEOFF_GATEWAY_LAUNCHER_RUN_START_H_
