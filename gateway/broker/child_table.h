// ChildTable: the broker's children by what they are. It reaps none: the broker calls waitpid(2),
// because orphans of lost supervisors are its children, too.
#ifndef ONEOFF_GATEWAY_BROKER_CHILD_TABLE_H_
#define ONEOFF_GATEWAY_BROKER_CHILD_TABLE_H_

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>

#include "base/child.h"
#include "base/log.h"

namespace broker {

// A launcher becomes its run's supervisor.
enum class ChildKind { kMonitor, kLocalMonitor, kLauncher, kArchivist };

class ChildTable {
 public:
  // `log` outlives this.
  explicit ChildTable(const base::Log& log) : log_(log) {}
  ChildTable(const ChildTable&) = delete;
  ChildTable& operator=(const ChildTable&) = delete;
  // The children go on running.
  ~ChildTable();

  void Add(ChildKind kind, base::Child child);
  bool Contains(pid_t pid) const { return children_.contains(pid); }
  std::size_t Count(ChildKind kind) const;
  void Signal(ChildKind kind, int number) const;
  // Removes a child that waitpid(2) has reaped with `status`, and logs an end that is no exit of
  // its own. nullopt: it was not in the table.
  std::optional<ChildKind> Remove(pid_t pid, int status);

 private:
  struct Entry {
    ChildKind kind;
    base::Child process;
  };

  const base::Log& log_;
  std::map<pid_t, Entry> children_;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_CHILD_TABLE_H_
