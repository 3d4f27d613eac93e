#include "gateway/run/management.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "gateway/wire/transport.h"

namespace run {
namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr int kBacklog = 64;

std::string NameOf(const std::string& id) { return id + ".socket"; }

// A socket's path has at most 107 bytes (unix(7)), so the path goes through the open folder.
base::Result<sockaddr_un> AddressOf(int folder, const std::string& id) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", folder, NameOf(id));
  if (path.size() >= sizeof address.sun_path) {
    return base::Fail(base::Code::kInvalid, "the run's id is too long");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

base::Result<ManagementFolder> ManagementFolder::Open(const std::string& run) {
  const std::string path = run + "/runs";
  if (auto made = base::MakeDirectories(path, 0700); !made) {
    return base::Fail(std::move(made.error()).Context("management sockets"));
  }
  auto folder = base::OpenDirectory(path);
  if (!folder) return base::Fail(std::move(folder.error()).Context("management sockets"));
  return ManagementFolder(std::move(*folder));
}

base::Result<base::UniqueFd> ManagementFolder::Listen(const std::string& id) const {
  const auto address = AddressOf(folder_.get(), id);
  if (!address) return base::Fail(address.error());
  base::UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return base::FailSystem("make a management socket");
  Remove(id);
  if (bind(socket.get(), Generic(*address), sizeof *address) != 0 ||
      listen(socket.get(), kBacklog) != 0) {
    return base::FailSystem("listen on a management socket");
  }
  return socket;
}

base::Result<base::UniqueFd> ManagementFolder::Connect(const std::string& id) const {
  const auto address = AddressOf(folder_.get(), id);
  if (!address) return base::Fail(address.error());
  base::UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket) return base::FailSystem("make a socket");
  const timeval limit{.tv_sec = kPatience.count(), .tv_usec = 0};
  for (const int option : {SO_SNDTIMEO, SO_RCVTIMEO}) {
    if (setsockopt(socket.get(), SOL_SOCKET, option, &limit, sizeof limit) != 0) {
      return base::FailSystem("set a socket's time limit");
    }
  }
  if (connect(socket.get(), Generic(*address), sizeof *address) == 0) return socket;
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return base::Fail(base::Code::kNotFound, "no process manages this run");
  }
  return base::FailSystem("connect to a management socket");
}

void ManagementFolder::Remove(const std::string& id) const {
  unlinkat(folder_.get(), NameOf(id).c_str(), 0);
}

Management::Management(base::Loop& loop, base::UniqueFd listener, Hooks hooks)
    : loop_(loop), listener_(std::move(listener)), hooks_(std::move(hooks)) {
  if (listener_) loop_.Watch(listener_.get(), POLLIN, [this](short) { OnListener(); });
}

Management::~Management() {
  while (!callers_.empty()) Drop(callers_.begin()->first);
  if (listener_) loop_.Unwatch(listener_.get());
}

void Management::OnListener() {
  base::UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return;
  const int fd = socket.get();
  callers_[fd] = {std::move(socket), loop_.After(kPatience, [this, fd] { Drop(fd); })};
  loop_.Watch(fd, POLLIN, [this, fd](short) { OnCaller(fd); });
  if (callers_.size() >= kMostCallers) loop_.Rearm(listener_.get(), 0);
}

void Management::OnCaller(int socket) {
  auto received = wire::Receive<wire::ToRun>(socket, base::Wait::kNo);
  if (!received && received.error().code() == base::Code::kUnavailable) return;
  if (!received) return Drop(socket);
  wire::RunAnswer answer;
  const int version = std::visit([](const auto& m) { return m.version; }, received->message);
  if (version != wire::kVersion) {
    answer.why =
        fmt::format("this run speaks version {} of the protocol, not {}", wire::kVersion, version);
  } else if (const auto* attach = std::get_if<wire::Attach>(&received->message)) {
    answer = hooks_.attach(*attach, std::move(received->fds));
  } else if (const auto* detach = std::get_if<wire::Detach>(&received->message)) {
    answer = hooks_.detach(*detach);
  } else {
    answer = hooks_.stop(std::get<wire::Stop>(received->message));
  }
  (void)wire::Send(socket, answer);
  Drop(socket);
}

void Management::Drop(int socket) {
  const auto found = callers_.find(socket);
  if (found == callers_.end()) return;
  loop_.Cancel(found->second.patience);
  loop_.Unwatch(socket);
  callers_.erase(found);
  loop_.Rearm(listener_.get(), POLLIN);
}

}  // namespace run
