// ScratchLog: a directory for one test's log, a clock that the test sets, and what it takes to
// damage files.
#ifndef ONEOFF_TESTS_GATEWAY_AUDIT_SCRATCH_LOG_H_
#define ONEOFF_TESTS_GATEWAY_AUDIT_SCRATCH_LOG_H_

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "gateway/audit/event.h"
#include "gateway/audit/log.h"
#include "gateway/audit/verify.h"

namespace audit {

class FakeClock final : public base::Clock {
 public:
  base::WallTime Now() const override { return now; }
  base::MonotonicTime Monotonic() const override {
    return base::MonotonicTime(now.time_since_epoch());
  }
  // 2026-03-01T09:30:00.125Z
  base::WallTime now{std::chrono::milliseconds(1772357400125)};
};

inline constexpr const char* kDay1 = "2026-03-01.jsonl";
inline constexpr const char* kDay2 = "2026-03-02.jsonl";

using Texts = std::vector<std::string>;

// The findings of the report, as a person reads them.
inline Texts Found(const Report& report) {
  Texts texts;
  for (const Finding& finding : report.findings) texts.push_back(Describe(finding));
  return texts;
}

inline std::string JsonOf(const Event& event) { return ToJson(event).value(); }
inline std::string Listing(const std::string& what) {
  return JsonOf(Listed{.person = "alice",
                       .key = "SHA256:k",
                       .source = "192.0.2.1",
                       .what = what,
                       .certificate = ""});
}
inline RunStarted Start(const std::string& run) {
  RunStarted event;
  event.run = run;
  event.app = "shop";
  event.release = "v41";
  event.person = "alice";
  event.command = "rake db:migrate";
  event.argv = {"bundle", "exec", "rake", "db:migrate"};
  event.user = "deploy";
  return event;
}
inline RunEnded End(const std::string& run) {
  RunEnded event;
  event.run = run;
  event.app = "shop";
  event.person = "alice";
  event.duration_ms = 1234;
  return event;
}

class ScratchLog {
 public:
  ScratchLog() {
    // In memory where that is possible: some tests sync thousands of times.
    const std::string parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    std::string pattern = parent + "/audit-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ScratchLog(const ScratchLog&) = delete;
  ScratchLog& operator=(const ScratchLog&) = delete;
  ~ScratchLog() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  base::Result<Log> Open() const {
    return Log::Open(base::OpenDirectory(path_).value(), "h", clock);
  }
  base::Result<Log> Open(const Disk& disk) const {
    return Log::Open(base::OpenDirectory(path_).value(), "h", clock, disk);
  }

  std::string Read(const std::string& name) const {
    std::ifstream file(File(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(File(name), std::ios::binary | std::ios::trunc) << bytes;
  }
  void Append(const std::string& name, const std::string& bytes) const {
    std::ofstream(File(name), std::ios::binary | std::ios::app) << bytes;
  }
  // Each with its newline.
  std::vector<std::string> Lines(const std::string& name) const {
    std::istringstream text(Read(name));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line + "\n");
    return lines;
  }
  void WriteLines(const std::string& name, const std::vector<std::string>& lines) const {
    std::string text;
    for (const std::string& line : lines) text += line;
    Write(name, text);
  }
  // `count` records a day, on two days.
  void Fill(int count) {
    auto log = Open();
    ASSERT_TRUE(log) << log.error().message();
    for (int day = 0; day < 2; ++day) {
      for (int i = 0; i < count; ++i) {
        ASSERT_FALSE(log->Append({Listing("act " + std::to_string(day * count + i + 1))}).failure);
      }
      if (day == 0) clock.now += std::chrono::hours(24);
    }
  }

  FakeClock clock;

 private:
  std::string path_;
};

}  // namespace audit

#endif  // ONEOFF_TESTS_GATEWAY_AUDIT_SCRATCH_LOG_H_
