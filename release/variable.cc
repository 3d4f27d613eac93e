#include "release/variable.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace release {
namespace {

void Note(Variable& variable, std::string source) {
  // The list is for a message. A file may set one name many times.
  if (variable.overrode.size() == kMaxOverrode) variable.overrode.erase(variable.overrode.begin());
  variable.overrode.push_back(std::move(source));
}

}  // namespace

std::string WhyNotInEnvironment() {
  return fmt::format("NAME=value is longer than {} bytes", kMaxExecString);
}

// The entry of that name, with its old source noted as overridden; or a new entry.
Variable& Variables::Entry(std::string name) {
  for (Variable& variable : all_) {
    if (variable.name != name) continue;
    if (!variable.unset) Note(variable, std::move(variable.source));
    return variable;
  }
  return all_.emplace_back(Variable{std::move(name), "", ""});
}

void Variables::Set(std::string name, std::string value, std::string source) {
  Variable& variable = Entry(std::move(name));
  variable.value = std::move(value);
  variable.source = std::move(source);
  variable.unset = false;
}

void Variables::Apply(const Variable& variable) {
  if (variable.unset) return Unset(variable.name);
  Variable& entry = Entry(variable.name);
  for (const std::string& source : variable.overrode) Note(entry, source);
  entry.value = variable.value;
  entry.source = variable.source;
}

void Variables::Unset(std::string_view name) {
  std::erase_if(all_, [&](const Variable& variable) { return variable.name == name; });
}

void Variables::Bury(std::string name, std::string source) {
  Variable& variable = Entry(std::move(name));
  variable.value.clear();
  variable.source = std::move(source);
  variable.unset = true;
}

const Variable* Variables::FindEntry(std::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(),
                                  [&](const Variable& variable) { return variable.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

const Variable* Variables::Find(std::string_view name) const {
  const Variable* const found = FindEntry(name);
  return found == nullptr || found->unset ? nullptr : found;
}

}  // namespace release
