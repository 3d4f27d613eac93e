#include "authz/file_access.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "config/program_name.h"

namespace authz {
namespace {

constexpr auto kReaders = std::to_array<std::string_view>(
    {"cat",  "tac",  "head", "tail",    "less",   "more",   "nl",      "od",   "xxd",
     "cut",  "sort", "uniq", "strings", "base64", "grep",   "egrep",   "zcat", "zgrep",
     "diff", "jq",   "view", "bat",     "zless",  "column", "hexdump", "comm"});

constexpr auto kWriters = std::to_array<std::string_view>(
    {"tee",   "cp",    "mv",    "dd",    "install", "ln",     "touch", "truncate",
     "rm",    "mkdir", "sed",   "tar",   "rsync",   "scp",    "vim",   "vi",
     "nano",  "ed",    "curl",  "wget",  "zip",     "gzip",   "unzip", "patch",
     "chmod", "chown", "split", "shred", "cpio",    "gunzip", "rmdir"});

// Folders of an app that hold data and no code.
constexpr auto kDataFolders = std::to_array<std::string_view>({"tmp/", "log/", "var/", "storage/"});

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The folder in front of the first wildcard, without a prefix such as `if=`.
std::string_view FolderOf(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals < word.find('*')) word.remove_prefix(equals + 1);
  word = word.substr(0, word.find('*'));
  const std::size_t slash = word.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : word.substr(0, slash + 1);
}

bool IsDataFolder(std::string_view folder) {
  return std::any_of(kDataFolders.begin(), kDataFolders.end(), [folder](std::string_view data) {
    return folder.starts_with(data) || folder.starts_with("/tmp/") || folder.starts_with("/var/");
  });
}

}  // namespace

std::optional<std::string> GrantsFileAccess(const config::Pattern& pattern) {
  if (pattern.everything()) return std::nullopt;
  const std::vector<std::string> words = config::WithoutWrapper(pattern.words());
  const std::string_view program = config::ProgramName(words[0]);
  const bool writes = IsOneOf(program, kWriters);
  if (!writes && !IsOneOf(program, kReaders)) return std::nullopt;
  const bool free = std::any_of(words.begin() + 1, words.end(), [writes](const std::string& word) {
    if (word.find('*') == std::string::npos) return false;
    const std::string_view folder = FolderOf(word);
    return folder.empty() || (writes && !IsDataFolder(folder));
  });
  if (!free && !pattern.open_ended()) return std::nullopt;
  return writes ? "writes files beside the app's code: hold it to a folder, as in \"dd of=tmp/*\""
                : "reads files beside the app's code, its secrets too: hold it to a folder, as in "
                  "\"cat log/*\"";
}

}  // namespace authz
