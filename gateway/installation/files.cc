#include "gateway/installation/files.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/file.h"
#include "base/trusted_path.h"
#include "config/json_document.h"

namespace installation {
namespace {

constexpr std::size_t kMaxFiles = 100'000;  // in people/ or apps/

void AddProblem(config::Problems& problems, const std::string& path, const base::Error& error) {
  // The message may begin with the path. The problem names it already.
  std::string_view message = error.message();
  if (message.substr(0, path.size() + 2) == path + ": ") message.remove_prefix(path.size() + 2);
  Add(problems, config::ProblemOf(path, 0, std::string(message),
                                  error.code() == base::Code::kDenied
                                      ? "it must belong to root, and no other user may write it"
                                      : ""));
}

// Whether the content of `name` ("people/"; "": etc/ itself) is trusted: a user who may change a
// folder can replace its files.
bool TrustFolder(std::string_view name, FileSet& files, config::Problems& problems) {
  const std::string folder =
      name.empty() ? files.folder : files.PathOf(name.substr(0, name.size() - 1));
  const auto good = base::CheckTrustedFolder(folder);
  if (good || good.error().code() == base::Code::kNotFound) return true;
  files.unread_folders.emplace(name);
  config::Add(problems, config::ProblemOf(folder, 0, good.error().message()));
  return false;
}

void ReadOne(const std::string& name, FileSet& files, config::Problems& problems) {
  const std::string path = files.PathOf(name);
  // Who may write this file decides who may run commands.
  auto text = base::ReadFile(AT_FDCWD, path, config::kMaxFile, base::Ownership::kTrusted);
  if (text) {
    files.texts[name] = *std::move(text);
  } else if (text.error().code() != base::Code::kNotFound) {
    files.unread.insert(name);
    AddProblem(problems, path, text.error());
  } else if (name == kGatewayFile || name == kPolicyFile) {
    files.missing.insert(name);
  }
}

// Reads the files in `folder` ("people/") whose names end with `ending`. Skips hidden files and
// editors' backup files.
void ReadFolder(std::string_view folder, std::string_view ending, FileSet& files,
                config::Problems& problems) {
  if (!TrustFolder(folder, files, problems)) return;
  const std::string directory = files.PathOf(folder.substr(0, folder.size() - 1));
  const auto names = base::ListDirectory(AT_FDCWD, directory, kMaxFiles);
  if (!names) {
    const bool missing = names.error().code() == base::Code::kNotFound;
    (missing ? files.missing : files.unread_folders).emplace(folder);
    if (missing) return;
    return AddProblem(problems, directory, names.error());
  }
  for (const std::string& name : *names) {
    if (name[0] == '.' || name.back() == '~') continue;
    const std::string below = fmt::format("{}{}", folder, name);
    if (name.size() <= ending.size() || !name.ends_with(ending)) {
      config::Warn(problems, files.PathOf(below), 0,
                   fmt::format("is not read: its name does not end in {}", ending));
      continue;
    }
    ReadOne(below, files, problems);
  }
}

}  // namespace

std::string PersonFileOf(std::string_view person) {
  return fmt::format("{}{}{}", kPeople, person, kPersonEnding);
}

std::string AppFileOf(std::string_view app) {
  return fmt::format("{}{}{}", kApps, app, kAppEnding);
}

std::string FileSet::PathOf(std::string_view name) const {
  return fmt::format("{}/{}", folder, name);
}

bool FileSet::Unread(std::string_view name) const {
  const std::size_t slash = name.find('/');
  const std::string_view parent = slash == std::string_view::npos ? "" : name.substr(0, slash + 1);
  return unread.contains(std::string(name)) || unread_folders.contains(std::string(parent)) ||
         unread_folders.contains("");
}

FileSet ReadFileSet(const std::string& folder, config::Problems& problems) {
  FileSet files{.folder = folder, .texts = {}, .unread = {}, .unread_folders = {}};
  if (!TrustFolder("", files, problems)) return files;
  ReadOne(std::string(kGatewayFile), files, problems);
  ReadFolder(kPeople, kPersonEnding, files, problems);
  ReadFolder(kApps, kAppEnding, files, problems);
  ReadOne(std::string(kPolicyFile), files, problems);
  return files;
}

std::set<std::string> PartsOf(const FileSet& files) {
  std::set<std::string> parts;
  for (const auto& [name, text] : files.texts) {
    const std::size_t slash = name.find('/');
    parts.insert(slash == std::string::npos ? name : name.substr(0, slash + 1));
  }
  return parts;
}

void RefuseMissing(const std::set<std::string>& parts, FileSet& files, config::Problems& problems) {
  for (const std::string& part : files.missing) {
    if (!parts.contains(part)) continue;
    const bool folder = part.back() == '/';
    (folder ? files.unread_folders : files.unread).insert(part);
    const std::string path = files.PathOf(folder ? part.substr(0, part.size() - 1) : part);
    config::Add(problems,
                config::ProblemOf(path, 0, "is missing, and the last good configuration has it",
                                  folder ? "put it back; or make it, empty"
                                         : "put it back; or write one that takes effect"));
  }
}

FileSet ReadAppFiles(const std::string& folder, config::Problems& problems) {
  FileSet files{.folder = folder, .texts = {}, .unread = {}, .unread_folders = {}};
  ReadFolder(kApps, kAppEnding, files, problems);
  return files;
}

}  // namespace installation
