#include "release/value_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "release/hostile_file.h"
#include "release/survey.h"

namespace release {
namespace {

class Reader {
 public:
  Reader(const App& app, const std::string& directory, const Variables& base)
      : app_(app), directory_(directory), base_(base) {}

  Outcome<void> Read(const ConfigSource& file) {
    const std::string path = PathOf(file);
    const std::string shown = ShownName(path);
    const auto real = RealPath(path);
    if (real && std::find(seen_.begin(), seen_.end(), *real) != seen_.end()) return {};
    const auto text = ReadHostileFile(path);
    if (!text) {
      if (text.error().code() == base::Code::kNotFound && file.optional) return {};
      return Refuse(kConfiguration, fmt::format("{}: {}: {} ({})", app_.name, shown,
                                                text.error().message(), app_.file));
    }
    if (real) seen_.push_back(*real);
    auto parsed = ParseFile(file.dialect, *text, [&](std::string_view name) -> const std::string* {
      return Earlier(name);
    });
    if (!parsed) {
      return Refuse(kConfiguration,
                    fmt::format("{}: {}:{}", app_.name, shown, parsed.error().message()));
    }
    for (const ParsedFile::Warning& warning : parsed->warnings) {
      files_.warnings.push_back(fmt::format("{}:{}: {}", shown, warning.line, warning.message));
    }
    for (ParsedFile::Entry& entry : parsed->entries) {
      if (auto taken = Take(shown, std::move(entry)); !taken) return taken;
    }
    return {};
  }

  ValueFiles Release() { return std::move(files_); }

 private:
  std::string PathOf(const ConfigSource& file) const {
    if (file.path == kCheckoutEnv) return directory_ + "/.env";
    return file.path.starts_with('/') ? file.path : app_.root + "/" + file.path;
  }

  // Below the root: without it.
  std::string ShownName(const std::string& path) const {
    const std::string root = app_.root + "/";
    return base::Escape(path.starts_with(root) ? path.substr(root.size()) : path, 1000);
  }

  const std::string* Earlier(std::string_view name) const {
    const Variable* found = files_.variables.Find(name);
    if (found == nullptr) found = base_.Find(name);
    return found == nullptr ? nullptr : &found->value;
  }

  Outcome<void> Take(const std::string& shown, ParsedFile::Entry entry) {
    const Variable* before = files_.variables.Find(entry.name);
    if (before != nullptr) bytes_ -= before->name.size() + before->value.size();
    bytes_ += entry.name.size() + entry.value.size();
    const bool many = before == nullptr && files_.variables.all().size() == kMaxConfigVariables;
    if (bytes_ > kMaxConfig || many) {
      return Refuse(kConfiguration,
                    fmt::format("{}: {}:{}: more than {} variables, or {} bytes, of config",
                                app_.name, shown, entry.line, kMaxConfigVariables, kMaxConfig));
    }
    files_.variables.Set(std::move(entry.name), std::move(entry.value),
                         fmt::format("{}:{}", shown, entry.line));
    return {};
  }

  const App& app_;
  const std::string& directory_;
  const Variables& base_;
  ValueFiles files_;
  std::vector<std::string> seen_;  // real paths
  std::size_t bytes_ = 0;
};

}  // namespace

Outcome<ValueFiles> ReadValueFiles(const App& app, const std::string& directory,
                                   const Variables& base) {
  Reader reader(app, directory, base);
  for (const ConfigSource& file : app.config) {
    if (auto read = reader.Read(file); !read) return tl::unexpected(std::move(read.error()));
  }
  return reader.Release();
}

}  // namespace release
