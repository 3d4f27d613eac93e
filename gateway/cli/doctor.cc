#include "gateway/cli/doctor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "gateway/cli/service_url.h"
#include "gateway/installation/configuration.h"
#include "gateway/launcher/resolver.h"
#include "gateway/record/usage.h"
#include "gateway/role/ask_as.h"
#include "release/environment.h"
#include "release/hostile_file.h"
#include "release/isolation/isolation.h"
#include "release/isolation/search_path.h"

namespace cli {
namespace {

using State = Finding::State;

constexpr std::uint64_t kLeastRoom = 256ULL << 20U;  // bytes
constexpr std::size_t kMostUrls = 4;                 // to try
constexpr std::chrono::seconds kPatience{6};
constexpr std::size_t kMaxAnswer = 64UL * 1024;  // bytes

// Examines the file system of `folder`, or of its nearest existing parent.
void ExamineRoom(const std::string& app, std::string folder, Findings& findings) {
  struct statvfs room {};
  const std::string asked = folder;
  while (statvfs(folder.c_str(), &room) != 0) {
    const std::size_t slash = folder.rfind('/');
    if (errno != ENOENT || slash == std::string::npos || folder == "/") return;
    folder = slash == 0 ? "/" : folder.substr(0, slash);
  }
  // f_bavail, not f_bfree: the last blocks are reserved for root (statvfs(3)).
  const std::uint64_t left = std::uint64_t{room.f_bavail} * room.f_frsize;
  Finding finding{.app = app, .about = "disk", .says = "", .cure = ""};
  finding.says = fmt::format("{} MiB are left for {}", left >> 20U, base::Escape(asked, 1000));
  const bool no_files = room.f_files != 0 && room.f_favail == 0;
  if (no_files) finding.says = fmt::format("no inodes are left for {}", base::Escape(asked, 1000));
  if (left < kLeastRoom || no_files) {
    finding.state = State::kBad;
    finding.cure = "make room: a full disk starts no command that has to be recorded";
  }
  findings.push_back(std::move(finding));
}

void ExamineClock(Findings& findings) {
  timex clock{};
  // TIME_ERROR: the kernel's clock is not synchronised (adjtimex(2)).
  const int state = adjtimex(&clock);
  if (state >= 0 && state != TIME_ERROR) {
    findings.push_back({State::kGood, "", "clock", "it is synchronised", ""});
    return;
  }
  findings.push_back(
      {State::kNote, "", "clock",
       "no time synchronisation service is active; records and certificates depend on the clock",
       "on the machine itself: systemctl enable --now systemd-timesyncd, or chrony"});
}

// Checks whether processes of one user may trace each other (ptrace(2)). If so, the runs of one app
// can read each other's memory.
void ExamineTracing(Findings& findings) {
  const auto scope = base::ReadFile(AT_FDCWD, "/proc/sys/kernel/yama/ptrace_scope", 16);
  const std::string said = scope ? std::string(base::Trim(*scope)) : "";
  if (!said.empty() && said != "0") {
    findings.push_back({State::kGood, "", "tracing",
                        fmt::format("kernel.yama.ptrace_scope is {}: processes of one user do not "
                                    "read each other's memory",
                                    base::Escape(said, 16)),
                        ""});
    return;
  }
  findings.push_back(
      {State::kNote, "", "tracing",
       scope ? "kernel.yama.ptrace_scope is 0: the runs of one app can read each other's memory"
             : "this kernel has no Yama: the runs of one app can read each other's memory",
       scope ? "echo kernel.yama.ptrace_scope=1 >/etc/sysctl.d/60-oneoff.conf; sysctl --system; "
               "where several people use an app: \"private\": true in its file"
             : "where several people use an app: \"private\": true in its file, or an app with a "
               "user of its own for those who must not see each other's work"});
}

// The archivist prunes nothing while the clock has jumped (gateway/record/FORMAT.md).
void ExaminePruning(const config::Paths& paths, Findings& findings) {
  constexpr std::chrono::hours kMostJump{24};
  const auto store = record::Store::OpenToRead(paths.lib);
  if (!store) return;
  const auto believed = record::ClockBelievedAt(*store);
  const base::WallTime now = base::SystemClock().Now();
  if (!believed || std::chrono::abs(now - *believed) <= kMostJump) return;
  findings.push_back(
      {State::kBad, "", "recordings",
       fmt::format("none is pruned: the clock says {}, but the last trusted time is {}",
                   base::FormatUtc(now), base::FormatUtc(*believed)),
       fmt::format("set the clock; if it is right: touch {}/recordings/{}", paths.lib,
                   record::kClock)});
}

// Examines one app, once.
class Examination {
 public:
  Examination(const LocalApp& app, Findings& findings) : app_(app), findings_(findings) {}

  void Run() {
    LookAtUser();
    if (geteuid() != 0 && geteuid() != app_.account.uid) {
      Add(State::kNote, "release", "only its user or root can examine it",
          fmt::format("sudo oneoff doctor {}", app_.app.name));
      return;
    }
    if (!LookAtRelease()) return;
    LookAtConfig();
    for (const release::IsolationLayer& layer : snapshot_.isolation) LookAtLayer(layer);
    LookAtServices();
    ExamineRoom(app_.app.name, app_.app.root, findings_);
  }

 private:
  void Add(State state, std::string about, std::string says, std::string cure = "") {
    findings_.push_back({state, app_.app.name, std::move(about), std::move(says), std::move(cure)});
  }

  void LookAtUser() {
    const release::Account& account = app_.account;
    if (release::IsDirectory(account.home)) {
      Add(State::kGood, "user", fmt::format("{} (uid {})", account.name, account.uid));
    } else {
      Add(State::kNote, "user", fmt::format("{} has no home folder", account.name),
          fmt::format("make it, or: usermod --home FOLDER {}", account.name));
    }
  }

  bool LookAtRelease() {
    auto resolved =
        launcher::Resolve(app_.app, app_.account,
                          {.release = app_.release,
                           .programs = {"bundle", "rake", "ruby", "python", "node", "php", "perl"},
                           .loader = true});
    if (!resolved) {
      const bool config = resolved.error().status == release::kConfiguration;
      Add(State::kBad, config ? "config" : "release", resolved.error().message,
          config ? "correct it there; each source is explained in release/FORMAT.md"
                 : fmt::format("deploy it, or correct {}", app_.app.file));
      return false;
    }
    snapshot_ = std::move(resolved->snapshot);
    Add(State::kGood, "release",
        fmt::format("{} in {}", snapshot_.release, base::Escape(snapshot_.directory, 1000)));
    const release::ClientVariables client;
    auto environment = release::BuildEnvironment({.app = app_.app,
                                                  .account = app_.account,
                                                  .snapshot = snapshot_,
                                                  .client = client,
                                                  .accept_env = {},
                                                  .run_id = ""});
    if (environment) environment_ = std::move(*environment);
    return true;
  }

  void LookAtConfig() {
    Add(State::kGood, "config",
        fmt::format("{} variables for user {}", snapshot_.config.size(), app_.account.name));
    for (const auto* const warnings :
         {&snapshot_.foreign, &snapshot_.warnings, &snapshot_.differences}) {
      for (const std::string& warning : *warnings) {
        Add(State::kNote, "config", base::Escape(warning, 1000), "check that this is intended");
      }
    }
    if (!snapshot_.loader.empty() && app_.app.config_is_default && !snapshot_.config.empty()) {
      Add(State::kNote, "config", snapshot_.loader + ": the app may load its .env by itself",
          fmt::format("to leave that to the app: \"config\": [] in {}", app_.app.file));
    }
  }

  static std::vector<std::string> ProgramsOf(release::IsolationKind kind) {
    switch (kind) {
      case release::IsolationKind::kBundler:
        return {"ruby", "bundle"};
      case release::IsolationKind::kVirtualenv:
        return {"python"};
      case release::IsolationKind::kNode:
        return {"node"};
      case release::IsolationKind::kComposer:
        return {"php"};
      case release::IsolationKind::kCarton:
        return {"perl"};
      default:
        return {};
    }
  }

  void LookAtLayer(const release::IsolationLayer& layer) {
    const std::string about(release::NameOf(layer.kind));
    const release::Variable* const path = environment_.Find("PATH");
    bool good = true;
    for (const std::string& program : ProgramsOf(layer.kind)) {
      const auto words = release::Isolate(snapshot_.isolation, {program});
      const std::string& name = words ? words->front() : program;
      const auto found = Ask([&]() -> std::string {
        if (name.find('/') != std::string::npos) return release::IsProgram(name) ? name : "";
        return release::FindProgram(path == nullptr ? "" : path->value, name);
      });
      if (!words) {
        Add(State::kBad, about, words.error().message, "install what is missing there");
      } else if (!found) {
        Add(State::kBad, about, found.error().message(), "run this as root, or as that user");
      } else if (found->empty()) {
        Add(State::kBad, about,
            fmt::format("there is no program {} that user {} can run", base::Escape(name, 1000),
                        app_.account.name),
            fmt::format("install it, or name its folder in \"path\" of {}", app_.app.file));
      } else {
        continue;
      }
      good = false;
    }
    if (good) Add(State::kGood, about, base::Escape(layer.what, 1000));
  }

  // Tries the services that variables name: DATABASE_URL and others that end in _URL.
  void LookAtServices() {
    std::size_t tried = 0;
    for (const release::Variable& variable : environment_.all()) {
      if (variable.name != "URL" && !variable.name.ends_with("_URL")) continue;
      const auto url = ParseServiceUrl(variable.value);
      if (!url || ++tried > kMostUrls) continue;
      LookAtService(variable, *url);
    }
    if (tried == 0) {
      Add(State::kNote, "database", "no variable names it (such as DATABASE_URL)",
          "nothing, if the release's own files name it");
    }
  }

  void LookAtService(const release::Variable& variable, const ServiceUrl& url) {
    const std::string name = base::Escape(variable.name, 100);
    const auto why = Ask([&] { return WhyUnreachable(url); });
    const std::string problem = why ? *why : why.error().message();
    if (problem.empty()) {
      Add(State::kGood, "database", fmt::format("{}: {} is there", name, url.service));
      return;
    }
    Add(State::kBad, "database",
        fmt::format("{}: {} is not reached: {}", name, url.service, problem),
        fmt::format("start it, or correct {} ({})", name, base::Escape(variable.source, 1000)));
  }

  // Runs `ask` in a process of the app's user, in the release's folder.
  base::Result<std::string> Ask(const std::function<std::string()>& ask) const {
    constexpr std::string_view kNoFolder = "!";
    const release::Account& account = app_.account;
    auto answer =
        role::AskAs({.role = role::kQuestion,
                     .user = {.uid = account.uid, .gid = account.gid, .groups = account.groups},
                     .deadline = kPatience,
                     .most = kMaxAnswer},
                    [&] {
                      const bool there = chdir(snapshot_.directory.c_str()) == 0;
                      return there ? ask() : std::string(kNoFolder);
                    });
    if (answer && *answer == kNoFolder) {
      return base::Fail(base::Code::kUnavailable, "its process failed");
    }
    if (!answer && answer.error().code() == base::Code::kDenied) {
      return base::Fail(base::Code::kDenied, fmt::format("cannot act as user {}", account.name));
    }
    return answer;
  }

  const LocalApp& app_;
  Findings& findings_;
  release::ReleaseSnapshot snapshot_;
  release::Variables environment_;
};

}  // namespace

void ExamineHost(const config::Paths& paths, Findings& findings) {
  ExamineClock(findings);
  ExamineTracing(findings);
  ExaminePruning(paths, findings);
  if (!release::IsDirectory(paths.etc)) return;
  config::Problems problems;
  const auto apps = installation::LoadApps(paths, problems);
  if (config::HasErrors(problems)) {
    findings.push_back(
        {State::kBad, "", "apps", "an app's file has errors", "oneoff config check"});
  } else {
    findings.push_back(
        {State::kGood, "", "apps", fmt::format("{} in {}/apps", apps.size(), paths.etc), ""});
  }
  ExamineRoom("", paths.lib, findings);
  ExamineRoom("", paths.audit, findings);
}

void ExamineApp(const LocalApp& app, Findings& findings) { Examination(app, findings).Run(); }

}  // namespace cli
