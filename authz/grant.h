// Grant: the permission to start one thing, as a value. Whoever wants to start anything must hold
// one.
//
// Only a Policy that has decided for a request can make a Grant; a LocalGrant, which stands for a
// person who works in a checkout of their own without a gateway, is another type, and no supervisor
// takes it.
#ifndef ONEOFF_AUTHZ_GRANT_H_
#define ONEOFF_AUTHZ_GRANT_H_

#include <string>
#include <utility>
#include <vector>

#include "config/record_terms.h"

namespace authz {

class Policy;

class Grant {
 public:
  const std::string& person() const { return person_; }
  const std::string& app() const { return app_; }
  // Every name that the release answered to when the grant was given: its id, and "current" and the
  // like.
  const std::vector<std::string>& releases() const { return releases_; }
  // The name of the rule that allowed it.
  const std::string& rule() const { return rule_; }
  // Whether the text may be given to a shell, and a bare login may have one.
  bool shell() const { return shell_; }
  // The variables that the client may set, by exact name.
  const std::vector<std::string>& accept_env() const { return accept_env_; }
  // What is to be kept of it, beyond what the app says.
  const config::RecordTerms& record() const { return record_; }
  // Whether it may run although it cannot be recorded.
  bool unrecorded() const { return unrecorded_; }

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
  bool unrecorded_ = false;
};

// The permission to watch the runs of one person in one app.
class WatchGrant {
 public:
  const std::string& app() const { return app_; }
  // Whose runs.
  const std::string& person() const { return person_; }
  // The name of the entry of "watchers" that allows it; empty: they are the watcher's own.
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
  // For the checkout at `directory` (absolute), as whoever runs this process.
  static LocalGrant ForCheckout(std::string directory) { return LocalGrant(std::move(directory)); }
  const std::string& directory() const { return directory_; }

 private:
  explicit LocalGrant(std::string directory) : directory_(std::move(directory)) {}

  std::string directory_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_GRANT_H_
