// FileSet: the text of every file of a configuration. Each file is read once, so the text that is
// parsed is the text that is kept.
#ifndef ONEOFF_GATEWAY_INSTALLATION_FILES_H_
#define ONEOFF_GATEWAY_INSTALLATION_FILES_H_

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "config/problem.h"

namespace installation {

inline constexpr std::string_view kGatewayFile = "gateway.json";
inline constexpr std::string_view kPolicyFile = "policy.json";
inline constexpr std::string_view kPeople = "people/";
inline constexpr std::string_view kPersonEnding = ".pub";
inline constexpr std::string_view kApps = "apps/";
inline constexpr std::string_view kAppEnding = ".json";

// Returns "people/alice.pub" for "alice"; "apps/shop.json" for "shop".
std::string PersonFileOf(std::string_view person);
std::string AppFileOf(std::string_view app);

struct FileSet {
  std::string folder;                        // the files' folder, for messages
  std::map<std::string, std::string> texts;  // by name below the folder: "people/alice.pub"
  // Files that exist, but cannot be read or are not trusted.
  std::set<std::string> unread;
  // Folders that are not trusted, so that not even their files' names count: "people/", "apps/",
  // "".
  std::set<std::string> unread_folders;
  // What is not there at all, of "gateway.json", "policy.json", "people/" and "apps/".
  std::set<std::string> missing = {};

  std::string PathOf(std::string_view name) const;
  bool Unread(std::string_view name) const;
};

// Reads gateway.json, policy.json, people/*.pub and apps/*.json in `folder`. A missing file is no
// problem. A file is unread, and a problem, if neither root nor this process's user owns it, or if
// others may write it. The same holds for each file in a folder that base::CheckTrustedFolder
// rejects. Blocks on the file system only.
FileSet ReadFileSet(const std::string& folder, config::Problems& problems);
// The parts that `files` has, of those that FileSet::missing may name.
std::set<std::string> PartsOf(const FileSet& files);
// Makes each of `parts` that is missing from `files` an unread one, and a problem. A tool may have
// removed it in order to write it again, or its disk may not be mounted: that takes nothing away.
void RefuseMissing(const std::set<std::string>& parts, FileSet& files, config::Problems& problems);
// Reads apps/*.json alone.
FileSet ReadAppFiles(const std::string& folder, config::Problems& problems);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_FILES_H_
