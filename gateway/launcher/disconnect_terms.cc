#include "gateway/launcher/disconnect_terms.h"

#include <fmt/format.h>

#include "config/quantity.h"

namespace launcher {

using config::Disconnect;

namespace {

std::string Spoken(const Disconnect& disconnect) {
  switch (disconnect.action) {
    case Disconnect::Action::kHangUp:
      return "is hung up";
    case Disconnect::Action::kContinue:
      return "goes on";
    case Disconnect::Action::kKeep:
      break;
  }
  return fmt::format("is kept for {}", config::FormatDuration(disconnect.keep));
}

}  // namespace

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
  return fmt::format(
      "client gone: the run {} when the client leaves, and {} when its connection is lost\n",
      Spoken(terms.left), Spoken(terms.lost));
}

}  // namespace launcher
