#include "gateway/installation/configuration.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/installation/store.h"

namespace installation {
namespace {

// Returns "alice" for "people/alice.pub".
std::string NameOf(std::string_view file, std::string_view folder, std::string_view ending) {
  return std::string(file.substr(folder.size(), file.size() - folder.size() - ending.size()));
}

void Append(config::Problems&& found, config::Problems& problems) {
  for (config::Problem& problem : found) config::Add(problems, std::move(problem));
}

void ReadSettings(const FileSet& files, Reading& reading, config::Problems& problems) {
  const auto text = files.texts.find(std::string(kGatewayFile));
  if (text == files.texts.end()) return;
  auto settings = config::ParseGatewaySettings(files.PathOf(kGatewayFile), text->second, problems);
  reading.bad |= !settings;
  if (settings) reading.configuration.settings = *std::move(settings);
}

// Returns the people who have a file, even one with errors: so each error is reported only once.
std::vector<std::string> ReadPeople(const FileSet& files, Reading& reading,
                                    config::Problems& problems) {
  std::vector<authz::PersonFile> people;
  std::vector<std::string> names;
  for (const auto& [file, text] : files.texts) {
    if (!file.starts_with(kPeople)) continue;
    names.push_back(NameOf(file, kPeople, kPersonEnding));
    people.push_back({names.back(), files.PathOf(file), text});
  }
  authz::PeopleReading read = authz::People::Read(people, problems);
  reading.configuration.people = std::move(read.people);
  reading.bad_people = std::move(read.bad);
  reading.contested = std::move(read.contested);
  for (const std::string& file : files.unread) {
    if (!file.starts_with(kPeople)) continue;
    names.push_back(NameOf(file, kPeople, kPersonEnding));
    reading.bad_people.insert(names.back());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> ReadApps(const FileSet& files, Reading& reading,
                                  config::Problems& problems) {
  std::vector<std::string> names;
  for (const auto& [file, text] : files.texts) {
    if (!file.starts_with(kApps)) continue;
    const std::string name = NameOf(file, kApps, kAppEnding);
    names.push_back(name);
    config::Problems found;  // a list of its own, so that no app's problems are cut off
    auto app = release::ParseApp(name, files.PathOf(file), text, found);
    Append(std::move(found), problems);
    if (app) {
      reading.configuration.apps.emplace(name, *std::move(app));
    } else {
      reading.bad_apps.insert(name);
    }
  }
  for (const std::string& file : files.unread) {
    if (!file.starts_with(kApps)) continue;
    names.push_back(NameOf(file, kApps, kAppEnding));
    reading.bad_apps.insert(names.back());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void ReadPolicy(const FileSet& files, const authz::Policy::Names& names, Reading& reading,
                config::Problems& problems) {
  const std::string path = files.PathOf(kPolicyFile);
  const auto text = files.texts.find(std::string(kPolicyFile));
  if (text == files.texts.end()) {
    if (files.Unread(kPolicyFile)) return;
    return config::Warn(problems, path, 0, "there is no policy: no person may run anything");
  }
  config::Problems found;
  auto policy = authz::Policy::Parse(path, text->second, names, found);
  Append(std::move(found), problems);
  if (policy) {
    reading.configuration.policy = *std::move(policy);
  } else {
    reading.bad = true;
    // Rights that the broken policy takes away are taken away all the same
    // (authz/policy_removals.cc).
    reading.removals = authz::Policy::RemovalsOf(path, text->second);
  }
}

// Empty for users who may not read the store.
std::set<std::string> LastGoodParts(const config::Paths& paths) {
  const auto store = Store::Open(paths.lib);
  if (!store) return {};
  const auto good = store->Good();
  const auto files = good && *good ? store->Read(**good) : base::Result<FileSet>(FileSet());
  return files ? PartsOf(*files) : std::set<std::string>();
}

}  // namespace

Reading Read(const FileSet& files, config::Severity unknown_tester, config::Problems& problems) {
  Reading reading;
  reading.bad =
      !files.unread_folders.empty() || files.Unread(kGatewayFile) || files.Unread(kPolicyFile);
  ReadSettings(files, reading, problems);
  authz::Policy::Names names;
  names.unknown_tester = unknown_tester;
  names.people = ReadPeople(files, reading, problems);
  names.apps = ReadApps(files, reading, problems);
  ReadPolicy(files, names, reading, problems);
  return reading;
}

std::map<std::string, release::App> LoadApps(const config::Paths& paths,
                                             config::Problems& problems) {
  Reading reading;
  ReadApps(ReadAppFiles(paths.etc, problems), reading, problems);
  return std::move(reading.configuration.apps);
}

std::optional<Configuration> LoadConfiguration(const config::Paths& paths,
                                               config::Problems& problems) {
  config::Problems found;
  FileSet files = ReadFileSet(paths.etc, found);
  if (!files.missing.empty()) RefuseMissing(LastGoodParts(paths), files, found);
  Reading reading = Read(files, config::Severity::kError, found);
  const bool good = !config::HasErrors(found);
  Append(std::move(found), problems);
  if (!good) return std::nullopt;
  return std::move(reading.configuration);
}

bool Configuration::AsksForPrivateRuns() const {
  const auto& rules = policy.rules();
  return std::any_of(apps.begin(), apps.end(),
                     [](const auto& entry) { return entry.second.private_runs; }) ||
         std::any_of(rules.begin(), rules.end(),
                     [](const authz::Rule& rule) { return rule.private_run; });
}

}  // namespace installation
