#include "gateway/role/child_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/text.h"

namespace role {
namespace {

constexpr std::string_view kLevelMarks = "643";  // info, warning, error, as in sd-daemon(3)
constexpr std::array kLevels = {base::Level::kInfo, base::Level::kWarning, base::Level::kError};
constexpr std::size_t kMark = 3;  // bytes of "<6>"

// Removes the mark from `line`.
base::Level LevelOf(std::string_view& line) {
  if (line.size() < kMark || line[0] != '<' || line[2] != '>') return base::Level::kWarning;
  const std::size_t at = kLevelMarks.find(line[1]);
  if (at == std::string_view::npos) return base::Level::kWarning;
  line.remove_prefix(kMark);
  return kLevels.at(at);
}

}  // namespace

base::Result<std::unique_ptr<ChildLog>> ChildLog::Create(base::Loop& loop, const base::Clock& clock,
                                                         base::Log log) {
  auto crowd = base::Crowd::Create(loop);
  if (!crowd) return base::Fail(std::move(crowd.error()));
  return std::unique_ptr<ChildLog>(new ChildLog(std::move(*crowd), clock, std::move(log)));
}

ChildLog::~ChildLog() {
  for (const auto& [pipe, _] : children_) crowd_->Unwatch(pipe);
}

base::Result<base::UniqueFd> ChildLog::Open(std::string who) {
  std::array<int, 2> ends{};
  // Both ends are non-blocking: a child whose pipe is full loses a line, and does not wait for its
  // reader.
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return base::FailSystem("pipe");
  base::UniqueFd childs_end(ends[1]);
  auto heard = Hear(base::UniqueFd(ends[0]), {-1, std::move(who), {}});
  if (!heard) return base::Fail(std::move(heard.error()));
  return childs_end;
}

std::vector<ChildLog::Held> ChildLog::HeldChildren() const {
  std::vector<Held> held;
  for (const auto& [pipe, child] : children_)
    held.push_back({pipe, child.who, child.begun, child.cut});
  return held;
}

base::Result<void> ChildLog::Resume(Held held) {
  base::UniqueFd pipe(held.pipe);
  return Hear(std::move(pipe), std::move(held));
}

base::Result<void> ChildLog::Hear(base::UniqueFd pipe, Held held) {
  const int fd = pipe.get();
  if (auto watched = crowd_->Watch(fd, [this, fd] { OnReadable(fd); }); !watched) {
    return base::Fail(std::move(watched.error()));
  }
  Child child;
  child.pipe = std::move(pipe);
  child.who = std::move(held.who);
  child.begun = std::move(held.begun);
  child.cut = held.cut;
  child.period = clock_.Monotonic();
  children_.insert_or_assign(fd, std::move(child));
  return {};
}

// One read(2), so that a child that writes fast does not keep the others waiting.
void ChildLog::OnReadable(int pipe) {
  const auto found = children_.find(pipe);
  if (found == children_.end()) return;
  std::array<char, 4096> buffer{};
  const ssize_t n = read(pipe, buffer.data(), buffer.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  Child& child = found->second;
  if (n > 0) return Take(child, std::string_view(buffer.data(), static_cast<std::size_t>(n)));
  if (!child.begun.empty()) Say(child, std::exchange(child.begun, {}));
  TellLeftOut(child);
  crowd_->Unwatch(pipe);
  children_.erase(found);
}

void ChildLog::Take(Child& child, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (!child.cut) {
      // A child that never ends its line must not fill this process's memory.
      const std::size_t room = kMaxLine - std::min(kMaxLine, child.begun.size());
      child.begun += part.substr(0, room);
      if (part.size() > room) {
        child.begun += "...";
        child.cut = true;
      }
    }
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    child.cut = false;
    Say(child, std::exchange(child.begun, {}));
  }
}

bool ChildLog::MaySay(Child& child) {
  const base::MonotonicTime now = clock_.Monotonic();
  if (now >= period_ + kPeriod) {
    period_ = now;
    lines_ = 0;
  }
  if (now >= child.period + kPeriod) {
    child.period = now;
    child.lines = 0;
    TellLeftOut(child);
  }
  if (child.lines >= kLinesOfChild || lines_ >= kLinesOfAll) {
    ++child.left_out;
    return false;
  }
  ++child.lines;
  ++lines_;
  return true;
}

void ChildLog::Say(Child& child, std::string_view line) {
  if (!MaySay(child)) return;
  const base::Level level = LevelOf(line);
  // The child may be under an attacker's control: no byte of it may move the cursor of the terminal
  // that shows the log, or begin a new line in it.
  log_(level, child.who + base::Escape(line, kMaxLine + 8));
}

void ChildLog::TellLeftOut(Child& child) {
  const std::uint64_t count = std::exchange(child.left_out, 0);
  if (count == 0) return;
  log_(base::Level::kWarning, fmt::format("{}{} more lines were left out", child.who, count));
}

base::Log LogOfChild() {
  return [](base::Level level, const std::string& line) {
    const char mark = kLevelMarks.at(static_cast<std::size_t>(level));
    const std::string text =
        fmt::format("<{}>{}\n", mark, std::string_view(line).substr(0, ChildLog::kMaxLine));
    (void)!write(STDERR_FILENO, text.data(), text.size());
  };
}

}  // namespace role
