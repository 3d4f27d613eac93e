// What the resolver reads below an app's root, where every byte is the app's own: links, logs of
// revisions, .git, variables, Procfile, the bundle, the virtualenv, versions. The outcome is
// bounded, and what it says to a person or to the log can be printed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/unique_fd.h"
#include "release/release_snapshot.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/scratch_folder.h"

namespace {

using fuzz::Require;

constexpr std::array<std::string_view, 11> kFolders = {"shared",
                                                       "releases/1",
                                                       "releases/2",
                                                       "releases/1/.git/refs/heads",
                                                       "releases/1/bin",
                                                       "releases/1/venv/bin",
                                                       ".dep",
                                                       "home/.rbenv/versions/3.1.2/bin",
                                                       "home/.nvm/versions/node/v16.20.2/bin",
                                                       "home/.nvm/alias/lts",
                                                       "shared/env"};
// Where a section of the input may go; "current" is a link to it instead.
constexpr std::array<std::string_view, 29> kFiles = {"current",
                                                     "revisions.log",
                                                     "shared/.env",
                                                     "releases/1/.env",
                                                     "releases/1/REVISION",
                                                     "releases/1/.git/HEAD",
                                                     "releases/1/.git/commondir",
                                                     "releases/1/.git/packed-refs",
                                                     "releases/1/.git/refs/heads/main",
                                                     "releases/2/.git",
                                                     "releases/1/Gemfile",
                                                     "releases/1/Gemfile.lock",
                                                     "releases/1/Procfile",
                                                     "releases/1/bin/rake",
                                                     "releases/1/config",
                                                     "releases/2/.env",
                                                     "shared/env/VARIABLE",
                                                     "shared/a.env",
                                                     "shared/other",
                                                     ".dep/releases_log",
                                                     ".dep/latest_release",
                                                     "releases/1/.ruby-version",
                                                     "releases/1/.nvmrc",
                                                     "releases/1/.tool-versions",
                                                     "releases/1/.python-version",
                                                     "releases/1/venv/pyvenv.cfg",
                                                     "releases/1/venv/bin/python",
                                                     "releases/1/manage.py",
                                                     "home/.nvm/alias/lts/x"};

// The app's root: made once, emptied of files after each input.
class Root {
 public:
  Root() {
    for (const std::string_view folder : kFolders) MakeFolders(folder);
  }
  const std::string& path() const { return folder_.path(); }

  void Put(std::string_view name, const std::string& content) {
    const std::string file = path() + "/" + std::string(name);
    unlink(file.c_str());
    written_.push_back(file);
    if (name == "current") {
      (void)!symlink(content.c_str(), file.c_str());
      return;
    }
    const base::UniqueFd fd(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
    Require(fd.valid() && base::WriteAll(fd.get(), content).has_value());
  }
  void Clear() {
    for (const std::string& file : written_) unlink(file.c_str());
    written_.clear();
  }

 private:
  void MakeFolders(std::string_view folder) const {
    for (std::size_t at = folder.find('/');; at = folder.find('/', at + 1)) {
      (void)mkdir((path() + "/" + std::string(folder.substr(0, at))).c_str(), 0755);
      if (at == std::string_view::npos) return;
    }
  }

  fuzz::ScratchFolder folder_;
  std::vector<std::string> written_;
};

void CheckPrintable(const std::string& line) {
  for (const char c : line) Require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

void CheckSurvey(const release::ReleaseSnapshot& snapshot) {
  std::size_t bytes = 0;
  for (const release::Variable& variable : snapshot.config) {
    bytes += variable.name.size() + variable.value.size();
    Require(!variable.name.empty() && variable.name.find('=') == std::string::npos);
    CheckPrintable(variable.source);
  }
  Require(bytes <= release::kMaxConfig && snapshot.config.size() <= release::kMaxConfigVariables);
  Require(snapshot.warnings.size() <= release::kMaxWarnings);
  for (const std::string& warning : snapshot.warnings) CheckPrintable(warning);
  for (const auto& layers : {snapshot.versions, snapshot.isolation}) {
    for (const release::IsolationLayer& layer : layers) {
      for (const std::string& folder : layer.path) Require(folder.starts_with('/'));
      for (const release::Substitution& program : layer.programs) {
        Require(program.words.empty() != program.refusal.empty());
        CheckPrintable(program.refusal);
      }
    }
  }
  Require(snapshot.console.words.empty() == snapshot.console.why.empty());
  CheckPrintable(snapshot.console.why);
  CheckPrintable(snapshot.elsewhere.advice);
  CheckPrintable(snapshot.commit);
  CheckPrintable(snapshot.release);
}

// An envdir, a unit, and a file in the dialect that the upper bits say.
void AddSources(const std::string& root, unsigned kinds, release::App& app,
                release::RootOwnedSources& root_owned) {
  const auto dialect =
      static_cast<release::Dialect>((kinds >> 3U) % release::DialectNames().size());
  app.config.push_back({"shared/other", true, dialect, release::SourceKind::kFile});
  app.config.push_back({"shared/env", true, dialect, release::SourceKind::kFolder});
  app.config.push_back({"a.service", false, dialect, release::SourceKind::kUnit});
  release::UnitEnvironment unit;
  unit.environment = {"A=1", "VARIABLE=2"};
  unit.files = {{root + "/shared/*.env", true}, {root + "/shared/other", false}};
  unit.unset = {"B", "A=1"};
  root_owned.units.emplace("a.service", std::move(unit));
}

}  // namespace

// The name of a release up to a NUL; a byte: the layout, the isolation and further sources; then
// sections, each a byte for its file and content up to byte 0xFF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Root root;
  fuzz::Input input(data, size);
  const std::string release = input.Until('\0');
  const unsigned kinds = input.Byte();
  release::App app;
  app.name = "shop";
  app.file = "etc/apps/shop.json";
  const bool checkout = (kinds & 1U) != 0;
  app.root = root.path() + (checkout ? "/releases/1" : "");
  if ((kinds & 2U) != 0) app.isolation = {false, {release::IsolationKind::kBundler}};
  constexpr std::array kLayouts = {release::LayoutKind::kCapistrano, release::LayoutKind::kDeployer,
                                   release::LayoutKind::kMina, release::LayoutKind::kAuto};
  app.layout = checkout ? release::LayoutKind::kCheckout : kLayouts.at((kinds >> 6U) & 3U);
  app.config = {{"shared/.env", true}, {std::string(release::kCheckoutEnv), true}};
  release::RootOwnedSources root_owned;
  if ((kinds & 4U) != 0) AddSources(root.path(), kinds, app, root_owned);
  release::Account account;
  account.name = "deploy";
  account.home = root.path() + "/home";
  while (!input.empty()) {
    const std::string_view file = kFiles.at(input.Byte() % kFiles.size());
    root.Put(file, input.Until('\xFF'));
  }
  const auto snapshot = release::TakeSnapshot(
      app, account, {release, {"rake", "rails", "manage.py", "pip"}}, root_owned);
  if (snapshot) {
    CheckSurvey(*snapshot);
  } else {
    Require(snapshot.error().status >= 64 && !snapshot.error().message.empty());
    CheckPrintable(snapshot.error().message);
  }
  root.Clear();
  return 0;
}
