#include "release/env/client_variables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "config/accepted_variables.h"
#include "config/reserved_variables.h"
#include "config/variable_name.h"

namespace release {
namespace {

constexpr std::size_t kMaxTerm = 64;  // bytes

bool IsTerm(std::string_view term) {
  return !term.empty() && term.size() <= kMaxTerm &&
         std::all_of(term.begin(), term.end(), [](char c) { return c > ' ' && c < 0x7F; }) &&
         // ncurses makes a path from TERM; a '/' could lead it to a terminal description of the
         // client's choice.
         term.find('/') == std::string_view::npos;
}

bool Accepts(const std::vector<std::string>& accepted, const Assignment& variable) {
  // A name such as "BASH_FUNC_x%%" is a function to a shell (Shellshock, CVE-2014-6271).
  if (!config::IsVariableName(variable.name)) return false;
  if (config::WhyReserved(variable.name).empty()) {
    return config::AcceptsVariable(accepted, variable.name, variable.value);
  }
  return config::MayBeAcceptedByValue(variable.name) &&
         std::find(accepted.begin(), accepted.end(), variable.name + "=" + variable.value) !=
             accepted.end();
}

// make runs the command in a value such as $(shell COMMAND).
bool MakeExpands(const ClientVariables& client, const Assignment& variable) {
  return client.plain_values && variable.value.find('$') != std::string::npos;
}

bool Takes(const std::vector<std::string>& accepted, const ClientVariables& client,
           const Assignment& sent) {
  return Accepts(accepted, sent) && sent.value.find('\0') == std::string::npos &&
         !MakeExpands(client, sent);
}

}  // namespace

std::vector<Assignment> AcceptedVariables(const ClientVariables& client,
                                          const std::vector<std::string>& accepted) {
  std::map<std::string, std::string> set;
  for (const auto* const variables : {&client.sent, &client.typed}) {
    for (const Assignment& variable : *variables) {
      // Typed variables come later and win, as in a shell's `A=b command`.
      if (Takes(accepted, client, variable)) set[variable.name] = variable.value;
    }
  }
  std::vector<Assignment> variables;
  for (auto& [name, value] : set) variables.push_back({name, std::move(value)});
  return variables;
}

Outcome<void> AddClientVariables(const ClientVariables& client,
                                 const std::vector<std::string>& accepted, Variables& environment) {
  if (IsTerm(client.term)) environment.Set("TERM", client.term, "the client's terminal");
  for (const Assignment& variable : client.sent) {
    if (Takes(accepted, client, variable))
      environment.Set(variable.name, variable.value, "the client");
  }
  for (const Assignment& variable : client.typed) {
    if (!Accepts(accepted, variable)) {
      // What a person typed is refused with a reason. What ssh sent on its own (SendEnv) is only
      // left out.
      return Refuse(kDenied, fmt::format("{}= in front of the command: the rule accepts {}",
                                         base::Escape(variable.name, 64),
                                         accepted.empty() ? "no variables"
                                                          : "only " + base::Join(accepted, ", ")));
    }
    if (MakeExpands(client, variable)) {
      return Refuse(kDenied, fmt::format("{}= in front of the command: the value has a '$', which "
                                         "make would expand, and the command may run make",
                                         base::Escape(variable.name, 64)));
    }
    environment.Set(variable.name, variable.value, "the command line");
  }
  return {};
}

std::vector<std::string> LeftOut(const ClientVariables& client,
                                 const std::vector<std::string>& accepted) {
  std::vector<std::string> names;
  for (const Assignment& variable : client.sent) {
    if (Takes(accepted, client, variable)) continue;
    std::string name = base::Escape(variable.name, 64);
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return names;
}

}  // namespace release
