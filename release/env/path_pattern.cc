#include "release/env/path_pattern.h"

#include <fnmatch.h>

namespace release {

bool IsPattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

std::string FolderOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::vector<std::string> Matching(const std::string& pattern,
                                  const std::vector<std::string>& names) {
  const std::size_t begin = pattern.rfind('/') + 1;
  std::vector<std::string> paths;
  for (const std::string& name : names) {
    // FNM_PERIOD, as glob(7), which systemd uses: a * matches no hidden file.
    if (fnmatch(pattern.c_str() + begin, name.c_str(), FNM_PERIOD) == 0) {
      paths.push_back(pattern.substr(0, begin) + name);
    }
  }
  return paths;
}

}  // namespace release
