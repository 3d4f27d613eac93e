// NormalForm: a command as deny rules see it, so that another spelling of a command does not pass
// them. For deny rules alone: what allows is held against the words as they were typed.
//
// What is normalised, with a table: authz/FORMAT.md, "Deny rules".
#ifndef ONEOFF_AUTHZ_NORMAL_FORM_H_
#define ONEOFF_AUTHZ_NORMAL_FORM_H_

#include <string>
#include <string_view>
#include <vector>

#include "config/pattern.h"

namespace authz {

class NormalForm {
 public:
  // Of a command's words, or of a pattern's; not empty.
  explicit NormalForm(const std::vector<std::string>& words);

  // Whether the pattern of a deny rule, whose own normal form is `form`, matches this command.
  bool IsMatchedBy(const config::Pattern& pattern, const NormalForm& form) const;

  // "rake db:migrate db:drop": of a task runner the tasks alone, else the program and all words.
  std::string Text() const;

 private:
  bool IsSameProgram(const NormalForm& pattern) const;
  bool IsSameRunner(const NormalForm& pattern) const;
  bool HasWordFor(std::string_view glob) const;

  std::string program_;             // "rake", "bin/console", "/usr/bin/psql": no "." or ".." in it
  std::string runner_;              // the task runner that it is; empty: none
  std::vector<std::string> words_;  // behind it, without "--" if it is a runner
  std::vector<std::string> tasks_;  // a runner's: no option, no variable, without [arguments]
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_NORMAL_FORM_H_
