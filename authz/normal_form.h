// NormalForm: a command as deny rules match it, so that another spelling of the command does not
// pass them. Only deny rules use it: rules that allow are matched with the words as typed.
//
// A deny rule is a guard rail. Its search prefers to deny a harmless command (`echo rake db:drop`)
// over missing a way to start a program. The rules, with a table: authz/FORMAT.md, "Deny rules".
#ifndef ONEOFF_AUTHZ_NORMAL_FORM_H_
#define ONEOFF_AUTHZ_NORMAL_FORM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/pattern.h"

namespace authz {

// The normal form of a deny rule's pattern.
struct DeniedForm {
  // `words` are the pattern's, without its tail; not empty. For a lone `...` the word `...` itself.
  explicit DeniedForm(const std::vector<std::string>& words);

  std::string program;             // "bin/backup", "/usr/bin/psql"; without "." and ".."
  std::string_view runner;         // the name of the task runner; empty: it is none
  std::vector<std::string> words;  // the words after it
};

class NormalForm {
 public:
  // `words` are a command's; not empty.
  explicit NormalForm(std::vector<std::string> words);

  // Whether a deny rule's pattern matches this command. `form` is the pattern's own normal form.
  // This is not the whole comparison: AskedCommand also compares the words as typed. Takes at most
  // about the product of the command's words and the pattern's.
  bool IsMatchedBy(const config::Pattern& pattern, const DeniedForm& form) const;

  // "rake db:migrate db:drop": the first task runner with its tasks only; without a task runner,
  // the program with all its words. Words are quoted as in base::ShellJoin; the text holds the
  // client's bytes, so escape it before it is printed.
  std::string Text() const;

 private:
  // Where the words name a task runner.
  struct Runner {
    std::string_view name;
    std::size_t first;  // all words behind the first place may be its tasks
    std::size_t last;   // without tasks behind the last place, it may run its default task
  };

  bool RunsTasksOf(const config::Pattern& pattern, const DeniedForm& form) const;
  bool StartsProgramOf(const config::Pattern& pattern, const DeniedForm& form) const;
  bool HasWordFor(std::string_view glob, const Runner& runner) const;
  std::vector<std::string> TasksBehind(std::size_t place, std::string_view runner) const;

  std::vector<std::string> words_;
  std::vector<std::string> paths_;  // each word as a path without "." and ".."
  std::vector<Runner> runners_;     // each name once, by its first place
  std::size_t started_;             // a program may start at 0 and at each word from here on
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_NORMAL_FORM_H_
