#include "release/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/json_reader.h"
#include "config/variable_name.h"
#include "release/command/command_line.h"
#include "release/env/unit_environment.h"
#include "release/layout/layout.h"
#include "release/layout/target.h"

namespace release {
namespace {

using config::Need;
using config::Node;
using config::ObjectReader;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr config::Range<milliseconds> kTimeRange = {seconds(1), hours(24 * 365)};

LayoutKind LayoutOf(std::string_view name) {
  for (const LayoutKind kind :
       {LayoutKind::kCapistrano, LayoutKind::kDeployer, LayoutKind::kMina, LayoutKind::kCheckout}) {
    if (NameOf(kind) == name) return kind;
  }
  return LayoutKind::kAuto;
}

std::optional<int> ReadHangupSignal(ObjectReader& reader) {
  std::string name;
  if (!reader.Choice("hangup_signal", {"HUP", "TERM", "INT"}, name)) return std::nullopt;
  return name == "TERM" ? SIGTERM : name == "INT" ? SIGINT : SIGHUP;
}

class AppReader {
 public:
  AppReader(const config::Document& document, App& app, config::Problems& problems)
      : document_(document), app_(app), problems_(problems) {}

  void Read() {
    ObjectReader reader(document_, document_.root(), problems_);
    const bool local = !app_.root.empty();
    ReadPlace(reader);
    ReadConfig(reader);
    ReadEnv(reader);
    ReadPath(reader);
    ReadCommands(reader);
    ReadLimits(reader);
    for (const char* key : {"daemons", "retain"}) reader.Refused(key);
    if (local) reader.Refused("on_disconnect", "is for a gateway's app: nothing is lost here");
    config::ReadOnDisconnect(document_, reader, problems_, app_.on_disconnect);
    if (local) reader.Refused("record", "is for a gateway's app: nothing is recorded here");
    if (local) reader.Refused("private", "is for a gateway's app: no other person's runs are here");
    reader.Bool("private", app_.private_runs);
    reader.Bool("history", app_.history);
    config::ReadRecordTerms(document_, reader, problems_, app_.record);
    reader.Finish();
  }

 private:
  void ReadPlace(ObjectReader& reader) {
    if (!app_.root.empty()) {
      reader.Refused("root", "is where this file lies; it is not named here");
    } else if (reader.String("root", app_.root, Need::kRequired) && !app_.root.starts_with('/')) {
      reader.Report("root", "is not an absolute path");
    }
    while (app_.root.size() > 1 && app_.root.ends_with('/')) app_.root.pop_back();
    std::string layout = "auto";
    reader.Choice("layout", {"auto", "capistrano", "deployer", "mina", "checkout"}, layout);
    app_.layout = LayoutOf(layout);
    reader.String("user", app_.user);
    if (reader.String("shell", app_.shell) && !app_.shell.starts_with('/')) {
      reader.Report("shell", "is not an absolute path");
    }
    ReadFolder(reader);
    ReadIsolation(reader);
    app_.hangup_signal = ReadHangupSignal(reader).value_or(SIGHUP);
    std::string umask;
    if (reader.String("umask", umask)) {
      // A string, because 022 is no number in JSON, and 22 would be read as decimal.
      const bool octal =
          umask.size() <= 4 && umask.find_first_not_of("01234567") == std::string::npos;
      const unsigned long value = octal ? std::stoul(umask, nullptr, 8) : 01000;
      if (value > 0777) {
        reader.Report("umask", "is not between \"0000\" and \"0777\"");
      } else {
        app_.umask = static_cast<unsigned>(value);
      }
    }
  }

  void ReadFolder(ObjectReader& reader) {
    if (!reader.String("folder", app_.folder)) return;
    const auto parts = base::Split(app_.folder, '/');
    const bool good = std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
      return part.empty() || part == "." || part == "..";
    });
    if (!good) reader.Report("folder", "is not a plain relative path such as \"backend\"");
  }

  // "auto", "none", a kind, or a list of kinds.
  void ReadIsolation(ObjectReader& reader) {
    const Node* node = document_.root().Find("isolation");
    if (node != nullptr && node->kind == Node::Kind::kArray) {
      app_.isolation.automatic = false;
      std::vector<std::string> names;
      reader.Strings("isolation", names);
      for (const std::string& name : names) {
        if (const auto kind = KindOf(name)) {
          app_.isolation.kinds.push_back(*kind);
        } else {
          reader.Report("isolation",
                        fmt::format("holds {}; a list may hold: {}", base::Quote(name, 64),
                                    base::Join(IsolationNames(), ", ")));
        }
      }
      return;
    }
    std::vector<std::string> choices = IsolationNames();
    choices.insert(choices.begin(), {"auto", "none"});
    std::string name = "auto";
    reader.Choice("isolation", choices, name);
    app_.isolation.automatic = name == "auto";
    if (const auto kind = KindOf(name)) app_.isolation.kinds = {*kind};
  }

  void ReadConfig(ObjectReader& reader) {
    const Node* list = reader.Array("config");
    std::string dialect;
    if (reader.Choice("dialect", DialectNames(), dialect)) app_.dialect = DialectOf(dialect);
    app_.config_is_default = document_.root().Find("config") == nullptr;
    if (app_.config_is_default) {
      for (const std::string_view path : {std::string_view("shared/.env"), kCheckoutEnv}) {
        app_.config.push_back({std::string(path), true, app_.dialect.value_or(Dialect::kDotenv),
                               SourceKind::kFile, !app_.dialect});
      }
    } else if (app_.dialect) {
      reader.Report("dialect", "is for the default sources; \"config\" names each file's own");
    }
    if (list == nullptr) return;
    for (const Node& node : list->elements) ReadSource(node);
  }

  void ReadSource(const Node& node) {
    ObjectReader reader(document_, node, problems_);
    if (node.kind != Node::Kind::kObject) return;
    ConfigSource source;
    const bool folder = node.Find("envdir") != nullptr;
    const bool unit = node.Find("unit") != nullptr;
    if ((node.Find("file") != nullptr ? 1 : 0) + (folder ? 1 : 0) + (unit ? 1 : 0) > 1) {
      reader.ReportAt(node, "is more than one source; it has one of: file, envdir, unit");
      return;
    }
    if (unit) {
      source.kind = SourceKind::kUnit;
      if (reader.String("unit", source.path) && !IsServiceName(source.path)) {
        reader.Report("unit", "is no service's name in full, such as \"shop-web.service\"");
      }
    } else if (folder) {
      source.kind = SourceKind::kFolder;
      reader.String("envdir", source.path);
      while (source.path.size() > 1 && source.path.ends_with('/')) source.path.pop_back();
    } else {
      std::string dialect = DialectNames().front();
      reader.String("file", source.path, Need::kRequired);
      reader.Choice("dialect", DialectNames(), dialect, Need::kRequired);
      source.dialect = DialectOf(dialect);
    }
    if (!unit) reader.Bool("optional", source.optional);
    reader.Finish();
    app_.config.push_back(std::move(source));
  }

  void ReadEnv(ObjectReader& reader) {
    const Node* env = reader.Object("env");
    if (env == nullptr) return;
    for (const config::Member& member : env->members) {
      if (!config::IsVariableName(member.name) || member.name.starts_with("ONEOFF_")) {
        document_.Report(problems_, member.offset,
                         fmt::format("\"{}\" cannot be set here: a variable is letters, digits and "
                                     "'_', and none of oneoff's own ONEOFF_*",
                                     member.name));
      } else if (member.value.kind != Node::Kind::kString) {
        reader.ReportAt(member.value, fmt::format("\"{}\" is {}, not a string", member.name,
                                                  member.value.KindName()));
      } else if (member.value.string.find('\0') != std::string::npos) {
        reader.ReportAt(member.value, fmt::format("\"{}\" holds a NUL", member.name));
      } else if (!FitsEnvironment(member.name, member.value.string)) {
        reader.ReportAt(member.value,
                        fmt::format("\"{}\": {}", member.name, WhyNotInEnvironment()));
      } else {
        app_.env.emplace_back(member.name, member.value.string);
      }
    }
  }

  void ReadPath(ObjectReader& reader) {
    if (!reader.Strings("path", app_.path)) return;
    for (const std::string& folder : app_.path) {
      const bool good = (folder.starts_with('/') || folder.starts_with("~/")) &&
                        folder.find(':') == std::string::npos;
      if (!good)
        reader.Report("path",
                      "holds a folder that begins neither with / nor with ~/, or holds a ':'");
    }
  }

  void ReadCommands(ObjectReader& reader) {
    if (reader.String("default_command", app_.default_command)) {
      if (auto line = ParseCommandLine(app_.default_command); !line) {
        reader.Report("default_command", fmt::format("cannot be split: {}", line.error().message));
      } else if (line->bare()) {
        reader.Report("default_command", "holds no command");
      }
    }
    const Node* commands = reader.Object("commands");
    if (commands == nullptr) return;
    for (const config::Member& member : commands->members) ReadCommand(member);
  }

  void ReadCommand(const config::Member& member) {
    NamedCommand command;
    auto pattern = config::Pattern::Parse(member.name);
    if (!pattern) {
      document_.Report(problems_, member.offset,
                       fmt::format("the pattern {} {}", base::Quote(member.name, 64),
                                   pattern.error().message()));
    } else {
      command.pattern = std::move(*pattern);
    }
    ObjectReader reader(document_, member.value, problems_);
    if (member.value.kind != Node::Kind::kObject) return;
    reader.String("run", command.run);
    reader.Bool("pty", command.pty);
    milliseconds limit{0};
    if (reader.Duration("time_limit", kTimeRange, limit)) command.time_limit = limit;
    command.hangup_signal = ReadHangupSignal(reader);
    reader.Refused("exclusive");
    reader.Refused("daemons");
    config::ReadOnDisconnect(document_, reader, problems_, command.on_disconnect);
    if (!command.run.empty() && member.name.find_first_of(" *") != std::string::npos) {
      reader.Report("run", "is for a name, which is one word without a *");
    }
    reader.Finish();
    app_.commands.push_back(std::move(command));
  }

  void ReadLimits(ObjectReader& reader) {
    const Node* node = reader.Object("limits");
    if (node == nullptr) return;
    ObjectReader limits(document_, *node, problems_);
    limits.Integer("runs", {1, 10'000}, app_.limits.runs);
    limits.Integer("runs_per_person", {1, 10'000}, app_.limits.runs_per_person);
    limits.Duration("time", kTimeRange, app_.limits.time);
    limits.Duration("idle", kTimeRange, app_.limits.idle);
    std::int64_t open_files = 0;
    if (limits.Integer("open_files", {64, 1'048'576}, open_files)) {
      app_.limits.open_files = open_files;
    }
    limits.Refused("memory");
    limits.Refused("processes");
    limits.Refused("output");
    limits.Finish();
  }

  const config::Document& document_;
  App& app_;
  config::Problems& problems_;
};

}  // namespace

std::int64_t ShareOfPerson(const AppLimits& limits) {
  if (limits.runs_per_person > 0) return limits.runs_per_person;
  return std::max<std::int64_t>(limits.runs - (limits.runs + 3) / 4, 1);
}

std::optional<App> ParseApp(std::string_view name, const std::string& file, const std::string& text,
                            config::Problems& problems, const std::string& root) {
  // The caller's earlier problems do not make this file unusable.
  config::Problems own;
  App app;
  app.name = name;
  app.file = file;
  app.root = root;
  if (!IsAppName(name)) {
    config::Add(own, config::ProblemOf(file, 0,
                                       "the file's name is no app's: a small letter, then at most "
                                       "31 small letters, digits and '-'; not oneoff"));
  }
  const auto document = config::Document::Parse(file, text, own);
  if (document) AppReader(*document, app, own).Read();
  const bool good = document.has_value() && !config::HasErrors(own);
  for (config::Problem& problem : own) config::Add(problems, std::move(problem));
  if (!good) return std::nullopt;
  return app;
}

}  // namespace release
