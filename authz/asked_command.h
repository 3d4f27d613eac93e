// AskedCommand: a request's command in every form that rules are matched with, built once per
// request.
//
// A rule that allows is compared with the words as typed and as a name stands for them; one that
// denies also with the normal forms. The person, the app and the release are Policy's part.
#ifndef ONEOFF_AUTHZ_ASKED_COMMAND_H_
#define ONEOFF_AUTHZ_ASKED_COMMAND_H_

#include <string>
#include <vector>

#include "authz/decision.h"
#include "authz/normal_form.h"
#include "config/pattern.h"

namespace authz {

struct Rule;

enum class Matching {
  kExact,   // authz/FORMAT.md, "Matching"
  kBefore,  // before wildcards were confined to folders; only for `oneoff policy check`
};

class AskedCommand {
 public:
  // `request` must outlive this object.
  explicit AskedCommand(const Request& request, Matching matching = Matching::kExact);

  const Request& request() const { return request_; }
  // Whether the command may run make, which expands a `$` in each variable of its environment.
  bool MayRunMake() const { return variables_ == config::VariableWords::kMake; }
  // Whether one of the rule's patterns matches. Only `...` matches a shell. With Matching::kBefore
  // both kinds of rules are compared by the old wildcards.
  bool IsMatchedBy(const Rule& rule) const;
  // Whether a rule that allows might match if the first word stood for other words, with the
  // further words behind them. Returns true if in doubt.
  bool MayBeAllowedByName(const Rule& rule) const;
  // The normal forms of the typed words and of the words behind their name, if they differ from the
  // typed words. At most two; not safe to print.
  std::vector<std::string> NormalForms() const;

 private:
  bool IsAllowedBy(const Rule& rule) const;
  bool IsDeniedBy(const Rule& rule) const;
  bool MayEndWith(const config::Pattern& pattern, std::size_t count) const;

  const Request& request_;
  Matching matching_;
  config::CommandForms forms_;
  config::VariableWords variables_ = config::VariableWords::kNone;
  std::vector<NormalForm> normal_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_ASKED_COMMAND_H_
