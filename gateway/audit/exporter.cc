#include "gateway/audit/exporter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>

#include "base/file.h"
#include "gateway/audit/export_pipe.h"
#include "gateway/audit/follower.h"
#include "gateway/audit/json.h"
#include "gateway/audit/tail.h"

namespace audit {
namespace {

using std::chrono::milliseconds;
using Time = std::chrono::steady_clock::time_point;

constexpr milliseconds kFirstPause{200};  // before a command that has ended is restarted
constexpr milliseconds kLongestPause{60'000};
constexpr milliseconds kGoodLife{10'000};  // after such a time the next pause is the first again
constexpr milliseconds kLook{
    500};  // how often the command's progress, and an unwatched log, is read
constexpr milliseconds kSaveEvery{1000};
constexpr milliseconds kLastPatience{2000};
constexpr std::size_t kMaxPosition = 4096;  // bytes of the file

Time Now() { return std::chrono::steady_clock::now(); }

class Exporter {
 public:
  Exporter(base::UniqueFd control, const ExporterOptions& options)
      : control_(std::move(control)), options_(options) {}
  int Run();

 private:
  void Load();
  void Save();
  void Start();
  void OnEnd();
  void Feed();
  void Note();
  void Wait(milliseconds most);
  void Finish();
  void Say(const std::string& what);

  base::UniqueFd control_;
  const ExporterOptions& options_;
  base::UniqueFd changes_;
  bool watches_ = false;  // inotify(7) tells of changes; its limits may be used up
  ExportPosition position_;
  bool saved_ = true;
  Time saved_at_;
  std::optional<Follower> follower_;
  std::optional<ExportPipe> pipe_;
  Time started_;
  Time next_start_;
  milliseconds pause_ = kFirstPause;
  std::string said_;
};

int Exporter::Run() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) (void)std::signal(number, SIG_IGN);
  changes_.Reset(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  // The log grows without telling the exporter.
  watches_ = changes_ && inotify_add_watch(changes_.get(), options_.directory.c_str(),
                                           IN_MODIFY | IN_CREATE) >= 0;
  if (!watches_) {
    Say(base::Error::System(options_.directory +
                            " is looked at twice a second, because it cannot be "
                            "watched")
            .message());
  }
  Load();
  while (control_) {
    if (!pipe_ && Now() >= next_start_) Start();
    if (pipe_) Feed();
    Wait(kLook);
    Note();
  }
  Finish();
  return 0;
}

void Exporter::Load() {
  const auto text =
      base::ReadFile(AT_FDCWD, options_.position, kMaxPosition, base::Ownership::kTrusted);
  if (!text && text.error().code() == base::Code::kNotFound) return;
  auto position = text ? ExportPosition::Parse(*text) : base::Fail(text.error());
  if (!position) {
    return Say(options_.position + ": " + position.error().message() +
               "; all records are sent again");
  }
  const auto folder = base::OpenDirectory(options_.directory);
  const auto tail = folder ? FindTail(folder->get()) : base::Fail(folder.error());
  // Otherwise nothing would be exported until the new log has outgrown the old position.
  if (tail && tail->seq < position->seq) {
    return Say(
        fmt::format("the log ends with record {}, before the last that was exported, {}: it is "
                    "another log; all its records are sent",
                    tail->seq, position->seq));
  }
  position_ = std::move(*position);
}

void Exporter::Save() {
  saved_at_ = Now();
  if (saved_) return;
  const auto written = base::ReplaceFile(AT_FDCWD, options_.position, position_.Text(), 0600);
  if (!written) return Say(written.error().message());
  saved_ = true;
}

void Exporter::Say(const std::string& what) {
  if (what == said_) return;
  said_ = what;
  options_.log(base::Level::kError, "audit export: " + what);
}

void Exporter::Start() {
  next_start_ = Now() + pause_;
  // A command that ends at once must not be started in a loop.
  pause_ = std::min(pause_ * 2, kLongestPause);
  auto follower = Follower::Open(options_.directory, position_.seq, position_.file);
  if (!follower) return Say(follower.error().message());
  auto pipe = ExportPipe::Start(options_.command, options_.user);
  if (!pipe) return Say(pipe.error().message());
  follower_.emplace(std::move(*follower));
  pipe_.emplace(std::move(*pipe));
  started_ = Now();
}

void Exporter::Feed() {
  while (!pipe_->full()) {
    const auto line = follower_->Next();
    if (!line) return Say(line.error().message());
    if (!*line) break;
    pipe_->Add({(*line)->seq, (*line)->file}, (*line)->bytes);
  }
  pipe_->Write();
}

// Notes how much the command has read, and whether it has ended.
void Exporter::Note() {
  if (pipe_) {
    const auto ended = pipe_->child().TryWait();
    if (auto taken = pipe_->Taken()) {
      position_ = std::move(*taken);
      saved_ = false;
    }
    if (ended && *ended) {
      Say(fmt::format("{} ended with status {}; it is started again", options_.command.front(),
                      (*ended)->ShellStatus()));
      OnEnd();
    }
  }
  if (!saved_ && Now() >= saved_at_ + kSaveEvery) Save();
}

void Exporter::OnEnd() {
  pipe_.reset();
  follower_.reset();
  Save();
  if (Now() >= started_ + kGoodLife) {
    pause_ = kFirstPause;
    said_.clear();
  }
  next_start_ = Now() + pause_;
}

void Exporter::Wait(milliseconds most) {
  if (!pipe_) {
    most = std::clamp(std::chrono::ceil<milliseconds>(next_start_ - Now()), milliseconds(0), most);
  }
  std::array<pollfd, 4> ready = {
      pollfd{control_.get(), POLLIN, 0},
      pollfd{changes_.get(), POLLIN, 0},
      pollfd{pipe_ ? pipe_->child().pidfd() : -1, POLLIN, 0},
      pollfd{pipe_ && pipe_->wants_to_write() ? pipe_->fd() : -1, POLLOUT, 0},
  };
  const bool idle = watches_ && pipe_ && pipe_->drained() && saved_;
  poll(ready.data(), ready.size(), idle ? -1 : static_cast<int>(most.count()));
  alignas(inotify_event) std::array<char, 4096> buffer{};
  while (read(changes_.get(), buffer.data(), buffer.size()) > 0) {
  }
  if (ready[0].revents != 0) control_.Reset();
}

void Exporter::Finish() {
  const Time deadline = Now() + kLastPatience;
  bool finished = false;
  while (pipe_ && Now() < deadline) {
    Feed();
    if (!pipe_->wants_to_write() && !finished) {
      pipe_->Finish();
      finished = true;
    }
    std::array<pollfd, 2> ready = {pollfd{pipe_->child().pidfd(), POLLIN, 0},
                                   pollfd{pipe_->wants_to_write() ? pipe_->fd() : -1, POLLOUT, 0}};
    poll(ready.data(), ready.size(), 50);
    const auto ended = pipe_->child().TryWait();
    if (auto taken = pipe_->Taken()) {
      position_ = std::move(*taken);
      saved_ = false;
    }
    if (!ended || *ended) break;
  }
  if (pipe_) {
    if (auto taken = pipe_->Taken()) {
      position_ = std::move(*taken);
      saved_ = false;
    }
  }
  Save();
}

}  // namespace

int RunExporter(base::UniqueFd control, const ExporterOptions& options) {
  return Exporter(std::move(control), options).Run();
}

std::string ExportPosition::Text() const { return Dump(Json{{"seq", seq}, {"file", file}}) + "\n"; }

base::Result<ExportPosition> ExportPosition::Parse(const std::string& text) {
  const auto object = ParseObject(text);
  const auto invalid = base::Fail(base::Code::kInvalid, "not a position in the audit log");
  if (!object || object->size() != 2) return invalid;
  const auto seq = object->find("seq");
  const auto file = object->find("file");
  if (seq == object->end() || !seq->is_number_unsigned() || file == object->end() ||
      !file->is_string()) {
    return invalid;
  }
  return ExportPosition{seq->get<std::uint64_t>(), file->get<std::string>()};
}

}  // namespace audit
