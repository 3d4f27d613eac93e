// `oneoff replay`: plays a recording, searches it, or exports it.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "config/paths.h"
#include "config/quantity.h"
#include "gateway/cli/recording_commands.h"
#include "gateway/cli/replay_screen.h"
#include "gateway/record/asciicast.h"
#include "gateway/record/omissions.h"
#include "gateway/record/playback.h"
#include "gateway/record/player.h"
#include "gateway/record/replay_page.h"
#include "gateway/record/terminal_queries.h"

namespace cli {
namespace {

using record::Moment;
using record::Stream;
using std::chrono::milliseconds;

constexpr int kFailed = 1;
constexpr int kUsage = 64;
constexpr std::size_t kMaxLine = 64UL * 1024;  // bytes of a line to search

struct Order {
  std::string run;
  double speed = 1;
  std::string idle;
  std::string at;
  std::vector<std::string> streams;
  std::string search;
  bool no_wait = false;
  bool raw = false;
  bool asciicast = false;
  bool html = false;
  bool screen = false;
};

// Orders of a replay, read.
struct Times {
  std::optional<milliseconds> idle;
  std::optional<milliseconds> at;
};

int Complain(const std::string& message, int status = kFailed) {
  (void)std::fprintf(stderr, "oneoff: replay: %s\n", message.c_str());
  return status;
}

// Finds the one recording whose id begins with `run`; `last` is the newest.
base::Result<std::string> Find(const record::Store& store, const std::string& run) {
  const auto runs = store.List();
  if (!runs) return base::Fail(runs.error());
  std::vector<std::string> found;
  base::WallTime newest{};
  for (const std::string& id : *runs) {
    if (run != "last" && !id.starts_with(run)) continue;
    if (run == "last") {
      const auto about = record::ReadAbout(store, id);
      if (!about || (!found.empty() && about->started < newest)) continue;
      newest = about->started;
      found.clear();
    }
    found.push_back(id);
  }
  if (found.size() == 1 && !run.empty()) return found.front();
  return base::Fail(
      base::Code::kNotFound,
      fmt::format("{}: {}; oneoff recordings lists them", base::Quote(run, 40),
                  found.empty() ? "there is no such recording" : "several recordings begin so"));
}

void Wait(milliseconds time) {
  timespec left{time.count() / 1000, time.count() % 1000 * 1'000'000};
  while (nanosleep(&left, &left) != 0) {
  }
}

bool IsWanted(const Order& order, Stream stream) {
  const std::string_view name = record::FileOf(stream);
  if (!order.streams.empty()) {
    return std::find(order.streams.begin(), order.streams.end(), name) != order.streams.end();
  }
  return stream != Stream::kStdin && stream != Stream::kTerminalIn;
}

// Calls `on_moment` for each moment. Returns the exit status.
template <class F>
int ForEach(record::Playback& playback, F on_moment) {
  for (;;) {
    const auto moment = playback.Next();
    if (!moment) return Complain(base::Escape(moment.error().message()));
    if (!*moment) return 0;
    if (!on_moment(**moment)) return kFailed;
  }
}

std::string EndsBefore(milliseconds at, milliseconds last) {
  const auto seconds = [](milliseconds time) { return static_cast<double>(time.count()) / 1000; };
  return fmt::format("--at {:g} s: the recording ends before, after {:g} s; this is its end",
                     seconds(at), seconds(last));
}

int Play(record::Playback& playback, const Order& order, const Times& times) {
  milliseconds last{0};
  std::array<record::TerminalQueries, record::kStreamFiles.size()> filters;
  const auto show = [&](const Moment& moment) {
    milliseconds pause = moment.at - std::exchange(last, moment.at);
    if (times.idle) pause = std::min(pause, *times.idle);
    if (!order.no_wait)
      Wait(milliseconds(
          static_cast<std::int64_t>(static_cast<double>(pause.count()) / order.speed)));
    const auto* const output = std::get_if<record::Output>(&moment.what);
    if (output == nullptr || !IsWanted(order, output->stream)) return true;
    const int fd = output->stream == Stream::kStderr ? STDERR_FILENO : STDOUT_FILENO;
    if (order.raw) return base::WriteAll(fd, output->bytes).has_value();
    auto& filter = filters.at(static_cast<std::size_t>(output->stream));
    return base::WriteAll(fd, filter.Without(output->bytes)).has_value();
  };
  if (!times.at) return ForEach(playback, show);
  const auto reached = Reach(playback, times.at);
  if (!reached) return Complain(base::Escape(reached.error().message()));
  if (playback.about().terminal && IsWanted(order, Stream::kTerminal)) {
    const std::string drawn = reached->screen.Draw({.input = order.raw, .title = order.raw});
    auto& filter = filters.at(static_cast<std::size_t>(Stream::kTerminal));
    if (!base::WriteAll(STDOUT_FILENO, order.raw ? drawn : filter.Without(drawn))) return kFailed;
  }
  if (!reached->next) return Complain(EndsBefore(*times.at, reached->last), 0);
  last = *times.at;
  return show(*reached->next) ? ForEach(playback, show) : kFailed;
}

// Prints the screen's text; with colours on a terminal.
int PrintScreen(record::Playback& playback, const Times& times) {
  if (!playback.about().terminal) {
    return Complain("--screen: the run had no terminal; without --screen its output is shown");
  }
  const auto reached = Reach(playback, times.at);
  if (!reached) return Complain(base::Escape(reached.error().message()));
  const auto style = isatty(STDOUT_FILENO) != 0 ? screen::Style::kColored : screen::Style::kPlain;
  const std::string text = record::TerminalQueries().Without(reached->screen.Print(style));
  if (!base::WriteAll(STDOUT_FILENO, text)) return kFailed;
  if (times.at && !reached->next) return Complain(EndsBefore(*times.at, reached->last), 0);
  return 0;
}

// Writes `text`; false, and a message on stderr, on failure.
bool Put(const std::string& text) {
  const auto written = base::WriteAll(STDOUT_FILENO, text);
  if (!written) Complain("the export is cut short: " + written.error().message());
  return written.has_value();
}

int Export(record::Playback& playback) {
  record::Asciicast cast(playback.about());
  if (!Put(cast.Header())) return kFailed;
  return ForEach(playback, [&](const Moment& moment) { return Put(cast.Event(moment)); });
}

// A message about the skipped lines; empty if there are none.
std::string Unreadable(const record::Playback& playback) {
  if (playback.unreadable() == 0) return "";
  return fmt::format("{} {} of timing cannot be read, and {} skipped", playback.unreadable(),
                     playback.unreadable() == 1 ? "line" : "lines",
                     playback.unreadable() == 1 ? "was" : "were");
}

int ExportPage(record::Playback& playback, const std::string& omitted) {
  auto page = record::ReplayPage::Create(playback.about(), record::EmbeddedPlayer());
  if (!page) return Complain(page.error().message());
  if (!Put(page->Begin())) return kFailed;
  // Also a damaged recording gives a complete page, of the part that is readable.
  for (;;) {
    const auto moment = playback.Next();
    if (!moment || !*moment) {
      const std::string flaw = moment ? Unreadable(playback) : moment.error().message();
      if (!Put(page->End(flaw, omitted))) return kFailed;
      return moment ? 0 : Complain(base::Escape(flaw));
    }
    if (!Put(page->Event(**moment))) return kFailed;
  }
}

int Search(record::Playback& playback, const Order& order) {
  std::array<std::string, record::kStreamFiles.size()> lines;
  bool found = false;
  const auto look = [&](Stream stream, milliseconds at, std::string& line) {
    if (line.find(order.search) != std::string::npos) {
      found = true;
      (void)std::printf("%8.3f  %-6s  %s\n", static_cast<double>(at.count()) / 1000,
                        std::string(record::FileOf(stream)).c_str(),
                        base::Escape(base::Trim(line), kMaxLine).c_str());
    }
    line.clear();
  };
  milliseconds end{0};
  const int status = ForEach(playback, [&](const Moment& moment) {
    end = moment.at;
    const auto* const output = std::get_if<record::Output>(&moment.what);
    if (output == nullptr || !IsWanted(order, output->stream)) return true;
    std::string& line = lines.at(static_cast<std::size_t>(output->stream));
    for (const char c : output->bytes) {
      line += c;
      if (c == '\n' || line.size() >= kMaxLine) look(output->stream, moment.at, line);
    }
    return true;
  });
  for (std::size_t i = 0; i < lines.size(); ++i) look(static_cast<Stream>(i), end, lines.at(i));
  return status != 0 ? status : found ? 0 : kFailed;
}

int Replay(const Shared& shared, const Order& order) {
  Times times;
  if (!order.idle.empty()) {
    times.idle = config::ParseDuration(order.idle);
    if (!times.idle) return Complain("--idle is a time such as 2s or 500ms", kUsage);
  }
  if (!order.at.empty()) {
    times.at = ParseAt(order.at);
    if (!times.at) return Complain("--at is a time since the start, such as 1h2m or 90s", kUsage);
  }
  if (!(order.speed > 0.001 && order.speed < 100'000)) {
    return Complain("--speed is a number above 0, such as 2 or 0.5", kUsage);
  }
  const auto store = record::Store::OpenToRead(config::Paths::Under(shared.root).lib);
  if (!store) return Complain(store.error().message());
  const auto run = Find(*store, order.run);
  if (!run) return Complain(run.error().message());
  auto playback = record::Playback::Open(*store, *run);
  if (!playback) return Complain(base::Escape(playback.error().message()));
  const auto omissions = record::ReadOmissions(*store, *run);
  const std::string omitted = omissions ? omissions->Text() : "";
  int status = order.asciicast         ? Export(*playback)
               : order.html            ? ExportPage(*playback, omitted)
               : order.screen          ? PrintScreen(*playback, times)
               : !order.search.empty() ? Search(*playback, order)
                                       : Play(*playback, order, times);
  if (const std::string flaw = Unreadable(*playback); !flaw.empty()) status = Complain(flaw);
  if (!omissions) return Complain(base::Escape(omissions.error().message()));
  return omitted.empty() ? status : Complain("not in the recording: " + omitted, status);
}

}  // namespace

void AddReplay(CLI::App& app, Shared& shared) {
  CLI::App* const replay =
      app.add_subcommand("replay", "Play a run's recording in this terminal; search or export it");
  const auto order = std::make_shared<Order>();  // owned by the callback and the options
  replay->add_option("RUN", order->run, "The run's id, its beginning, or last")->required();
  replay->add_option("--speed", order->speed, "Play this many times as fast");
  replay->add_option("--idle", order->idle, "Limit each pause to this: 2s, 500ms");
  replay->add_flag("--no-wait", order->no_wait, "Without any pause");
  CLI::Option* const at = replay->add_option(
      "--at", order->at,
      "Show the terminal's screen as it was at this time since the start (1h2m, 90s), and play on "
      "from there");
  CLI::Option* const screen = replay->add_flag(
      "--screen", order->screen,
      "Print the text of the terminal's screen, as it was at the end or at the time of --at");
  CLI::Option* const raw = replay->add_flag(
      "--raw", order->raw,
      "Every byte as recorded. Without it: only what shows text, as watch does; no "
      "queries to your terminal, no clipboard, no titles");
  std::vector<std::string> names(record::kStreamFiles.begin(), record::kStreamFiles.end());
  replay->add_option("--stream", order->streams, "Only this one of the streams; may be repeated")
      ->check(CLI::IsMember(std::move(names)))
      ->allow_extra_args(false);
  replay->add_option("--search", order->search,
                     "Print the lines that hold this text, each with its time and stream; status 1 "
                     "if there is none");
  CLI::Option* const asciicast =
      replay->add_flag("--asciicast", order->asciicast,
                       "Write it to stdout as an asciicast (version 2), which asciinema plays");
  CLI::Option* const html = replay->add_flag(
      "--html", order->html,
      "Write it to stdout as one HTML page that plays it, in any browser and without a network");
  html->excludes(asciicast);
  for (const char* const other : {"--speed", "--idle", "--no-wait", "--stream", "--search"}) {
    html->excludes(other);
    asciicast->excludes(other);
  }
  raw->excludes(html)->excludes(asciicast);
  for (const char* const other : {"--search", "--asciicast", "--html"}) {
    at->excludes(other);
    screen->excludes(other);
  }
  for (const char* const other : {"--raw", "--speed", "--idle", "--no-wait", "--stream"}) {
    screen->excludes(other);
  }
  replay->footer(
      "--raw plays every recorded byte, which may upset your terminal; `reset` helps.\n\n"
      "Examples:\n"
      "  oneoff replay 7k2m9xqd --speed 4 --idle 1s\n"
      "  oneoff replay 7k2m9xqd --at 1h2m\n"
      "  oneoff replay 7k2m9xqd --at 90s --screen\n"
      "  oneoff replay last --no-wait --stream stderr\n"
      "  oneoff replay 7k2m --search 'DROP TABLE'\n"
      "  oneoff replay 7k2m9xqd --asciicast > run.cast && asciinema play run.cast\n"
      "  oneoff replay 7k2m9xqd --html > run.html");
  replay->callback([&shared, order] { shared.status = Replay(shared, *order); });
}

}  // namespace cli
