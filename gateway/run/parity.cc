#include "gateway/run/parity.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace run {
namespace {

// The terminal's first line has room for about so many.
constexpr std::size_t kInSummary = 10;

class Comparison {
 public:
  // `process` and `oneoff` are texts that may be shown.
  void Texts(const std::string& what, const std::string& process, const std::string& oneoff) {
    if (process == oneoff) return;
    found_.push_back({what, fmt::format("the process has {}, a one-off gets {}",
                                        base::Escape(process), base::Escape(oneoff))});
  }
  enum class Values { kShown, kSecret };
  void Lists(std::string_view what, const std::vector<Named>& process,
             const std::vector<Named>& oneoff, Values values) {
    for (const Named& mine : process) {
      const Named* const other = Find(oneoff, mine.name);
      const std::string name = fmt::format("{} {}", what, base::Escape(mine.name, 64));
      if (other == nullptr) {
        found_.push_back({name, "only the process has it"});
      } else if (values == Values::kShown) {
        Texts(name, mine.text, other->text);
      } else if (mine.text != other->text) {
        found_.push_back({name, "has another value"});
      }
    }
    for (const Named& theirs : oneoff) {
      if (Find(process, theirs.name) != nullptr) continue;
      found_.push_back(
          {fmt::format("{} {}", what, base::Escape(theirs.name, 64)), "only a one-off gets it"});
    }
  }
  std::vector<Difference> Take() && { return std::move(found_); }

 private:
  static const Named* Find(const std::vector<Named>& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(),
                                    [&](const Named& item) { return item.name == name; });
    return found == list.end() ? nullptr : &*found;
  }

  std::vector<Difference> found_;
};

std::string Joined(const std::vector<std::uint32_t>& numbers) {
  return fmt::format("{}", fmt::join(numbers, ", "));
}

}  // namespace

std::vector<Difference> Compare(const ProcessRecord& process, const ProcessRecord& oneoff) {
  using Values = Comparison::Values;
  Comparison comparison;
  // A record that comes from /proc alone names no release.
  if (!process.release.empty()) comparison.Texts("release", process.release, oneoff.release);
  // Two releases have two folders; that difference is named already.
  if (process.release.empty() || process.release == oneoff.release) {
    comparison.Texts("directory", process.directory, oneoff.directory);
  }
  comparison.Texts("user", fmt::format("{}", process.uid), fmt::format("{}", oneoff.uid));
  comparison.Texts("group", fmt::format("{}", process.gid), fmt::format("{}", oneoff.gid));
  comparison.Texts("groups", Joined(process.groups), Joined(oneoff.groups));
  comparison.Texts("umask", fmt::format("{:04o}", process.umask),
                   fmt::format("{:04o}", oneoff.umask));
  comparison.Lists("limit", process.surroundings.limits, oneoff.surroundings.limits,
                   Values::kShown);
  comparison.Lists("namespace", process.surroundings.namespaces, oneoff.surroundings.namespaces,
                   Values::kShown);
  // A record that comes from /proc alone names no interpreters either.
  if (!process.interpreters.empty()) {
    comparison.Lists("interpreter", process.interpreters, oneoff.interpreters, Values::kShown);
  }
  if (process.variables && oneoff.variables) {
    comparison.Lists("variable", *process.variables, *oneoff.variables, Values::kSecret);
  }
  return std::move(comparison).Take();
}

std::string Summary(const std::vector<Difference>& differences) {
  constexpr std::string_view kVariable = "variable ";
  std::vector<std::string> names;
  for (const Difference& difference : differences) {
    if (names.size() == kInSummary) {
      names.push_back(fmt::format("and {} more", differences.size() - kInSummary));
      break;
    }
    const std::string& what = difference.what;
    names.push_back(what.starts_with(kVariable) ? what.substr(kVariable.size()) : what);
  }
  return base::Join(names, ", ");
}

}  // namespace run
