#include "gateway/record/replay_page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace record {
namespace {

// A browser draws every cell of a window, and a client may claim any size.
constexpr std::uint32_t kMaxColumns = 1000;
constexpr std::uint32_t kMaxRows = 500;
constexpr std::size_t kMaxText = 64UL * 1024;  // bytes of the command that are shown

// The style of the page; the player brings its own.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font: 600 1.25rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 1rem 0; }
@media (min-width: 48rem) { dl { grid-template-columns: max-content 1fr max-content 1fr; } }
dt { opacity: 0.65; }
dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
footer { font-size: 0.8rem; margin-top: 1rem; opacity: 0.65; }
pre { white-space: pre-wrap; }
)";

constexpr std::string_view kStart = R"(
"use strict";
const player = AsciinemaPlayer.create(
  {data: document.getElementById("recording").textContent},
  document.getElementById("terminal"),
  {controls: true, fit: "width", preload: true});
)";

std::string Html(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

// Escapes a stranger's bytes.
std::string HtmlOf(std::string_view bytes) { return Html(base::Escape(bytes, kMaxText)); }

// Makes a line of JSON safe in a script element. Only "<" can end the element, and JSON has it in
// strings alone, where an escape is allowed.
std::string InScript(std::string_view json) {
  std::string line;
  line.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      line += "\\u003c";
    } else {
      line += c;
    }
  }
  return line;
}

// Returns the hash source of a script or style for a Content-Security-Policy.
std::string SourceOf(std::string_view script) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(script.data(), script.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return "'none'";
  }
  const std::string bytes(digest.begin(), digest.begin() + size);
  return "'sha256-" + base::Base64Encode(bytes) + "'";
}

std::string Lasted(std::chrono::milliseconds time) {
  const auto seconds = time.count() / 1000;
  if (seconds < 60) return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string Fact(std::string_view name, const std::string& html) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, html);
}

}  // namespace

base::Result<ReplayPage> ReplayPage::Create(const About& about, const Player& player) {
  if (player.script.empty()) {
    return base::Fail(
        base::Code::kUnavailable,
        "this build of oneoff has no player for pages: npm, or what it fetches, was not "
        "there when it was configured; install npm, run cmake and build again, or use "
        "--asciicast");
  }
  About shown = about;
  shown.columns = std::min(about.columns, kMaxColumns);
  shown.rows = std::min(about.rows, kMaxRows);
  return ReplayPage(shown, player);
}

std::string ReplayPage::Begin() const {
  // The player sets styles from its script (CSSOM), which style-src does not restrict.
  const std::string policy = fmt::format(
      "default-src 'none'; script-src {} {} 'wasm-unsafe-eval'; style-src {} {}; "
      "base-uri 'none'; form-action 'none'",
      SourceOf(player_.script), SourceOf(kStart), SourceOf(player_.style), SourceOf(kStyle));
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<title>{}+{}: {}</title>\n<style>{}</style>\n<style>{}</style>\n</head>\n<body>\n"
      "<script type=\"application/x-asciicast\" id=\"recording\">{}",
      policy, HtmlOf(about_.app), HtmlOf(about_.release), HtmlOf(about_.command), player_.style,
      kStyle, InScript(cast_.Header()));
}

std::string ReplayPage::Event(const Moment& moment) {
  last_ = moment.at;
  const auto* const window = std::get_if<Window>(&moment.what);
  if (window == nullptr) return InScript(cast_.Event(moment));
  const Window shown{std::min(window->rows, kMaxRows), std::min(window->columns, kMaxColumns)};
  return InScript(cast_.Event({moment.at, shown}));
}

std::string ReplayPage::Facts(std::string_view flaw, std::string_view omitted) const {
  std::string facts =
      Fact("Release", HtmlOf(about_.app + "+" + about_.release)) +
      Fact("Who", fmt::format("{}, from {}", HtmlOf(about_.person), HtmlOf(about_.source))) +
      Fact("Ran as", HtmlOf(about_.user)) + Fact("Run", HtmlOf(about_.run)) +
      Fact("Started", base::FormatUtc(about_.started)) + Fact("Duration", Lasted(last_)) +
      Fact("On", about_.terminal ? "a terminal" : "pipes: stdout and stderr are shown together");
  if (!omitted.empty()) facts += Fact("Not in it", HtmlOf(omitted));
  if (!flaw.empty()) facts += Fact("Incomplete", HtmlOf(flaw));
  return facts;
}

std::string ReplayPage::End(std::string_view flaw, std::string_view omitted) const {
  // The player needs at least one event. This one also marks the end.
  const double end = static_cast<double>(last_.count()) / 1000;
  return fmt::format(
      "[{:.3f},\"o\",\"\"]\n</script>\n<header>\n<h1>{}</h1>\n<dl>\n{}</dl>\n</header>\n"
      "<noscript>It is played by JavaScript, which is off.</noscript>\n"
      "<div id=\"terminal\"></div>\n"
      "<footer><details><summary>Played by asciinema player {}; its licenses</summary>\n"
      "<pre>{}</pre></details></footer>\n"
      "<script>{}</script>\n<script>{}</script>\n</body>\n</html>\n",
      end, about_.command.empty() ? "(no command)" : HtmlOf(about_.command), Facts(flaw, omitted),
      Html(player_.version), Html(player_.licenses), player_.script, kStart);
}

}  // namespace record
