#include "gateway/installation/configuration.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "config/json_document.h"

namespace installation {
namespace {

constexpr std::size_t kMaxFiles = 100'000;  // in people/ or apps/

struct NamedFile {
  std::string name;  // without the ending
  std::string path;
  std::string text;
};

void AddProblem(config::Problems& problems, const std::string& path, const base::Error& error) {
  // The message may begin with the path, which a problem names anyway.
  std::string_view message = error.message();
  if (message.substr(0, path.size() + 2) == path + ": ") message.remove_prefix(path.size() + 2);
  Add(problems, config::ProblemOf(path, 0, std::string(message),
                                  error.code() == base::Code::kDenied
                                      ? "it has to belong to root, writable by nobody else"
                                      : ""));
}

// nullopt if it is absent; also if it cannot be read, which is a problem.
std::optional<std::string> ReadOne(const std::string& path, config::Problems& problems) {
  auto text = base::ReadFile(AT_FDCWD, path, config::kMaxFile, base::Ownership::kTrusted);
  if (text) return *std::move(text);
  if (text.error().code() != base::Code::kNotFound) AddProblem(problems, path, text.error());
  return std::nullopt;
}

// The files of `directory` whose names end with `ending`; hidden ones and editors' copies are
// passed over.
std::vector<NamedFile> ReadAll(const std::string& directory, std::string_view ending,
                               config::Problems& problems) {
  std::vector<NamedFile> files;
  const auto names = base::ListDirectory(AT_FDCWD, directory, kMaxFiles);
  if (!names) {
    if (names.error().code() != base::Code::kNotFound) {
      AddProblem(problems, directory, names.error());
    }
    return files;
  }
  for (const std::string& name : *names) {
    const std::string path = fmt::format("{}/{}", directory, name);
    if (name[0] == '.' || name.back() == '~') continue;
    if (name.size() <= ending.size() ||
        name.compare(name.size() - ending.size(), ending.size(), ending) != 0) {
      config::Warn(problems, path, 0,
                   fmt::format("is not read: its name does not end in {}", ending));
      continue;
    }
    auto text = ReadOne(path, problems);
    if (!text) continue;
    files.push_back({name.substr(0, name.size() - ending.size()), path, *std::move(text)});
  }
  return files;
}

void LoadPolicy(const std::string& etc, const authz::Policy::Names& names,
                config::Problems& problems, Configuration& configuration) {
  const std::string path = etc + "/policy.json";
  const std::size_t before = problems.size();
  const auto text = ReadOne(path, problems);
  if (text) {
    auto policy = authz::Policy::Parse(path, *text, names, problems);
    if (policy) configuration.policy = *std::move(policy);
  } else if (problems.size() == before) {
    config::Warn(problems, path, 0, "there is no policy: nobody may run anything");
  }
}

std::vector<authz::PersonFile> ReadPeople(const config::Paths& paths, config::Problems& problems) {
  std::vector<authz::PersonFile> people;
  for (NamedFile& file : ReadAll(paths.etc + "/people", ".pub", problems)) {
    people.push_back({std::move(file.name), std::move(file.path), std::move(file.text)});
  }
  return people;
}

}  // namespace

std::map<std::string, release::App> LoadApps(const config::Paths& paths,
                                             config::Problems& problems) {
  std::map<std::string, release::App> apps;
  for (const NamedFile& file : ReadAll(paths.etc + "/apps", ".json", problems)) {
    auto app = release::ParseApp(file.name, file.path, file.text, problems);
    if (app) apps.emplace(file.name, *std::move(app));
  }
  return apps;
}

std::optional<authz::People> LoadPeople(const config::Paths& paths, config::Problems& problems) {
  config::Problems found;
  auto people = authz::People::Load(ReadPeople(paths, found), found);
  if (config::HasErrors(found)) people.reset();
  for (config::Problem& problem : found) config::Add(problems, std::move(problem));
  return people;
}

std::optional<Configuration> LoadConfiguration(const config::Paths& paths,
                                               config::Problems& problems) {
  Configuration configuration;
  config::Problems found;
  authz::Policy::Names names;

  const std::string gateway = paths.etc + "/gateway.json";
  if (const auto text = ReadOne(gateway, found)) {
    auto settings = config::ParseGatewaySettings(gateway, *text, found);
    if (settings) configuration.settings = *std::move(settings);
  }

  const std::vector<authz::PersonFile> people = ReadPeople(paths, found);
  // A person whose file is wrong is known all the same: one fault is reported once.
  for (const authz::PersonFile& person : people) names.people.push_back(person.name);
  if (auto loaded = authz::People::Load(people, found)) configuration.people = *std::move(loaded);

  for (const NamedFile& file : ReadAll(paths.etc + "/apps", ".json", found)) {
    names.apps.push_back(file.name);
    auto app = release::ParseApp(file.name, file.path, file.text, found);
    if (app) configuration.apps.emplace(file.name, *std::move(app));
  }

  std::sort(names.people.begin(), names.people.end());
  std::sort(names.apps.begin(), names.apps.end());
  LoadPolicy(paths.etc, names, found, configuration);

  const bool good = !config::HasErrors(found);
  for (config::Problem& problem : found) config::Add(problems, std::move(problem));
  if (!good) return std::nullopt;
  return configuration;
}

}  // namespace installation
