// TemporaryFolder: a folder for one test, with the files that the test writes into it.
#ifndef ONEOFF_TESTS_RELEASE_TEMPORARY_FOLDER_H_
#define ONEOFF_TESTS_RELEASE_TEMPORARY_FOLDER_H_

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace release {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = "/tmp/oneoff-test.XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = std::filesystem::canonical(name);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

  // Writes a file, and makes the folders above it. Returns its path.
  std::string Write(const std::string& name, std::string_view content, int mode = 0644) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
    return file;
  }
  void MakeFolder(const std::string& name) const {
    std::filesystem::create_directories(std::filesystem::path(path_) / name);
  }
  // A symbolic link at `name`.
  void Link(const std::string& name, const std::string& to) const {
    const std::filesystem::path link = std::filesystem::path(path_) / name;
    std::filesystem::remove(link);
    std::filesystem::create_symlink(to, link);
  }

 private:
  std::string path_;
};

}  // namespace release

#endif  // ONEOFF_TESTS_RELEASE_TEMPORARY_FOLDER_H_
