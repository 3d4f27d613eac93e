// NormalForm: a command as deny rules match it, so that another spelling of the command does not
// pass them. Only deny rules use it: rules that allow are matched with the words as typed.
//
// The normalisation, with a table: authz/FORMAT.md, "Deny rules".
#ifndef ONEOFF_AUTHZ_NORMAL_FORM_H_
#define ONEOFF_AUTHZ_NORMAL_FORM_H_

#include <string>
#include <string_view>
#include <vector>

#include "config/pattern.h"

namespace authz {

class NormalForm {
 public:
  // `words` are a command's or a pattern's; not empty.
  explicit NormalForm(const std::vector<std::string>& words);

  // Whether a deny rule's pattern matches this command. `form` is the pattern's own normal form.
  bool IsMatchedBy(const config::Pattern& pattern, const NormalForm& form) const;

  // "rake db:migrate db:drop": a task runner with its tasks only; other programs with all their
  // words.
  std::string Text() const;

 private:
  bool IsSameProgram(const NormalForm& pattern) const;
  bool IsSameRunner(const NormalForm& pattern) const;
  bool HasWordFor(std::string_view glob) const;

  std::string program_;             // "rake", "bin/console", "/usr/bin/psql"; without "." and ".."
  std::string runner_;              // the name of the task runner; empty: it is none
  std::vector<std::string> words_;  // the words after it; without "--" for a runner
  std::vector<std::string> tasks_;  // of a runner: without options, variables and [arguments]
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_NORMAL_FORM_H_
