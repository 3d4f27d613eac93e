// Store: whole copies of the configurations that were in force: LIB/configurations/DIGEST/.
// FORMAT.md beside this describes the folder.
//
// App files hold secrets, so a digest is keyed with a random value of this folder. It shows that
// two configurations are equal and reveals nothing else.
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
  // How many configurations are kept. The one that was in force the longest ago goes first.
  static constexpr std::size_t kMostKept = 100;

  // Opens LIB/configurations. Makes the folder (0700) and its key if they are missing. kDenied,
  // with the reason, if other users than root and this process's user own the folder or may enter
  // it, or may change a folder above it.
  static base::Result<Store> Make(const std::string& lib);
  // Opens the store and makes nothing. kNotFound if there is none.
  static base::Result<Store> Open(const std::string& lib);

  // Keeps the files and points `good` to them. Returns their digest once they are durable. Files
  // that the configuration of `good` has too take no extra room.
  base::Result<std::string> Keep(const FileSet& files);

  // Returns the digest that `good` points to; nullopt if nothing was kept yet.
  base::Result<std::optional<std::string>> Good() const;

  // Reads the files as they were kept. kNotFound; kInvalid if a file has changed since.
  base::Result<FileSet> Read(const std::string& digest) const;
  // Reads one file of a configuration. kNotFound also if the configuration does not have it.
  base::Result<std::string> ReadOne(const std::string& digest, const std::string& name) const;

  // For messages.
  std::string PathOf(std::string_view digest) const;

 private:
  using Manifest = std::map<std::string, std::string>;  // by file name: the file's digest

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
