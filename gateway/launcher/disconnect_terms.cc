#include "gateway/launcher/disconnect_terms.h"

#include <fmt/format.h>

namespace launcher {

using config::Disconnect;

DisconnectTerms DisconnectTermsOf(const release::ProcessParts& parts,
                                  const config::GatewaySettings& settings, bool detached) {
  constexpr Disconnect kGoesOn{.action = Disconnect::Action::kContinue};
  if (detached) return {kGoesOn, kGoesOn};
  // A person who comes back to a terminal wants to go on where they were. A command without one
  // needs no person.
  constexpr Disconnect kKept{.action = Disconnect::Action::kKeep, .keep = std::chrono::minutes(15)};
  const Disconnect lost = parts.pty ? kKept : kGoesOn;
  const config::OnDisconnect& terms = parts.on_disconnect;
  return {
      .left = terms.left.value_or(config::ParseDisconnect(settings.on_left).value_or(Disconnect{})),
      .lost = terms.lost.value_or(config::ParseDisconnect(settings.on_lost).value_or(lost))};
}

std::string ExplainDisconnect(const DisconnectTerms& terms) {
  return fmt::format("client gone: {} when it leaves, {} when its connection is lost\n",
                     config::FormatDisconnect(terms.left), config::FormatDisconnect(terms.lost));
}

}  // namespace launcher
