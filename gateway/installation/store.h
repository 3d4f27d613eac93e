// Store: the configurations that were in force, whole: LIB/configurations/DIGEST/. FORMAT.md beside
// this describes the folder.
//
// A digest is keyed with a random value of this folder, because app files hold secrets: it says
// that two configurations are the same, and nothing of what is in them.
#ifndef ONEOFF_GATEWAY_INSTALLATION_STORE_H_
#define ONEOFF_GATEWAY_INSTALLATION_STORE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "gateway/installation/files.h"

namespace installation {

class Store {
 public:
  // How many configurations are kept; the ones that were in force the longest ago go first.
  static constexpr std::size_t kMostKept = 100;

  // Opens LIB/configurations, and makes what is missing: the folder (0700) and the key in it.
  // kDenied, with the reason, if it is not root's or this process's user's alone, or if a folder
  // above it could be changed by others.
  static base::Result<Store> Make(const std::string& lib);
  // The same without making anything: kNotFound if there is none.
  static base::Result<Store> Open(const std::string& lib);

  // Keeps the files and has `good` lead to them; their digest. Durable when it returns. Files that
  // are kept already, in the configuration that `good` led to, cost no room.
  base::Result<std::string> Keep(const FileSet& files);

  // What `good` leads to; nullopt: nothing was kept yet.
  base::Result<std::optional<std::string>> Good() const;

  // The files as they were kept. kNotFound; kInvalid if one of them is not as it was.
  base::Result<FileSet> Read(const std::string& digest) const;
  // One of them; kNotFound also if it is none of the configuration's.
  base::Result<std::string> ReadOne(const std::string& digest, const std::string& name) const;

  // For messages.
  std::string PathOf(std::string_view digest) const;

 private:
  using Manifest = std::map<std::string, std::string>;  // the digest of a file, by its name

  Store(std::string path, base::UniqueFd folder, std::string key)
      : path_(std::move(path)), folder_(std::move(folder)), key_(std::move(key)) {}

  static base::Result<base::UniqueFd> OpenFolder(const std::string& path);
  base::Result<Manifest> ReadManifest(const std::string& digest) const;
  base::Result<void> Write(const FileSet& files, const std::string& manifest,
                           const std::string& digest) const;
  base::Result<void> Fill(int folder, const FileSet& files, const std::string& manifest) const;
  base::Result<void> LinkGood(const std::string& digest) const;
  void Prune(const std::string& good) const;
  void Remove(const std::string& name) const;

  std::string path_;
  base::UniqueFd folder_;
  std::string key_;
};

}  // namespace installation

#endif  // ONEOFF_GATEWAY_INSTALLATION_STORE_H_
