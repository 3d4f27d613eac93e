#include "gateway/front/handover.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>
#include <variant>

#include "base/file.h"
#include "gateway/wire/codec.h"

namespace front {
namespace {

// A session takes about 300 bytes, and so does a penalty.
constexpr std::size_t kMaxHandover = 256UL << 20;
// The file that this process was executed from, even if another has its name by now: the program
// that reads the handover is the one that wrote it.
constexpr const char* kProgram = "/proc/self/exe";

std::vector<int> DescriptorsOf(const Handover& handover) {
  std::vector<int> fds = handover.sockets;
  fds.push_back(handover.broker);
  fds.push_back(handover.directory);
  for (const HeldSession& session : handover.sessions) {
    if (session.words >= 0) fds.push_back(session.words);
    if (session.client >= 0) fds.push_back(session.client);
    if (session.held >= 0) fds.push_back(session.held);
  }
  for (const HeldLines& lines : handover.lines) fds.push_back(lines.pipe);
  return fds;
}

base::Result<void> SetCloseOnExec(const std::vector<int>& fds, int flags) {
  for (const int fd : fds) {
    if (fcntl(fd, F_SETFD, flags) != 0) return base::FailSystem(fmt::format("descriptor {}", fd));
  }
  return {};
}

base::Result<base::UniqueFd> Write(const Handover& handover) {
  // A memory file: the gateway's user needs no folder that it may write to, and a pipe might be too
  // small to be filled before exec.
  base::UniqueFd file(memfd_create("handover", MFD_CLOEXEC));
  if (!file) return base::FailSystem("memfd_create");
  if (auto done = base::WriteAll(file.get(), wire::Encode(handover)); !done) {
    return base::Fail(std::move(done.error()));
  }
  return file;
}

}  // namespace

base::Error ExecuteAnew(const std::vector<std::string>& arguments, const Handover& handover) {
  const auto file = Write(handover);
  if (!file) return file.error();
  std::vector<std::string> words = arguments;
  words.emplace_back("--resume");
  words.push_back(std::to_string(file->get()));
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<int> fds = DescriptorsOf(handover);
  fds.push_back(file->get());
  // Only these descriptors survive the exec. All others stay close-on-exec.
  base::Result<void> kept = SetCloseOnExec(fds, 0);
  if (kept) {
    execv(kProgram, argv.data());
    kept = base::FailSystem("exec");
  }
  // The exec has failed, and this process goes on: its children must not inherit them.
  (void)SetCloseOnExec(fds, FD_CLOEXEC);
  return kept.error();
}

base::Result<Handover> ReadHandover(base::UniqueFd fd) {
  const auto text = base::ReadOpenFile(fd.get(), kMaxHandover);
  if (!text) return base::Fail(base::Error(text.error()).Context("the handover"));
  auto message = wire::Decode<std::variant<Handover>>(*text);
  if (!message) return base::Fail(base::Error(message.error()).Context("the handover"));
  Handover handover = std::get<Handover>(std::move(*message));
  if (auto done = SetCloseOnExec(DescriptorsOf(handover), FD_CLOEXEC); !done) {
    return base::Fail(std::move(done.error()));
  }
  return handover;
}

}  // namespace front
