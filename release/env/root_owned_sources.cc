#include "release/env/root_owned_sources.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "base/text.h"
#include "release/env/path_pattern.h"
#include "release/hostile_file.h"
#include "release/root_owned.h"

namespace release {
namespace {

class Reader {
 public:
  explicit Reader(const App& app) : app_(app) {}

  void Read(const ConfigSource& source) {
    if (source.kind == SourceKind::kFile) AddFile(source.path);
    if (source.kind != SourceKind::kFolder) return;
    for (const std::string& name : AddFolder(source.path)) {
      if (!name.starts_with('.')) AddFile(source.path + "/" + name);
    }
  }

  void Read(const UnitEnvironment& unit) {
    for (const UnitEnvironment::File& file : unit.files) {
      if (!IsPattern(file.path)) {
        AddFile(file.path);
        continue;
      }
      for (const std::string& path : Matching(file.path, AddFolder(FolderOf(file.path)))) {
        AddFile(path);
      }
    }
  }

  RootOwnedSources root_owned;

 private:
  // Root never reads below the app's root, also not a file that root owns: the app's user controls
  // the paths there.
  bool IsOurs(const std::string& path) const {
    return geteuid() == 0 && path.starts_with('/') && path != app_.root &&
           !path.starts_with(app_.root + "/");
  }

  void AddFile(const std::string& path) {
    if (!IsOurs(path) || root_owned.files.contains(path)) return;
    auto text = ReadRootOwned(path, kMaxHostileFile);
    if (text) bytes_ += text->size();
    // The operator's files together must fit into the launcher's memory and the resolver's message.
    if (bytes_ > kMaxOutside) {
      text = base::Fail(base::Code::kTooLarge,
                        fmt::format("with the files before it, larger than {} bytes", kMaxOutside));
    }
    Keep(path, std::move(text), root_owned.files);
  }

  std::vector<std::string> AddFolder(const std::string& path) {
    if (!IsOurs(path)) return {};
    auto names = ListRootOwned(path, kMaxFolderEntries);
    std::vector<std::string> listed;
    if (names) listed = *names;
    Keep(path, std::move(names), root_owned.folders);
    return listed;
  }

  template <typename T>
  void Keep(const std::string& path, base::Result<T> found,
            std::map<std::string, base::Result<T>>& into) {
    if (!found && found.error().code() == base::Code::kDenied) {
      // Not an error yet: the app's own user may be able to read the file.
      root_owned.untrusted.insert_or_assign(path, found.error().message());
    } else {
      into.insert_or_assign(path, std::move(found));
    }
  }

  const App& app_;
  std::size_t bytes_ = 0;
};

}  // namespace

Outcome<RootOwnedSources> ReadRootOwnedSources(const App& app, const UnitLookup& lookup) {
  Reader reader(app);
  for (const ConfigSource& source : app.config) {
    reader.Read(source);
    if (source.kind != SourceKind::kUnit || reader.root_owned.units.contains(source.path)) continue;
    auto unit = lookup(source.path);
    if (!unit) {
      return Refuse(kConfiguration,
                    fmt::format("{}: the environment of {}: {} ({})", app.name,
                                base::Escape(source.path), unit.error().message(), app.file));
    }
    reader.Read(*unit);
    reader.root_owned.units.emplace(source.path, std::move(*unit));
  }
  return std::move(reader.root_owned);
}

}  // namespace release
