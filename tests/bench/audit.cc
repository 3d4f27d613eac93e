// What the audit log costs as it grows: to append one durable record, to append an end of a run
// with its signature, and to verify all of it.
//
//   audit RECORDS
//
// Prints, for each power of ten from 1,000 on, "records append_us sealed_us", then "verify
// SECONDS CPU_SECONDS".
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "gateway/audit/checkpoint_signer.h"
#include "gateway/audit/event.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/log.h"
#include "gateway/audit/verify.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSamples = 400;
constexpr std::size_t kBatch = 100;  // records that the log grows by at a time

std::string StartOf(std::uint64_t number) {
  audit::RunStarted event;
  event.run = std::to_string(10'000'000 + number);
  event.app = "shop";
  event.release = "20260301093000";
  event.release_names = {"current"};
  event.directory = "/srv/shop/releases/20260301093000";
  event.person = "alice";
  event.key = "SHA256:pMZP0000000000000000000000000000000000000000";
  event.source = "192.0.2.1";
  event.rule = "deploys migrate";
  event.command = "rake db:migrate";
  event.argv = {"bundle", "exec", "rake", "db:migrate"};
  event.user = "deploy";
  return audit::ToJson(event).value();
}

std::string EndOf(std::uint64_t number) {
  audit::RunEnded event;
  event.run = std::to_string(10'000'000 + number);
  event.app = "shop";
  event.person = "alice";
  return audit::ToJson(event).value();
}

class Bench {
 public:
  explicit Bench(const std::string& folder)
      : folder_(folder),
        log_(audit::Log::Open(base::OpenDirectory(folder + "/log").value(), "h", clock_).value()),
        sealer_(folder + "/etc", {}, clock_, [](base::Level, const std::string&) {}) {
    if (!sealer_.Begin(log_.key())) std::abort();
  }

  // One batch, and how many microseconds it took.
  double Append(const std::vector<std::string>& events, audit::CheckpointSigner::Reason reason) {
    const auto start = Clock::now();
    const auto makers = sealer_.Makers(events.size(), reason);
    const auto appended = log_.Append(events, makers);
    sealer_.After(appended, events.size());
    if (appended.failure) std::abort();
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
  }

  void GrowTo(std::uint64_t records) {
    while (log_.next() + kBatch < records) {
      std::vector<std::string> events;
      for (std::size_t i = 0; i < kBatch / 2; ++i) events.push_back(StartOf(++started_));
      for (std::size_t i = 0; i < kBatch / 2; ++i) events.push_back(EndOf(++ended_));
      Append(events, audit::CheckpointSigner::Reason::kRunEnded);
    }
  }

  // The medians of a start's record alone and of an end's with its signature.
  void Sample() {
    std::vector<double> starts;
    std::vector<double> ends;
    for (int i = 0; i < kSamples; ++i) {
      starts.push_back(Append({StartOf(++started_)}, audit::CheckpointSigner::Reason::kBatch));
      ends.push_back(Append({EndOf(++ended_)}, audit::CheckpointSigner::Reason::kRunEnded));
    }
    std::sort(starts.begin(), starts.end());
    std::sort(ends.begin(), ends.end());
    std::printf("%llu %.1f %.1f\n", static_cast<unsigned long long>(log_.next() - 1),
                starts[kSamples / 2], ends[kSamples / 2]);
  }

  void Verify() const {
    const auto start = Clock::now();
    const std::clock_t cpu = std::clock();
    const audit::Report report = audit::Verify(folder_ + "/log");
    if (report.verdict != audit::Verdict::kSound) std::abort();
    std::printf("verify %.2f %.2f\n", std::chrono::duration<double>(Clock::now() - start).count(),
                static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
  }

 private:
  base::SystemClock clock_;
  std::string folder_;
  audit::Log log_;
  audit::CheckpointSigner sealer_;
  std::uint64_t started_ = 0;
  std::uint64_t ended_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t most = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  std::string folder = "/tmp/oneoff-bench-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 1;
  std::filesystem::create_directory(folder + "/log");
  std::filesystem::create_directory(folder + "/etc");
  if (!audit::KeyFiles(folder + "/etc").MakeCurrent()) return 1;
  {
    Bench bench(folder);
    for (std::uint64_t records = 1000; records <= most; records *= 10) {
      bench.GrowTo(records);
      bench.Sample();
    }
    bench.Verify();
  }
  std::filesystem::remove_all(folder);
  return 0;
}
