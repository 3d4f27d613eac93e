#include "gateway/broker/child_table.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace broker {
namespace {

std::string_view NameOf(ChildKind kind) {
  switch (kind) {
    case ChildKind::kMonitor:
      return "monitor";
    case ChildKind::kLocalMonitor:
      return "local monitor";
    case ChildKind::kLauncher:
      return "supervisor";
    case ChildKind::kArchivist:
      return "archivist";
  }
  return "process";
}

}  // namespace

ChildTable::~ChildTable() {
  // Supervisors outlive the broker; the destructor of Child would kill them.
  for (auto& [_, entry] : children_) entry.process.Detach();
}

void ChildTable::Add(ChildKind kind, base::Child child) {
  const pid_t pid = child.pid();
  children_.insert_or_assign(pid, Entry{kind, std::move(child)});
}

std::size_t ChildTable::Count(ChildKind kind) const {
  return static_cast<std::size_t>(
      std::count_if(children_.begin(), children_.end(),
                    [kind](const auto& entry) { return entry.second.kind == kind; }));
}

void ChildTable::Signal(ChildKind kind, int number) const {
  for (const auto& [_, entry] : children_) {
    if (entry.kind == kind) (void)entry.process.Signal(number);
  }
}

std::optional<ChildKind> ChildTable::Remove(pid_t pid, int status) {
  const auto found = children_.find(pid);
  if (found == children_.end()) return std::nullopt;
  const ChildKind kind = found->second.kind;
  if (WIFSIGNALED(status)) {
    log_(base::Level::kError,
         fmt::format("a {} ({}) was killed by signal {}", NameOf(kind), pid, WTERMSIG(status)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == base::Child::kThrew) {
    log_(base::Level::kError,
         fmt::format("a {} ({}) ended early: out of memory, most likely", NameOf(kind), pid));
  }
  found->second.process.Detach();
  children_.erase(found);
  return kind;
}

}  // namespace broker
