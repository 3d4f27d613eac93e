// Grant: the permission to start one command, as a value. Code that starts a command must hold one.
//
// Only a Policy makes a Grant, when it has decided a request. A LocalGrant is for a person who
// works in their own checkout without a gateway. It is another type, which no supervisor accepts.
//
// A Grant says what was decided when it was made. It does not change with the policy, has no
// expiry, and can be copied. It is not a description of the process: see release::ProcessSpec.
#ifndef ONEOFF_AUTHZ_GRANT_H_
#define ONEOFF_AUTHZ_GRANT_H_

#include <string>
#include <utility>
#include <vector>

#include "config/on_disconnect.h"
#include "config/record_terms.h"

namespace authz {

class Policy;

class Grant {
 public:
  // A person of a file or of unix_users, or kByCertificate and a certificate's key id.
  const std::string& person() const { return person_; }
  const std::string& app() const { return app_; }
  // Every name that the release had when the grant was made: its id, and "current" and others.
  const std::vector<std::string>& releases() const { return releases_; }
  // The rule that allowed it.
  const std::string& rule() const { return rule_; }
  // Whether a shell may run the text, and a bare login may get one.
  bool shell() const { return shell_; }
  // The variables that the client may set, as the rule names them: NAME, or NAME=VALUE for this
  // value alone (config::AcceptsVariable).
  const std::vector<std::string>& accept_env() const { return accept_env_; }
  // Whether a client's variable may hold no `$`: the command may run make, which would expand it.
  bool plain_values() const { return plain_values_; }
  // What to record, in addition to the app's own settings.
  const config::RecordTerms& record() const { return record_; }
  // What happens when the client has gone, ahead of what the app's file says.
  const config::OnDisconnect& on_disconnect() const { return on_disconnect_; }
  // Whether the run may start although it cannot be recorded.
  bool unrecorded() const { return unrecorded_; }
  // Whether it has to be walled off from the app's other runs.
  bool private_run() const { return private_run_; }

 private:
  friend class Policy;
  Grant(std::string person, std::string app, std::vector<std::string> releases, std::string rule)
      : person_(std::move(person)),
        app_(std::move(app)),
        releases_(std::move(releases)),
        rule_(std::move(rule)) {}

  std::string person_;
  std::string app_;
  std::vector<std::string> releases_;
  std::string rule_;
  bool shell_ = false;
  std::vector<std::string> accept_env_;
  config::RecordTerms record_;
  config::OnDisconnect on_disconnect_;
  bool unrecorded_ = false;
  bool private_run_ = false;
  bool plain_values_ = false;
};

// The permission to watch the runs of one person in one app.
class WatchGrant {
 public:
  const std::string& app() const { return app_; }
  // The person whose runs may be watched.
  const std::string& person() const { return person_; }
  // The entry of "watchers" that allows it. Empty: no entry does, and the runs are the watcher's
  // own.
  const std::string& rule() const { return rule_; }

 private:
  friend class Policy;
  WatchGrant(std::string app, std::string person, std::string rule)
      : app_(std::move(app)), person_(std::move(person)), rule_(std::move(rule)) {}

  std::string app_;
  std::string person_;
  std::string rule_;
};

class LocalGrant {
 public:
  // For the checkout at `directory` (absolute), as the user of this process.
  static LocalGrant ForCheckout(std::string directory) { return LocalGrant(std::move(directory)); }
  const std::string& directory() const { return directory_; }

 private:
  explicit LocalGrant(std::string directory) : directory_(std::move(directory)) {}

  std::string directory_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_GRANT_H_
