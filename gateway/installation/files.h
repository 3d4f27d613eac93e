// FileSet: the text of every file of a configuration, read once: what is parsed is what is kept.
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

// "people/alice.pub" of "alice"; "apps/shop.json" of "shop".
std::string PersonFileOf(std::string_view person);
std::string AppFileOf(std::string_view app);

struct FileSet {
  std::string folder;                        // that they are in, for messages
  std::map<std::string, std::string> texts;  // by name below the folder: "people/alice.pub"
  // Files that are there and could not be read, or are not root's.
  std::set<std::string> unread;
  // Folders of which not even the files' names are believed: "people/", "apps/", "".
  std::set<std::string> unread_folders;

  std::string PathOf(std::string_view name) const;
  bool Unread(std::string_view name) const;
};

// Reads gateway.json, policy.json, people/*.pub and apps/*.json below `folder`. What is absent is
// absent. A file that neither root nor this process's user owns, or that others may write, is
// unread, and a problem; so is each file of a folder of which base::CheckTrustedFolder says so.
// Blocks on the file system only.
FileSet ReadFileSet(const std::string& folder, config::Problems& problems);
// Of it apps/*.json alone.
FileSet ReadAppFiles(const std::string& folder, config::Problems& problems);

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_FILES_H_
