#include "gateway/installation/in_force.h"

#include <fcntl.h>

#include <utility>

#include "base/file.h"
#include "config/json_document.h"

namespace installation {
namespace {

constexpr auto kTesters = config::Severity::kWarning;

// Returns the files of `newest`; those with errors come from `good`.
FileSet Mend(const FileSet& newest, const Reading& reading, const FileSet& good) {
  FileSet mended = newest;
  mended.unread.clear();
  const auto take = [&](const std::string& name, bool keep_empty) {
    const auto before = good.texts.find(name);
    if (before != good.texts.end()) {
      mended.texts[name] = before->second;
    } else if (keep_empty) {
      // Without the file, rules that name this person would be errors, and the whole policy with
      // them.
      mended.texts[name] = "";  // a person without a key
    } else {
      mended.texts.erase(name);
    }
  };
  for (const std::string& person : reading.bad_people) {
    take(PersonFileOf(person), authz::IsPersonName(person));
  }
  for (const std::string& app : reading.bad_apps) take(AppFileOf(app), false);
  return mended;
}

// Reads files that were good. Another version of this program may find errors in them.
std::optional<std::pair<FileSet, Reading>> ReadGood(FileSet files) {
  config::Problems told_before;
  Reading reading = Read(files, kTesters, told_before);
  if (!reading.bad_people.empty() || !reading.bad_apps.empty()) {
    files = Mend(files, reading, FileSet());
    reading = Read(files, kTesters, told_before);
  }
  if (reading.bad) return std::nullopt;
  return std::pair{std::move(files), std::move(reading)};
}

std::set<std::string> PeopleUnread(const FileSet& newest, const authz::People& people) {
  std::set<std::string> unread;
  for (const std::string& person : people.names()) {
    if (newest.Unread(PersonFileOf(person))) unread.insert(person);
  }
  return unread;
}

bool Differs(const FileSet& one, const FileSet& other, const std::string& name) {
  const auto in_one = one.texts.find(name);
  const auto in_other = other.texts.find(name);
  if (in_one == one.texts.end() || in_other == other.texts.end()) {
    return (in_one == one.texts.end()) != (in_other == other.texts.end());
  }
  return in_one->second != in_other->second;
}

// Removes from a configuration the rights that the newest files take away.
void TakeAway(const FileSet& newest, const Reading& reading, Configuration& configuration) {
  configuration.people.Narrow(reading.configuration.people,
                              PeopleUnread(newest, configuration.people));
  configuration.policy.Narrow(reading.removals);
}

class Loading {
 public:
  Loading(const config::Paths& paths, Store* store, const Configuration* now)
      : paths_(paths), store_(store), now_(now) {}

  std::optional<InForce> Run(config::Problems& problems) {
    newest_ = ReadFileSet(paths_.etc, problems);
    if (!newest_.missing.empty()) RefuseMissing(PartsInForce(), newest_, problems);
    reading_ = Read(newest_, kTesters, problems);
    const bool in_order =
        reading_.bad_people.empty() && reading_.bad_apps.empty() && reading_.contested.empty();
    if (!reading_.bad && in_order) {
      return Keep(newest_, std::move(reading_.configuration), Standing::kWhole);
    }
    // If the store does not have the configuration in force, its last one is older and may allow
    // more.
    if (now_ != nullptr && now_->digest.empty()) return RefuseBy(*now_);
    const auto good = LastGood();
    if (!good && now_ != nullptr) return RefuseBy(*now_);
    if (!good) return std::nullopt;
    return reading_.bad ? Refuse(*good) : TakeInPart(*good);
  }

 private:
  struct Good {
    std::string digest;
    FileSet files;
  };

  std::optional<Good> LastGood() const {
    if (store_ == nullptr) return std::nullopt;
    const auto digest = store_->Good();
    if (!digest || !*digest) return std::nullopt;
    auto files = store_->Read(**digest);
    if (!files) return std::nullopt;
    return Good{**digest, *std::move(files)};
  }

  // The parts of etc/ that the configuration in force has; at a start, the last good one.
  std::set<std::string> PartsInForce() const {
    if (now_ == nullptr) {
      const auto good = LastGood();
      return good ? PartsOf(good->files) : std::set<std::string>();
    }
    std::set<std::string> parts;
    if (now_->settings != config::GatewaySettings()) parts.emplace(kGatewayFile);
    if (!now_->policy.rules().empty()) parts.emplace(kPolicyFile);
    if (!now_->people.names().empty()) parts.emplace(kPeople);
    if (!now_->apps.empty()) parts.emplace(kApps);
    return parts;
  }

  InForce Keep(const FileSet& files, Configuration configuration, Standing standing) const {
    InForce result{std::move(configuration), standing, ""};
    auto digest = store_ == nullptr ? base::Fail(base::Code::kNotFound, "there is no store")
                                    : store_->Keep(files);
    if (digest) result.configuration.digest = *std::move(digest);
    if (!digest) result.not_kept = digest.error().message();
    return result;
  }

  std::optional<InForce> TakeInPart(const Good& good) const {
    auto mended = ReadGood(Mend(newest_, reading_, good.files));
    if (!mended) return Refuse(good);
    auto& [files, reading] = *mended;
    TakeAway(newest_, reading_, reading.configuration);
    reading.configuration.not_in_force = {
        .all = false, .people = reading_.bad_people, .apps = reading_.bad_apps};
    reading.configuration.not_in_force.people.insert(reading_.contested.begin(),
                                                     reading_.contested.end());
    return Keep(files, std::move(reading.configuration), Standing::kInPart);
  }

  std::optional<InForce> Refuse(const Good& good) const {
    auto read = ReadGood(good.files);
    if (!read) return now_ == nullptr ? std::nullopt : std::optional(RefuseBy(*now_));
    Configuration& configuration = read->second.configuration;
    TakeAway(newest_, reading_, configuration);
    configuration.digest = good.digest;
    NotInForce& missing = configuration.not_in_force;
    missing.all = true;
    missing.people = reading_.contested;
    for (const std::string& person : configuration.people.names()) {
      if (Differs(newest_, good.files, PersonFileOf(person))) missing.people.insert(person);
    }
    for (const auto& [name, app] : configuration.apps) {
      if (Differs(newest_, good.files, AppFileOf(name))) missing.apps.insert(name);
    }
    for (const auto& [name, app] : reading_.configuration.apps) {
      if (!configuration.apps.contains(name)) missing.apps.insert(name);
    }
    return InForce{std::move(configuration), Standing::kRefused, ""};
  }

  InForce RefuseBy(const Configuration& now) const {
    InForce result{now, Standing::kRefused, ""};
    TakeAway(newest_, reading_, result.configuration);
    result.configuration.not_in_force = {
        .all = true, .people = reading_.bad_people, .apps = reading_.bad_apps};
    if (now.digest.empty()) result.not_kept = "the one before could not be kept";
    return result;
  }

  const config::Paths& paths_;
  Store* store_;
  const Configuration* now_;
  FileSet newest_;
  Reading reading_;
};

std::string Render(const config::Problems& problems) {
  std::string text;
  for (const config::Problem& problem : problems) text += problem.Render() + "\n";
  return text + "the configuration has errors";
}

std::optional<config::GatewaySettings> LastGoodSettings(const config::Paths& paths) {
  const auto store = Store::Open(paths.lib);
  if (!store) return std::nullopt;
  const auto digest = store->Good();
  if (!digest || !*digest) return std::nullopt;
  const auto text = store->ReadOne(**digest, std::string(kGatewayFile));
  if (!text && text.error().code() == base::Code::kNotFound) return config::GatewaySettings();
  if (!text) return std::nullopt;
  config::Problems told_before;
  return config::ParseGatewaySettings(store->PathOf(**digest), *text, told_before);
}

}  // namespace

std::optional<InForce> LoadInForce(const config::Paths& paths, Store* store,
                                   const Configuration* now, config::Problems& problems) {
  return Loading(paths, store, now).Run(problems);
}

base::Result<config::GatewaySettings> LoadSettings(const config::Paths& paths) {
  const std::string file = paths.etc + "/" + std::string(kGatewayFile);
  const auto text = base::ReadFile(AT_FDCWD, file, config::kMaxFile, base::Ownership::kTrusted);
  config::Problems problems;
  if (text) {
    if (auto settings = config::ParseGatewaySettings(file, *text, problems)) return *settings;
  }
  if (auto good = LastGoodSettings(paths)) return *std::move(good);
  if (!text && text.error().code() == base::Code::kNotFound) return config::GatewaySettings{};
  if (!text) return base::Fail(text.error());
  return base::Fail(base::Code::kInvalid, Render(problems));
}

}  // namespace installation
