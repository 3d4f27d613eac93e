// ScratchFolder: a folder in memory, which goes with its owner and all that is in it.
#ifndef ONEOFF_TESTS_FUZZ_SCRATCH_FOLDER_H_
#define ONEOFF_TESTS_FUZZ_SCRATCH_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "tests/fuzz/input.h"

namespace fuzz {

class ScratchFolder {
 public:
  ScratchFolder() { Require(mkdtemp(path_.data()) != nullptr); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code none;
    std::filesystem::remove_all(path_, none);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/dev/shm/oneoff-fuzz-XXXXXX";
};

}  // namespace fuzz

#endif  // ONEOFF_TESTS_FUZZ_SCRATCH_FOLDER_H_
