// A folder of recordings, a clock that stands still until it is told, and a run to record.
#ifndef ONEOFF_TESTS_GATEWAY_RECORD_SCRATCH_H_
#define ONEOFF_TESTS_GATEWAY_RECORD_SCRATCH_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "gateway/record/store.h"

namespace record {

struct TestClock final : base::Clock {
  base::WallTime Now() const override { return base::WallTime{} + now; }
  base::MonotonicTime Monotonic() const override { return base::MonotonicTime{} + now; }
  std::chrono::milliseconds now{1'772'357'400'125};  // 2026-03-01T09:30:00.125Z
};

class Scratch {
 public:
  Scratch() {
    std::string pattern = testing::TempDir() + "recordings-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) lib_ = pattern;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(lib_, ignored);
  }

  const std::string& lib() const { return lib_; }
  std::string Path(const std::string& run, const std::string& file = "") const {
    return lib_ + "/recordings/" + run + (file.empty() ? "" : "/" + file);
  }
  std::string Read(const std::string& run, const std::string& file) const {
    std::ifstream stream(Path(run, file), std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  void Write(const std::string& run, const std::string& file, const std::string& content) const {
    std::ofstream(Path(run, file), std::ios::binary | std::ios::trunc) << content;
  }
  Store Open() const { return Store::Open(lib_, std::nullopt).value(); }

  About Piped(const std::string& run) const {
    return {.run = run,
            .app = "shop",
            .release = "v41",
            .person = "alice",
            .source = "192.0.2.1",
            .command = "rake db:migrate",
            .argv = {"bundle", "exec", "rake", "db:migrate"},
            .directory = "/srv/shop/releases/v41",
            .user = "deploy",
            .uid = 1000,
            .gid = 1001,
            .started = clock.Now()};
  }
  About OnTerminal(const std::string& run) const {
    About about = Piped(run);
    about.terminal = true;
    about.columns = 132;
    about.rows = 50;
    return about;
  }

  TestClock clock;

 private:
  std::string lib_;
};

}  // namespace record

#endif  // ONEOFF_TESTS_GATEWAY_RECORD_SCRATCH_H_
