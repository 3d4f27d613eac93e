#include "gateway/run/process_record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <limits>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "gateway/audit/keyed_digest.h"
#include "gateway/run/process_tree.h"

namespace run {
namespace {

constexpr std::size_t kMaxProc = 256UL * 1024;  // bytes of a file in /proc
constexpr std::string_view kOpenFiles = "open files";

// These variables belong to one process or its shell; an app's processes do not share them.
constexpr auto kOfOneProcess = std::to_array<std::string_view>({"TERM",
                                                                "ONEOFF_RUN",
                                                                "ONEOFF_PERSON",
                                                                "ONEOFF_RELEASE",
                                                                "PWD",
                                                                "OLDPWD",
                                                                "SHLVL",
                                                                "_",
                                                                "NOTIFY_SOCKET",
                                                                "LISTEN_FDS",
                                                                "LISTEN_PID",
                                                                "LISTEN_FDNAMES",
                                                                "WATCHDOG_USEC",
                                                                "WATCHDOG_PID",
                                                                "INVOCATION_ID",
                                                                "JOURNAL_STREAM",
                                                                "SYSTEMD_EXEC_PID",
                                                                "CREDENTIALS_DIRECTORY",
                                                                "RUNTIME_DIRECTORY",
                                                                "STATE_DIRECTORY",
                                                                "CACHE_DIRECTORY",
                                                                "LOGS_DIRECTORY",
                                                                "CONFIGURATION_DIRECTORY"});

bool IsOfOneProcess(std::string_view name) {
  return std::find(kOfOneProcess.begin(), kOfOneProcess.end(), name) != kOfOneProcess.end();
}

std::string ReadProc(pid_t pid, std::string_view name) {
  const std::string path =
      pid == 0 ? fmt::format("/proc/self/{}", name) : fmt::format("/proc/{}/{}", pid, name);
  return base::ReadFile(AT_FDCWD, path, kMaxProc).value_or("");
}

std::vector<Named> ParseLimits(std::string_view text) {
  // "Max open files            1024                 524288               files     "
  // The columns of fs/proc/base.c of Linux: a name of 25 characters, then two numbers of 20.
  constexpr std::size_t kSoft = 26;
  constexpr std::size_t kHard = 47;
  constexpr std::size_t kUnit = 68;
  std::vector<Named> limits;
  for (const std::string_view line : base::Split(text, '\n')) {
    if (!line.starts_with("Max ") || line.size() < kUnit) continue;
    limits.push_back({std::string(base::Trim(line.substr(4, kSoft - 4))),
                      fmt::format("{}:{}", base::Trim(line.substr(kSoft, kHard - kSoft)),
                                  base::Trim(line.substr(kHard, kUnit - kHard)))});
  }
  return limits;
}

std::string DigestOf(std::string_view name, std::string value, const std::string& directory,
                     std::string_view key) {
  constexpr std::string_view kRelease = "<release>";
  for (std::size_t at = 0;
       !directory.empty() && (at = value.find(directory, at)) != std::string::npos;) {
    // Paths into the release differ between two releases, although the two variables mean the same.
    value.replace(at, directory.size(), kRelease);
    at += kRelease.size();
  }
  return audit::KeyedDigest(key, fmt::format("{}={}", name, value));
}

void Sort(std::vector<Named>& list) {
  std::sort(list.begin(), list.end(),
            [](const Named& a, const Named& b) { return a.name < b.name; });
}

// Returns the number after "NAME:" in proc(5)'s status, in base `base`; 0 if it is missing.
std::uint32_t NumberIn(std::string_view status, std::string_view name, int base) {
  const std::size_t at = status.find(fmt::format("\n{}:\t", name));
  if (at == std::string_view::npos) return 0;
  const std::string text(base::Trim(status.substr(at + name.size() + 3, 32)));
  return static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, base));
}

std::vector<std::uint32_t> GroupsIn(std::string_view status) {
  constexpr std::string_view kName = "\nGroups:\t";
  std::vector<std::uint32_t> groups;
  const std::size_t at = status.find(kName);
  if (at == std::string_view::npos) return groups;
  const std::string_view line = status.substr(at + kName.size());
  for (const std::string_view word : base::Split(line.substr(0, line.find('\n')), ' ')) {
    if (word.empty()) continue;
    groups.push_back(
        static_cast<std::uint32_t>(std::strtoul(std::string(word).c_str(), nullptr, 10)));
  }
  std::sort(groups.begin(), groups.end());
  return groups;
}

// nullopt if the process has overwritten its initial environment.
std::optional<std::vector<Named>> VariablesIn(std::string_view environ,
                                              const std::string& directory, std::string_view key) {
  std::vector<Named> variables;
  // A process may write over its initial environment (setproctitle, Ruby's $0=). Then
  // /proc/PID/environ no longer has NAME=VALUE strings.
  if (environ.empty() || environ.back() != '\0') return std::nullopt;
  environ.remove_suffix(1);
  for (const std::string_view entry : base::Split(environ, '\0')) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    const std::string_view name = entry.substr(0, equals);
    if (IsOfOneProcess(name)) continue;
    variables.push_back(
        {std::string(name), DigestOf(name, std::string(entry.substr(equals + 1)), directory, key)});
  }
  Sort(variables);
  return variables;
}

// Sets the limit that `oneoff exec` and Launch set: the app's, as far as the hard limit allows.
void SetOpenFiles(const release::ProcessParts& parts, std::vector<Named>& limits) {
  for (Named& limit : limits) {
    if (limit.name != kOpenFiles) continue;
    std::int64_t most = parts.open_files;
    const std::string hard = limit.text.substr(limit.text.find(':') + 1);
    if (geteuid() != 0 || !parts.bounds_files) {
      std::int64_t bound = 0;
      const auto read = std::from_chars(hard.data(), hard.data() + hard.size(), bound);
      if (read.ec == std::errc()) most = std::min(most, bound);  // not where it is "unlimited"
    }
    limit.text = fmt::format("{}:{}", most, parts.bounds_files ? fmt::format("{}", most) : hard);
  }
}

}  // namespace

base::Result<Surroundings> SurroundingsOf(pid_t pid) {
  Surroundings surroundings;
  surroundings.limits = ParseLimits(ReadProc(pid, "limits"));
  if (surroundings.limits.empty()) {
    return base::Fail(base::Code::kNotFound, fmt::format("the process {} is gone", pid));
  }
  surroundings.cgroup = ReadProc(pid, "cgroup");
  for (const char* const name : {"ipc", "mnt", "net", "pid", "user", "uts"}) {
    const std::string path =
        pid == 0 ? fmt::format("/proc/self/ns/{}", name) : fmt::format("/proc/{}/ns/{}", pid, name);
    std::array<char, 64> target{};
    const ssize_t size = readlink(path.c_str(), target.data(), target.size());
    if (size < 0) continue;  // this user may not read it
    surroundings.namespaces.push_back(
        {name, std::string(target.data(), static_cast<std::size_t>(size))});
  }
  return surroundings;
}

ProcessRecord Given(const release::App& app, const release::ReleaseSnapshot& snapshot,
                    const release::ProcessParts& parts, Surroundings surroundings,
                    std::string_view key) {
  ProcessRecord record;
  record.app = app.name;
  record.root = app.root;
  record.release = snapshot.release;
  record.directory = snapshot.directory;
  record.uid = parts.account.uid;
  record.gid = parts.account.gid;
  record.groups.assign(parts.account.groups.begin(), parts.account.groups.end());
  std::sort(record.groups.begin(), record.groups.end());
  record.umask = parts.umask;
  record.surroundings = std::move(surroundings);
  SetOpenFiles(parts, record.surroundings.limits);
  for (const release::Interpreter& interpreter : snapshot.interpreters) {
    std::string path = interpreter.path;
    if (const std::size_t at = path.find(snapshot.directory); at != std::string::npos) {
      path.replace(at, snapshot.directory.size(), "<release>");
    }
    record.interpreters.push_back({interpreter.name, std::move(path)});
  }
  record.variables.emplace();
  for (const release::Variable& variable : parts.environment) {
    if (IsOfOneProcess(variable.name)) continue;
    record.variables->push_back(
        {variable.name, DigestOf(variable.name, variable.value, snapshot.directory, key)});
  }
  Sort(*record.variables);
  record.key = NameOfKey(key);
  return record;
}

base::Result<ProcessRecord> Observed(pid_t pid, const std::string& directory,
                                     std::string_view key) {
  auto surroundings = SurroundingsOf(pid);
  if (!surroundings) return base::Fail(std::move(surroundings.error()));
  const auto process = Look(pid);
  const std::string status = ReadProc(pid, "status");
  if (!process || status.empty()) {
    return base::Fail(base::Code::kNotFound, fmt::format("the process {} is gone", pid));
  }
  ProcessRecord record;
  record.surroundings = std::move(*surroundings);
  record.uid = NumberIn(status, "Uid", 10);
  record.gid = NumberIn(status, "Gid", 10);
  record.umask = NumberIn(status, "Umask", 8);
  record.groups = GroupsIn(status);
  std::array<char, PATH_MAX> target{};
  const ssize_t size =
      readlink(fmt::format("/proc/{}/cwd", pid).c_str(), target.data(), target.size());
  if (size > 0) record.directory.assign(target.data(), static_cast<std::size_t>(size));
  record.variables = VariablesIn(ReadProc(pid, "environ"), directory, key);
  record.key = NameOfKey(key);
  record.pid = pid;
  record.start_time = process->start_time;
  return record;
}

std::optional<release::FoundUmask> UmaskOfWeb(const ProcessRecord& record) {
  if (record.type != "web") return std::nullopt;
  return release::FoundUmask{record.umask & 0777U, fmt::format("web (pid {}) has it", record.pid)};
}

std::string NameOfKey(std::string_view key) {
  return audit::KeyedDigest(key, "the name of this key").substr(0, 16);
}

}  // namespace run
