#include "gateway/record/verify.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"
#include "gateway/record/digest.h"
#include "gateway/record/plain_file.h"
#include "gateway/record/state.h"

namespace record {
namespace {

constexpr std::size_t kChunk = 64UL * 1024;
constexpr std::string_view kPassed = ".passed";  // suffix of a digest of bytes that no file keeps

std::optional<Finding> Found(Fault fault, const Extent& extent, std::string_view what) {
  return Finding{fault, fmt::format("{}: {}", extent.file, what)};
}

std::optional<Finding> Check(int folder, const Extent& expected, Reach reach) {
  auto file = PlainFile::Open(folder, expected.file);
  if (!file) {
    const bool missing = file.error().code() == base::Code::kNotFound;
    return Finding{missing ? Fault::kMissing : Fault::kUnreadable, file.error().message()};
  }
  const auto buffer = std::make_unique<char[]>(kChunk);
  Digest digest;
  std::uint64_t bytes = 0;
  while (bytes < expected.bytes) {
    const auto n =
        file->Read(buffer.get(), std::min<std::uint64_t>(kChunk, expected.bytes - bytes));
    if (!n) {
      const bool damaged = n.error().code() == base::Code::kInvalid;
      return Finding{damaged ? Fault::kAltered : Fault::kUnreadable, n.error().message()};
    }
    if (*n == 0) {
      return Found(Fault::kShortened, expected,
                   fmt::format("has {} bytes of {}", bytes, expected.bytes));
    }
    digest.Add({buffer.get(), *n});
    bytes += *n;
  }
  if (digest.Hex() != expected.sha256) {
    return Found(Fault::kAltered, expected, fmt::format("its first {} bytes are different", bytes));
  }
  const auto more = file->Read(buffer.get(), 1);
  if (!more) return Finding{Fault::kAltered, more.error().message()};
  if (*more == 0 || reach == Reach::kPrefix) return std::nullopt;
  return Found(Fault::kAltered, expected, fmt::format("has more than its {} bytes", bytes));
}

}  // namespace

std::vector<Finding> Verify(const Store& store, const std::string& run,
                            const std::vector<std::string>& files, Reach reach) {
  const base::UniqueFd folder(openat(store.fd(), IsRecordingId(run) ? run.c_str() : "",
                                     O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  // ENOTDIR, ELOOP: something else has the recording's name, so the recording is missing.
  if (!folder && errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
    return {{Fault::kUnreadable, base::Error::System("the recording").message()}};
  }
  if (!folder) return {{Fault::kMissing, "the recording is not there"}};
  std::vector<Finding> findings;
  for (const std::string& text : files) {
    const auto expected = Extent::Parse(text);
    if (!expected) {
      findings.push_back({Fault::kUnreadable, "cannot be compared with " + base::Quote(text, 120)});
    } else if (!expected->file.ends_with(kPassed)) {
      if (auto finding = Check(folder.get(), *expected, reach)) {
        findings.push_back(std::move(*finding));
      }
    }
  }
  return findings;
}

}  // namespace record
