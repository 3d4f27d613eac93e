#include "release/layout/checkout.h"

#include <fmt/format.h>

#include "base/text.h"
#include "config/problem.h"
#include "release/hostile_file.h"
#include "release/layout/layout.h"
#include "release/layout/target.h"

namespace release {
namespace {

std::string Above(const std::string& folder) {
  const std::size_t slash = folder.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : folder.substr(0, slash);
}

std::string_view NameIn(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool IsCapistranoRoot(const std::string& folder) {
  return IsDirectory(folder + "/releases") && IsDirectory(folder + "/current");
}

// The app's root if `directory` is one of its releases; else empty.
std::string RootOfRelease(const std::string& directory) {
  const std::string releases = Above(directory);
  if (NameIn(releases) != "releases" || !IsReleaseId(NameIn(directory))) return {};
  const std::string root = Above(releases);
  // Otherwise any folder in one that is called releases would count.
  const bool laid_out = IsDirectory(root + "/shared") || IsDirectory(root + "/current");
  return laid_out ? root : std::string();
}

// The app file's text, or the text of an empty one if the file does not exist.
Outcome<std::string> ReadAppFile(const std::string& file) {
  auto text = ReadHostileFile(file);
  if (text) return std::move(*text);
  if (text.error().code() == base::Code::kNotFound) return std::string("{}");
  return Refuse(kConfiguration, fmt::format("{}: {}", file, text.error().message()));
}

Outcome<App> ReadApp(const std::string& root, const std::string& directory) {
  const std::string file = fmt::format("{}/{}", directory, kAppFile);
  const auto text = ReadAppFile(file);
  if (!text) return tl::unexpected(text.error());
  config::Problems problems;
  auto app = ParseApp(NameOfCheckout(root), file, *text, problems, root);
  if (app) return std::move(*app);
  std::string all = file + " has errors";
  for (const config::Problem& problem : problems) all += "\n" + problem.Render();
  return Refuse(kConfiguration, std::move(all));
}

}  // namespace

std::string NameOfCheckout(std::string_view root) {
  std::string name;
  for (const char c : NameIn(root)) {
    const bool upper = c >= 'A' && c <= 'Z';
    const char lower = upper ? static_cast<char>(c - 'A' + 'a') : c;
    const bool letter = lower >= 'a' && lower <= 'z';
    const bool digit = lower >= '0' && lower <= '9';
    if (name.empty() && !letter) continue;
    name += letter || digit ? lower : '-';
    if (name.size() == 32) break;
  }
  return IsAppName(name) ? name : "app";
}

Outcome<Checkout> FindCheckout(const std::string& from) {
  auto real = RealPath(from);
  if (!real) return Refuse(kUsage, fmt::format("{}: {}", from, real.error().message()));
  for (std::string folder = *real; folder != "/"; folder = Above(folder)) {
    const bool deployed = IsCapistranoRoot(folder);
    const std::string_view mark = deployed ? "releases" : AppMarkIn(folder);
    if (mark.empty()) continue;
    const std::string root = RootOfRelease(folder);
    auto app = ReadApp(root.empty() ? folder : root, folder);
    if (!app) return tl::unexpected(std::move(app.error()));
    Checkout checkout{.app = std::move(*app), .directory = folder, .mark = std::string(mark)};
    if (!root.empty()) {
      checkout.app.layout = DetectLayout(root);
      checkout.release = NameIn(folder);
    } else if (!deployed && checkout.app.layout == LayoutKind::kAuto) {
      checkout.app.layout = LayoutKind::kCheckout;
    }
    return checkout;
  }
  return Refuse(kUsage, fmt::format("{}: no app here: neither this folder nor one above it holds "
                                    "any of {}",
                                    *real, base::Join(AppMarks(), ", ")));
}

}  // namespace release
