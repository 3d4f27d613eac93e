#include "gateway/run/process_records.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>
#include <variant>

#include "base/file.h"
#include "gateway/audit/keyed_digest.h"
#include "gateway/run/process_tree.h"
#include "gateway/run/registry.h"
#include "gateway/wire/codec.h"

namespace run {
namespace {

constexpr std::size_t kMaxRecord = 512UL * 1024;  // bytes
constexpr std::size_t kMaxRecords = 1000;
constexpr std::size_t kKey = 64;  // hexadecimal digits

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

// Opens a folder that root or this process's user owns and no other user may write to.
base::Result<base::UniqueFd> OpenOwn(const std::string& path) {
  // One of the folders may be in /tmp, where another user can make a folder or a link of this name
  // first.
  base::UniqueFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder) return base::FailSystem(path);
  struct stat status {};
  if (fstat(folder.get(), &status) != 0) return base::FailSystem(path);
  const bool own = status.st_uid == 0 || status.st_uid == geteuid();
  if (!own || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return base::Fail(base::Code::kDenied, path + ": others may write there");
  }
  return folder;
}

base::Result<std::string> ReadKey(const std::string& file) {
  auto key = base::ReadFile(AT_FDCWD, file, kKey, base::Ownership::kTrusted);
  if (key && key->size() != kKey) {
    return base::Fail(base::Code::kInvalid, file + ": is not a key; remove it");
  }
  return key;
}

// If two processes make a key at once, both get the key of the first: link(2) does not replace a
// file.
base::Result<std::string> MakeKey(const std::string& file) {
  auto existing = ReadKey(file);
  if (existing || existing.error().code() != base::Code::kNotFound) return existing;
  const auto key = audit::NewKey();
  if (!key) return base::Fail(key.error());
  const std::string fresh = fmt::format("{}.{}", file, getpid());
  {
    const base::UniqueFd out(
        open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!out) return base::FailSystem(fresh);
    if (auto written = base::WriteAll(out.get(), *key); !written) {
      return base::Fail(written.error());
    }
  }
  const bool linked = link(fresh.c_str(), file.c_str()) == 0 || errno == EEXIST;
  const int error = errno;
  unlink(fresh.c_str());
  if (!linked) return base::FailSystem(file, error);
  return ReadKey(file);
}

bool Lives(const ProcessRecord& record, const std::string& boot) {
  if (record.boot != boot) return false;
  const auto process = Look(record.pid);
  // The pid may belong to another process by now; pid and start time together name one (proc(5)).
  return process && process->start_time == record.start_time && process->state != 'Z';
}

std::string NameOf(const ProcessRecord& record) {
  return fmt::format("{}-{}.json", record.pid, record.start_time);
}

}  // namespace

ProcessRecords::Place ProcessRecords::Trusted(const std::string& run, const std::string& lib) {
  return {run + "/processes", lib + "/parity.key"};
}

ProcessRecords::Place ProcessRecords::OfUser(uid_t uid) {
  const std::string runtime = fmt::format("/run/user/{}", uid);
  struct stat status {};
  const bool there = stat(runtime.c_str(), &status) == 0 && status.st_uid == uid;
  const std::string folder = there ? runtime + "/oneoff" : fmt::format("/tmp/oneoff-{}", uid);
  return {folder + "/processes", folder + "/parity.key"};
}

base::Result<ProcessRecords> ProcessRecords::Make(const Place& place) {
  for (const std::string& path : {FolderOf(place.folder), FolderOf(place.key_file)}) {
    if (auto made = base::MakeDirectories(path, path.starts_with("/tmp/") ? 0700 : 0755); !made) {
      return base::Fail(std::move(made.error()));
    }
    if (auto own = OpenOwn(path); !own) return base::Fail(std::move(own.error()));
  }
  if (auto made = base::MakeDirectories(place.folder, 0700); !made) {
    return base::Fail(std::move(made.error()));
  }
  auto folder = OpenOwn(place.folder);
  if (!folder) return base::Fail(std::move(folder.error()));
  auto key = MakeKey(place.key_file);
  if (!key) return base::Fail(std::move(key.error()));
  return ProcessRecords(std::move(*folder), std::move(*key));
}

base::Result<ProcessRecords> ProcessRecords::Open(const Place& place) {
  auto folder = OpenOwn(place.folder);
  if (!folder) return base::Fail(std::move(folder.error()));
  auto key = ReadKey(place.key_file);
  if (!key) return base::Fail(std::move(key.error()));
  return ProcessRecords(std::move(*folder), std::move(*key));
}

base::Result<void> ProcessRecords::Write(ProcessRecord record) const {
  const auto boot = BootId();
  if (!boot) return base::Fail(boot.error());
  const auto self = Look(getpid());
  if (!self) return base::Fail(base::Code::kSystem, "/proc does not tell of this process");
  const auto names = base::ListDirectory(folder_.get(), ".", kMaxRecords);
  std::vector<std::string> alive;
  for (const ProcessRecord& other : List()) alive.push_back(NameOf(other));
  // Removes the records of processes that have ended, because no other process does.
  for (const std::string& name : names.value_or(std::vector<std::string>())) {
    if (std::find(alive.begin(), alive.end(), name) == alive.end()) {
      unlinkat(folder_.get(), name.c_str(), 0);
    }
  }
  record.pid = getpid();
  record.start_time = self->start_time;
  record.boot = *boot;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  record.started_ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  return base::ReplaceFile(folder_.get(), NameOf(record), wire::Encode(record) + "\n", 0600);
}

std::vector<ProcessRecord> ProcessRecords::List() const {
  std::vector<ProcessRecord> records;
  const auto boot = BootId();
  const auto names = base::ListDirectory(folder_.get(), ".", kMaxRecords);
  if (!boot || !names) return records;
  for (const std::string& name : *names) {
    const auto text = base::ReadFile(folder_.get(), name, kMaxRecord, base::Ownership::kTrusted);
    if (!text) continue;
    auto record = wire::Decode<std::variant<ProcessRecord>>(*text);
    if (!record) continue;
    auto& read = std::get<ProcessRecord>(*record);
    if (NameOf(read) == name && Lives(read, *boot)) records.push_back(std::move(read));
  }
  std::sort(records.begin(), records.end(), [](const ProcessRecord& a, const ProcessRecord& b) {
    return a.started_ms < b.started_ms;
  });
  return records;
}

}  // namespace run
