// The launcher's notes to a person beside the answer.
#include <fmt/format.h>

#include "gateway/launcher/launcher.h"

namespace launcher {

std::vector<std::string> Launcher::NotesOnFiles() const {
  const installation::NotInForce& missing = deps_.configuration.not_in_force;
  std::vector<std::string> notes;
  if (admission_.person.empty()) return notes;  // the person is not known, or no longer
  if (missing.people.contains(request_.person)) {
    notes.push_back(fmt::format(
        "people/{}.pub is not in force as it stands: {}; tell the gateway's administrator",
        request_.person,
        missing.all ? "the newest configuration has errors" : "a line of it has an error"));
  }
  if (missing.apps.contains(target_.app) && deps_.configuration.policy.MayUse(Who(), target_.app)) {
    notes.push_back(fmt::format(
        "apps/{}.json is not in force as it stands: {}; tell the gateway's administrator",
        target_.app, missing.all ? "the newest configuration has errors" : "it has an error"));
  }
  return notes;
}

}  // namespace launcher
