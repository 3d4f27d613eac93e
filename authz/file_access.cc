#include "authz/file_access.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "config/program_name.h"

namespace authz {
namespace {

// Without their trailing digits, as config::ProgramName gives them: "base" is base64 and base32.
constexpr auto kReaders = std::to_array<std::string_view>(
    {"cat",  "tac",  "head", "tail",    "less",  "more",   "nl",      "od",   "xxd",
     "cut",  "sort", "uniq", "strings", "base",  "grep",   "egrep",   "zcat", "zgrep",
     "diff", "jq",   "view", "bat",     "zless", "column", "hexdump", "comm"});

constexpr auto kWriters = std::to_array<std::string_view>(
    {"tee",   "cp",    "mv",    "dd",    "install", "ln",     "touch", "truncate",
     "rm",    "mkdir", "sed",   "tar",   "rsync",   "scp",    "vim",   "vi",
     "nano",  "ed",    "curl",  "wget",  "zip",     "gzip",   "unzip", "patch",
     "chmod", "chown", "split", "shred", "cpio",    "gunzip", "rmdir"});

// Folders that hold data and no code.
constexpr auto kDataFolders = std::to_array<std::string_view>(
    {"tmp/", "log/", "var/", "storage/", "/tmp/", "/var/tmp/", "/var/log/"});

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The folder in front of the first wildcard, without a prefix such as `if=`.
std::string_view FolderOf(std::string_view word) {
  const std::size_t equals = word.find('=');
  // dd names its files by if= and of=.
  if (equals < word.find('*')) word.remove_prefix(equals + 1);
  word = word.substr(0, word.find('*'));
  const std::size_t slash = word.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : word.substr(0, slash + 1);
}

// Whether a program that writes to the wildcard's files can reach no code. Frameworks keep compiled
// code below a cache and in storage/framework, and execute it: var/cache, tmp/cache/bootsnap.
bool WritesData(std::string_view word, std::string_view folder) {
  const bool data =
      std::any_of(kDataFolders.begin(), kDataFolders.end(),
                  [folder](std::string_view known) { return folder.starts_with(known); });
  const bool log = folder.starts_with("log/") || folder.starts_with("/var/log/");
  return data && folder.find("cache") == std::string_view::npos &&
         !folder.starts_with("storage/framework/") &&
         (log || word.find("**") == std::string_view::npos);
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
    return folder.empty() || (writes && !WritesData(word, folder));
  });
  if (!free && !pattern.open_ended()) return std::nullopt;
  return writes ? "writes files beside the app's code: hold it to one folder of data, as in \"dd "
                  "of=tmp/*\""
                : "reads files beside the app's code, its secrets too: hold it to a folder, as in "
                  "\"cat log/*\"";
}

}  // namespace authz
