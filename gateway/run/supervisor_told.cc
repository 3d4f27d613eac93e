// The supervisor's messages to the person about the run, and the record of processes that the
// command left behind.
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/text.h"
#include "gateway/run/process_tree.h"
#include "gateway/run/supervisor.h"
#include "gateway/wire/transport.h"

namespace run {
namespace {

// A command may leave thousands of processes. The person's line and the audit event name a few.
constexpr std::size_t kMostNamed = 10;

// Returns a duration for a person: "90 s", "2 h".
std::string Spoken(std::chrono::milliseconds time) {
  const auto ms = time.count();
  if (ms % 3'600'000 == 0) return fmt::format("{} h", ms / 3'600'000);
  if (ms % 60'000 == 0) return fmt::format("{} min", ms / 60'000);
  if (ms % 1000 == 0) return fmt::format("{} s", ms / 1000);
  return fmt::format("{} ms", ms);
}

}  // namespace

// "sleep (123)" for each process that has not ended, at most kMostNamed.
std::vector<std::string> Supervisor::NamesOfLeftovers() const {
  std::vector<std::string> names;
  for (const Process& process : DescendantsOf(getpid(), AllProcesses())) {
    if (process.state == 'Z' || process.pid == run_.init.pid) continue;
    if (names.size() == kMostNamed) break;
    names.push_back(fmt::format("{} ({})", base::Escape(process.name), process.pid));
  }
  return names;
}

void Supervisor::LookForLeftovers() {
  if (!std::exchange(looking_, false)) return;
  const auto names = NamesOfLeftovers();
  if (!names.empty()) {
    leftovers_ = fmt::format(
        "oneoff: {}: {} outlived the command; what still runs after {} is ended; run a "
        "long-lived process as a service of the host",
        run_.label, base::Join(names, ", "), Spoken(run_.bounds.linger));
  }
  TellIfPassed();
  FinishIfOver();
}

void Supervisor::EndLeftovers() {
  if (tree_gone_) return;
  auto names = NamesOfLeftovers();
  if (!names.empty()) ending_->left_behind = std::move(names);
  SignalTree(SIGTERM);
  loop_.After(run_.bounds.kill_after, [this] { KillUntilGone(); });
}

// Output that is not recorded is not delivered, unless a rule allows it.
void Supervisor::OnRecordingFull() {
  const std::string bound = SpokenSize(recorder_.writer()->most());
  if (run_.may_go_on_unrecorded) {
    return Say(
        fmt::format("FROM HERE ON THIS RUN IS NOT RECORDED: its recording has reached its "
                    "bound of {}",
                    bound));
  }
  streams_.Discard();
  End(How::kRecordingFull);
}

void Supervisor::Say(const std::string& what) {
  streams_.Say(fmt::format("oneoff: {}: {}", run_.label, what));
}

void Supervisor::Tell() {
  if (!run_.control) return;
  wire::Ended ended{.status = ending_->status, .text = ""};
  if (ending_->how == How::kTimeLimit) {
    ended.text = fmt::format("oneoff: {}: ended after its time limit of {}", run_.label,
                             Spoken(run_.bounds.time.value_or(std::chrono::milliseconds(0))));
  } else if (ending_->how == How::kIdleLimit) {
    ended.text = fmt::format("oneoff: {}: ended after its idle limit of {}", run_.label,
                             Spoken(run_.bounds.idle.value_or(std::chrono::milliseconds(0))));
  } else if (ending_->how == How::kStopped && !stopped_by_.empty()) {
    ended.text = fmt::format("oneoff: {}: {} has stopped it", run_.label, stopped_by_);
  } else if (ending_->how == How::kStopped) {
    ended.text = fmt::format("oneoff: {}: ended because the service is being stopped", run_.label);
  } else if (ending_->how == How::kCannotRecord) {
    ended.text = fmt::format("oneoff: {}: ended because its recording cannot be written: {}",
                             run_.label, recorder_.failure());
  } else if (ending_->how == How::kRecordingFull) {
    ended.text = fmt::format(
        "oneoff: {}: ended because its recording has reached its bound of {} (recordings.per_run); "
        "without a terminal (ssh -T) only the first bytes of its output are kept",
        run_.label, SpokenSize(recorder_.writer()->most()));
  }
  if (!leftovers_.empty()) ended.text += (ended.text.empty() ? "" : "\n") + leftovers_;
  if (ending_->release_gone) {
    if (!ended.text.empty()) ended.text += "\n";
    ended.text += fmt::format("oneoff: {}: its release was removed while it ran", run_.label);
  }
  (void)wire::Send(run_.control.get(), ended);
}

}  // namespace run
