#include "release/env/value_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/variable_name.h"
#include "release/env/dialect_difference.h"
#include "release/env/envdir.h"
#include "release/env/path_pattern.h"
#include "release/hostile_file.h"

namespace release {
namespace {

class Reader {
 public:
  Reader(const App& app, const std::string& directory, const Variables& base,
         const RootOwnedSources& root_owned, const std::optional<Framework>& framework)
      : app_(app),
        directory_(directory),
        base_(base),
        root_owned_(root_owned),
        framework_(framework),
        sink_(app) {}

  Outcome<void> Read(const ConfigSource& source) {
    switch (source.kind) {
      case SourceKind::kFile:
        return ReadFile(source);
      case SourceKind::kFolder:
        return ReadFolder(source);
      case SourceKind::kUnit:
        return ReadUnit(source.path);
    }
    return {};
  }

  ValueFiles Release() {
    return {sink_.TakeVariables(), sink_.TakeWarnings(), std::move(differences_)};
  }

 private:
  Outcome<void> ReadFile(const ConfigSource& source);
  Outcome<void> ReadFolder(const ConfigSource& source);
  Outcome<void> ReadFolderFile(const std::string& folder, const std::string& name);
  Outcome<void> ReadUnit(const std::string& name);
  Outcome<void> SetAll(const std::vector<std::string>& assignments, const std::string& source);
  Outcome<std::vector<std::string>> PathsOf(const UnitEnvironment::File& file,
                                            const std::string& unit);
  Outcome<void> ReadUnitFile(const std::string& path, bool optional, const std::string& unit);
  Outcome<void> UnsetAll(const std::vector<std::string>& names, const std::string& source);
  Outcome<void> Take(const std::string& shown, const std::string& behind, ParsedFile file);

  // The content, as root read it or as this process can read it.
  base::Result<std::string> Text(const std::string& path) const {
    const auto found = root_owned_.files.find(path);
    return found != root_owned_.files.end() ? found->second
                                            : Explained(path, ReadHostileFile(path));
  }
  base::Result<std::vector<std::string>> Names(const std::string& path) const {
    const auto found = root_owned_.folders.find(path);
    return found != root_owned_.folders.end()
               ? found->second
               : Explained(path, ListHostileFolder(path, kMaxFolderEntries));
  }
  template <typename T>
  base::Result<T> Explained(const std::string& path, base::Result<T> read) const {
    const auto found = root_owned_.untrusted.find(path);
    if (read || read.error().code() != base::Code::kDenied ||
        found == root_owned_.untrusted.end()) {
      return read;
    }
    return base::Fail(base::Code::kDenied, fmt::format("{}, and root does not read it: {}",
                                                       read.error().message(), found->second));
  }

  Lookup Earlier() const {
    return [this](std::string_view name) -> const std::string* {
      const Variable* entry = sink_.variables().FindEntry(name);
      if (entry == nullptr) entry = base_.Find(name);
      return entry == nullptr || entry->unset ? nullptr : &entry->value;
    };
  }
  base::Result<ParsedFile> Parse(Dialect dialect, std::string_view text) const {
    return ParseFile(dialect, text, Earlier());
  }
  void Differ(const ConfigSource& source, Dialect dialect, const std::string& shown,
              const std::string& text, const ParsedFile& file);

  std::string Why() const { return framework_ ? framework_->why : "no framework is recognised"; }

  std::string PathOf(const ConfigSource& source) const {
    if (source.path == kCheckoutEnv) return directory_ + "/.env";
    return source.path.starts_with('/') ? source.path : app_.root + "/" + source.path;
  }

  // A path below the app's root is shown without the root.
  std::string ShownName(const std::string& path) const {
    const std::string root = app_.root + "/";
    return base::Escape(path.starts_with(root) ? path.substr(root.size()) : path, 1000);
  }

  tl::unexpected<Refusal> CannotRead(const std::string& shown, const base::Error& error) const {
    return Refuse(kConfiguration,
                  fmt::format("{}: {}: {} ({})", app_.name, shown, error.message(), app_.file));
  }

  const App& app_;
  const std::string& directory_;
  const Variables& base_;
  const RootOwnedSources& root_owned_;
  const std::optional<Framework>& framework_;
  ValueSink sink_;
  std::vector<std::string> differences_;
  std::vector<std::string> seen_;  // real paths of files
};

Outcome<void> Reader::Take(const std::string& shown, const std::string& behind, ParsedFile file) {
  for (const ParsedFile::Warning& warning : file.warnings) {
    sink_.Warn(fmt::format("{}:{}: {}", shown, warning.line, warning.message));
  }
  for (ParsedFile::Entry& entry : file.entries) {
    auto set = sink_.Set(std::move(entry.name), std::move(entry.value),
                         fmt::format("{}:{}{}", shown, entry.line, behind));
    if (!set) return set;
  }
  return {};
}

Outcome<void> Reader::ReadFile(const ConfigSource& source) {
  const std::string path = PathOf(source);
  const std::string shown = ShownName(path);
  if (const auto real = RealPath(path)) {
    const bool again = std::find(seen_.begin(), seen_.end(), *real) != seen_.end();
    // A checkout's .env is often a link to a file that the app file names anyway.
    if (again && source.path == kCheckoutEnv) return {};
    seen_.push_back(*real);
  }
  const auto text = Text(path);
  if (!text) {
    if (text.error().code() == base::Code::kNotFound && source.optional) return {};
    return CannotRead(shown, text.error());
  }
  const Dialect dialect =
      source.of_framework && framework_ ? DialectOf(framework_->language) : source.dialect;
  auto parsed = Parse(dialect, *text);
  if (!parsed) {
    const std::string why =
        source.of_framework ? fmt::format(" (read as {}: {}; \"dialect\" in {} may say another)",
                                          NameOf(dialect), Why(), app_.file)
                            : "";
    return Refuse(kConfiguration,
                  fmt::format("{}: {}:{}{}", app_.name, shown, parsed.error().message(), why));
  }
  Differ(source, dialect, shown, *text, *parsed);
  return Take(shown, "", std::move(*parsed));
}

void Reader::Differ(const ConfigSource& source, Dialect dialect, const std::string& shown,
                    const std::string& text, const ParsedFile& file) {
  std::vector<Dialect> others = DialectsOfFrameworks();
  const bool known = std::find(others.begin(), others.end(), dialect) != others.end();
  if (!source.of_framework) others.clear();
  if (!source.of_framework && framework_ && known) {
    others.push_back(DialectOf(framework_->language));
  }
  for (const DialectDifference& difference :
       CompareDialects(dialect, others, text, file, Earlier())) {
    differences_.push_back(fmt::format(
        "{}:{}: {}: {} reads this line otherwise than {} ({}); \"dialect\" in {} says which is "
        "right",
        shown, difference.line, base::Escape(difference.name, 100), difference.others,
        NameOf(dialect), source.of_framework ? Why() : "as the app file says, but " + Why(),
        app_.file));
  }
}

Outcome<void> Reader::ReadFolder(const ConfigSource& source) {
  const std::string path = PathOf(source);
  const auto names = Names(path);
  if (!names) {
    if (names.error().code() == base::Code::kNotFound && source.optional) return {};
    return CannotRead(ShownName(path), names.error());
  }
  for (const std::string& name : *names) {
    // Hidden files: an editor's backups, and the ..data links of Kubernetes.
    if (name.starts_with('.')) continue;
    if (auto read = ReadFolderFile(path, name); !read) return read;
  }
  return {};
}

Outcome<void> Reader::ReadFolderFile(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  const std::string shown = ShownName(path);
  if (name.find('=') != std::string::npos) {
    return Refuse(kConfiguration,
                  fmt::format("{}: {}: no variable's name holds a '='", app_.name, shown));
  }
  const auto text = Text(path);
  if (!text) return CannotRead(shown, text.error());
  if (!config::IsVariableName(name)) {
    sink_.Warn(fmt::format("{}: an odd name for a variable; envdir takes every file", shown));
  }
  const std::size_t newline = text->find('\n');
  if (newline != std::string::npos && newline + 1 < text->size()) {
    sink_.Warn(fmt::format("{}:2: only the first line counts", shown));
  }
  auto value = EnvdirValue(*text);
  if (!value) return sink_.Unset(name, shown);
  return sink_.Set(name, std::move(*value), shown + ":1");
}

Outcome<void> Reader::SetAll(const std::vector<std::string>& assignments,
                             const std::string& source) {
  for (const std::string& assignment : assignments) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    const std::string name = assignment.substr(0, equals);
    if (auto set = sink_.Set(name, assignment.substr(equals + 1), source); !set) return set;
  }
  return {};
}

// systemd's own order: PassEnvironment=, Environment=, EnvironmentFile=; UnsetEnvironment= removes
// variables of all three (systemd.exec(5)).
Outcome<void> Reader::ReadUnit(const std::string& name) {
  const auto found = root_owned_.units.find(name);
  if (found == root_owned_.units.end()) {
    return Refuse(kConfiguration, fmt::format("{}: {} was not looked up", app_.name, name));
  }
  const UnitEnvironment& unit = found->second;
  for (const std::string& warning : unit.warnings) sink_.Warn(fmt::format("{}: {}", name, warning));
  if (auto set = SetAll(unit.passed, name + " (PassEnvironment=)"); !set) return set;
  if (auto set = SetAll(unit.environment, name + " (Environment=)"); !set) return set;
  for (const UnitEnvironment::File& file : unit.files) {
    const auto paths = PathsOf(file, name);
    if (!paths) return tl::unexpected(paths.error());
    for (const std::string& path : *paths) {
      if (auto read = ReadUnitFile(path, file.optional, name); !read) return read;
    }
  }
  return UnsetAll(unit.unset, name + " (UnsetEnvironment=)");
}

Outcome<std::vector<std::string>> Reader::PathsOf(const UnitEnvironment::File& file,
                                                  const std::string& unit) {
  if (!IsPattern(file.path)) return std::vector{file.path};
  const std::string folder = FolderOf(file.path);
  const std::string shown = fmt::format("{} of {}", ShownName(file.path), unit);
  if (IsPattern(folder)) {
    return Refuse(kConfiguration,
                  fmt::format("{}: {}: a pattern is followed in the last part of a path only",
                              app_.name, shown));
  }
  const auto names = Names(folder);
  const bool missing = !names && names.error().code() == base::Code::kNotFound;
  if (!names && !missing) return CannotRead(shown, names.error());
  auto paths = missing ? std::vector<std::string>() : Matching(file.path, *names);
  if (paths.empty() && !file.optional) {
    return Refuse(kConfiguration, fmt::format("{}: {}: no file matches", app_.name, shown));
  }
  return paths;
}

Outcome<void> Reader::ReadUnitFile(const std::string& path, bool optional,
                                   const std::string& unit) {
  const std::string shown = ShownName(path);
  const auto text = Text(path);
  if (!text) {
    if (text.error().code() == base::Code::kNotFound && optional) return {};
    return CannotRead(fmt::format("{} of {}", shown, unit), text.error());
  }
  auto parsed = Parse(Dialect::kSystemd, *text);
  if (!parsed && optional) {  // systemd's '-' prefix also means: ignore a broken file
    sink_.Warn(
        fmt::format("{}:{}: {} goes on without this file", shown, parsed.error().message(), unit));
    return {};
  }
  if (!parsed) {
    return Refuse(kConfiguration,
                  fmt::format("{}: {}:{} ({})", app_.name, shown, parsed.error().message(), unit));
  }
  return Take(shown, fmt::format(" ({})", unit), std::move(*parsed));
}

Outcome<void> Reader::UnsetAll(const std::vector<std::string>& names, const std::string& source) {
  for (const std::string& entry : names) {
    const std::size_t equals = entry.find('=');
    const std::string name = entry.substr(0, equals);
    // NAME=value in UnsetEnvironment=: only if the variable has this value.
    if (equals != std::string::npos) {
      const Variable* const set = sink_.variables().FindEntry(name);
      const Variable* const now = set == nullptr ? base_.Find(name) : set;
      if (now == nullptr || now->unset || now->value != entry.substr(equals + 1)) continue;
    }
    if (auto unset = sink_.Unset(name, source); !unset) return unset;
  }
  return {};
}

}  // namespace

Outcome<ValueFiles> ReadValueFiles(const App& app, const std::string& directory,
                                   const Variables& base, const RootOwnedSources& root_owned,
                                   const std::optional<Framework>& framework) {
  Reader reader(app, directory, base, root_owned, framework);
  for (const ConfigSource& source : app.config) {
    if (auto read = reader.Read(source); !read) return tl::unexpected(std::move(read.error()));
  }
  return reader.Release();
}

}  // namespace release
