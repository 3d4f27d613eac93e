#include "authz/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace authz {
namespace {

constexpr std::size_t kMaxKeys = 1000;  // of one person

// `line` is the text of the file's line `number`. The column counts from 1; 0 means the whole line.
config::Problem At(const std::string& path, std::size_t number, std::string_view line,
                   KeyLineFault fault) {
  config::Problem problem =
      config::ProblemOf(path, number, std::move(fault.message), std::move(fault.hint));
  problem.column = fault.column;
  config::ShowLine(problem, line);
  return problem;
}

}  // namespace

bool IsPersonName(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 32 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), good);
}

std::optional<People> People::Load(const std::vector<PersonFile>& files,
                                   config::Problems& problems) {
  config::Problems found;
  PeopleReading reading = Read(files, found);
  const bool good = !config::HasErrors(found);
  for (config::Problem& problem : found) config::Add(problems, std::move(problem));
  if (!good) return std::nullopt;
  return std::move(reading.people);
}

PeopleReading People::Read(const std::vector<PersonFile>& files, config::Problems& problems) {
  PeopleReading reading;
  reading.people.keys_.reserve(files.size());
  for (const PersonFile& file : files) LoadFile(file, reading, problems);
  std::sort(reading.people.names_.begin(), reading.people.names_.end());
  return reading;
}

void People::LoadFile(const PersonFile& file, PeopleReading& reading, config::Problems& problems) {
  const auto fault = [&](config::Problem problem) {
    reading.bad.insert(file.name);
    Add(problems, std::move(problem));
  };
  if (!IsPersonName(file.name)) {
    return fault(config::ProblemOf(
        file.path, 0, fmt::format("{} is no person's name", base::Quote(file.name)),
        "a small letter, then up to 31 small letters, digits, dots, _ and -"));
  }
  reading.people.names_.push_back(file.name);
  if (file.text.find("PRIVATE KEY-----") != std::string::npos) {
    // The message does not show the line: it is a secret.
    return fault(config::ProblemOf(file.path, 0, "is a private key",
                                   "the public one belongs here; make a new pair, this one is "
                                   "no secret any more"));
  }
  std::size_t number = 0;
  std::size_t keys = 0;
  for (std::string_view rest = file.text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++number;
    auto parsed = ParseKeyLine(line);
    if (!parsed) {
      fault(At(file.path, number, line, std::move(parsed.error())));
    } else if (parsed->has_value()) {
      if (++keys > kMaxKeys) {
        return fault(config::ProblemOf(file.path, number,
                                       fmt::format("more than {} keys of one person", kMaxKeys)));
      }
      AddKey(Key{file.name, file.path, number, **std::move(parsed)}, line, reading, problems);
    }
  }
}

void People::AddKey(Key key, std::string_view line, PeopleReading& reading,
                    config::Problems& problems) {
  const auto [entry, added] = reading.people.keys_.try_emplace(key.settings.key.blob());
  if (added) {
    entry->second.emplace(std::move(key));
    return;
  }
  Key& other = *entry->second;
  reading.contested.insert({other.person, key.person});
  // With two persons, the record could not say who has logged in; with two lines of one, the
  // options could differ.
  other.contested = fmt::format("the key stands in {}:{}, too, and so lets no one in",
                                base::Escape(key.path, 4096), key.line);
  std::string message = other.person == key.person
                            ? fmt::format("this key stands in line {} already", other.line)
                            : fmt::format("this key is {}'s already: {}:{}", other.person,
                                          base::Escape(other.path, 4096), other.line);
  Add(problems, At(key.path, key.line, line, {0, std::move(message), "a key is one person's"}));
}

void People::NarrowKey(Key& key, const Key& newest) {
  // Only restrictions are taken over: the newest files have errors, and a half-written file must
  // not widen access.
  if (key.contested.empty()) key.contested = newest.contested;
  KeyLine& settings = key.settings;
  if (newest.settings.expires) {
    settings.expires = settings.expires ? std::min(*settings.expires, *newest.settings.expires)
                                        : *newest.settings.expires;
  }
  settings.touch_required |= newest.settings.touch_required;
  settings.verify_required |= newest.settings.verify_required;
  if (newest.settings.from) key.also_from = newest.settings.from;
}

void People::Narrow(const People& newest, const std::set<std::string>& unread) {
  for (auto entry = keys_.begin(); entry != keys_.end();) {
    Key& key = *entry->second;
    const Key* const now = newest.Find(entry->first);
    if (unread.contains(key.person)) {
      ++entry;
    } else if (now == nullptr || (now->person != key.person && now->contested.empty())) {
      entry = keys_.erase(entry);
    } else {
      NarrowKey(key, *now);
      ++entry;
    }
  }
  std::erase_if(
      names_, [&](const std::string& name) { return !newest.Has(name) && !unread.contains(name); });
}

const Key* People::Find(std::string_view blob) const {
  const auto found = keys_.find(std::string(blob));
  return found == keys_.end() ? nullptr : &*found->second;
}

std::variant<Admission, Rejection> People::Probe(std::string_view blob, std::string_view source,
                                                 base::WallTime now) const {
  const Key* const key = Find(blob);
  if (key == nullptr) {
    const auto parsed = PublicKey::Parse(blob);
    return Rejection{parsed ? parsed->Fingerprint() : "", "",
                     parsed ? "no person has this key" : parsed.error().message()};
  }
  const KeyLine& settings = key->settings;
  const std::string fingerprint = settings.key.Fingerprint();
  const auto rejected = [&](std::string_view why) {
    return Rejection{fingerprint, key->person,
                     fmt::format("{}:{}: {}", base::Escape(key->path, 4096), key->line, why)};
  };
  if (!key->contested.empty()) return rejected(key->contested);
  for (const auto* const from : {&settings.from, &key->also_from}) {
    if (!*from) continue;
    const auto address = Address::Parse(source);
    if (!address || !(*from)->Admits(*address)) {
      return rejected(fmt::format("from=\"{}\" does not admit {}", base::Escape((*from)->text()),
                                  base::Escape(source)));
    }
  }
  if (settings.expires && now >= *settings.expires) {
    return rejected(fmt::format("the key has expired at {}", base::FormatUtc(*settings.expires)));
  }
  return Admission{key->person, fingerprint};
}

std::variant<Admission, Rejection> People::Authenticate(std::string_view blob,
                                                        std::string_view source, base::WallTime now,
                                                        const SignatureFacts& facts) const {
  auto answer = Probe(blob, source, now);
  const Key* const key = Find(blob);
  const auto* const admission = std::get_if<Admission>(&answer);
  if (admission == nullptr || key == nullptr || !key->settings.key.hardware()) return answer;
  const KeyLine& settings = key->settings;
  std::string why;
  if (settings.touch_required && !facts.user_present) {
    why = "the security key was not touched";
  } else if (settings.verify_required && !facts.user_verified) {
    why = "the security key did not verify its user (PIN or finger)";
  }
  if (why.empty()) return answer;
  return Rejection{admission->fingerprint, key->person,
                   fmt::format("{}:{}: {}", base::Escape(key->path, 4096), key->line, why)};
}

bool People::Has(std::string_view person) const {
  return std::binary_search(names_.begin(), names_.end(), person);
}

}  // namespace authz
