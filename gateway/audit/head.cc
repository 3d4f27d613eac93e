#include "gateway/audit/head.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "gateway/audit/chain_key.h"
#include "gateway/audit/json.h"

namespace audit {
namespace {

constexpr std::size_t kPlace = 512;  // bytes; a disk writes a sector whole or not at all
constexpr unsigned kPlaces = 2;
constexpr mode_t kMode = 0640;

std::optional<Head> Parse(std::string_view bytes) {
  const auto object = ParseObject(base::Trim(bytes));
  if (!object) return std::nullopt;
  const auto text = [&](const char* name) {
    const auto at = object->find(name);
    return at != object->end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto seq = object->find("seq");
  if (seq == object->end() || !seq->is_number_unsigned()) return std::nullopt;
  Head head{.seq = seq->get<std::uint64_t>(),
            .digest = text("digest"),
            .time = text("time"),
            .key = text("key"),
            .signature = text("signature")};
  constexpr std::size_t kHexDigits = 64;
  if (head.digest.size() != kHexDigits) return std::nullopt;
  return head;
}

}  // namespace

std::string HeadText(const Head& head) {
  return fmt::format("oneoff audit head 1\n{}\n{}\n{}\n", head.seq, head.digest, head.time);
}

bool IsSigned(const Head& head) {
  const auto key = PublicKey::Parse(head.key);
  return key && key->Signed(HeadText(head), head.signature);
}

base::Result<std::optional<Head>> ReadHead(const std::string& path) {
  const base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) return base::FailSystem(path);
  return ReadOpenHead(fd.get(), path);
}

base::Result<std::optional<Head>> ReadOpenHead(int fd, const std::string& path) {
  std::array<char, kPlace * kPlaces> bytes{};
  const ssize_t n = pread(fd, bytes.data(), bytes.size(), 0);
  if (n < 0) return base::FailSystem(path);
  // All zero, as HeadFile::Open makes it: no head was written yet.
  if (std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; })) {
    return std::nullopt;
  }
  std::optional<Head> newest;
  const std::string_view read(bytes.data(), static_cast<std::size_t>(n));
  for (std::size_t at = 0; at < read.size(); at += kPlace) {
    auto head = Parse(read.substr(at, kPlace));
    // Two places in turn: if a crash damages the one that is being written, the other still has the
    // head before it.
    if (head && (!newest || head->seq > newest->seq)) newest = std::move(head);
  }
  if (!newest) return base::Fail(base::Code::kInvalid, path + ": holds no head of an audit log");
  return newest;
}

base::Result<base::UniqueFd> HeadFile::OpenFile(const std::string& path) {
  base::UniqueFd fd(
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kMode));
  if (!fd) return base::FailSystem(path);
  return fd;
}

base::Result<HeadFile> HeadFile::Open(base::UniqueFd fd, const std::string& path) {
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return base::FailSystem(path);
  if (!S_ISREG(info.st_mode)) {
    return base::Fail(base::Code::kDenied, path + ": not a regular file");
  }
  if (posix_fallocate(fd.get(), 0, kPlace * kPlaces) != 0) {
    return base::FailSystem(path, ENOSPC);
  }
  HeadFile file(std::move(fd));
  // The next head must not overwrite the newest one.
  std::array<char, kPlace> first{};
  std::array<char, kPlace> second{};
  (void)!pread(file.fd_.get(), first.data(), kPlace, 0);
  (void)!pread(file.fd_.get(), second.data(), kPlace, kPlace);
  const auto a = Parse({first.data(), kPlace});
  const auto b = Parse({second.data(), kPlace});
  file.next_ = a && (!b || a->seq > b->seq) ? 1 : 0;
  return file;
}

base::Result<void> HeadFile::Write(const Head& head) {
  std::string bytes = Dump(Json{{"seq", head.seq},
                                {"digest", head.digest},
                                {"time", head.time},
                                {"key", head.key},
                                {"signature", head.signature}});
  bytes.resize(kPlace - 1, ' ');
  bytes += '\n';
  const auto at = static_cast<off_t>(next_ * kPlace);
  if (pwrite(fd_.get(), bytes.data(), bytes.size(), at) != static_cast<ssize_t>(bytes.size())) {
    return base::FailSystem("the head of the audit log");
  }
  next_ = (next_ + 1) % kPlaces;
  return {};
}

}  // namespace audit
