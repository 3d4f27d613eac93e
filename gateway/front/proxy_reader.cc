#include "gateway/front/proxy_reader.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

#include "gateway/front/proxy_header.h"
#include "gateway/role/birth.h"

namespace front {
namespace {

// The reader process answers with ADDRESS:PORT, one of these words, or '!' and an error message.
constexpr std::string_view kLocal = "local";
constexpr std::string_view kSilent = "silent";
constexpr char kError = '!';
constexpr std::size_t kMaxAnswer = 256;

// Appends bytes from a non-blocking socket until `bytes` holds `size`. Returns false if the stream
// ends first.
bool ReadUpTo(int socket, std::size_t size, std::string& bytes) {
  std::array<char, kMaxProxyHeader> buffer{};
  while (bytes.size() < size) {
    // Never a byte more: what follows the header is the client's, and the session reads it.
    const ssize_t n = recv(socket, buffer.data(), size - bytes.size(), 0);
    if (n > 0) {
      bytes.append(buffer.data(), static_cast<std::size_t>(n));
    } else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
      pollfd wait{socket, POLLIN, 0};
      (void)poll(&wait, 1, -1);
    } else {
      return false;
    }
  }
  return true;
}

std::string Answer(int socket) {
  std::string header;
  const auto error = [](const base::Error& e) { return kError + e.message(); };
  const bool begun = ReadUpTo(socket, kProxyHeaderStart, header);
  if (header.empty()) return std::string(kSilent);
  const auto size = ProxyHeaderSize(header);
  if (!size) return error(size.error());
  if (!begun || !ReadUpTo(socket, *size, header)) return kError + std::string("the header is cut");
  const auto client = ParseProxyHeader(header);
  if (!client) return error(client.error());
  return *client ? (*client)->Text() : std::string(kLocal);
}

// Runs in the reader process.
int Read(int client, int answer) {
  const std::string text = Answer(client).substr(0, kMaxAnswer);
  // At most PIPE_BUF bytes, so one read(2) of the parent gets all of it (pipe(7)).
  return write(answer, text.data(), text.size()) > 0 ? 0 : 1;
}

ProxyWord WordOf(const std::string& answer) {
  if (answer == kLocal) return ProxyLocal{};
  if (answer == kSilent) return ProxySilent{};
  if (auto address = ParseAddress(answer)) return std::move(*address);
  if (answer.starts_with(kError)) return base::Error(base::Code::kInvalid, answer.substr(1));
  return base::Error(base::Code::kSystem, "the process that reads headers ended");
}

}  // namespace

base::Result<std::unique_ptr<ProxyReader>> ProxyReader::Start(base::Loop& loop,
                                                              const base::UniqueFd& client,
                                                              std::chrono::milliseconds patience,
                                                              Callback done) {
  auto answer = base::MakePipe();
  if (!answer) return base::Fail(std::move(answer.error()));
  const int from = client.get();
  const int to = answer->second.get();
  auto child = role::ForkAs(role::kProxy, {.keep = {from, to}}, {},
                            [&](const base::Log&) { return Read(from, to); });
  if (!child) return base::Fail(std::move(child.error()));
  std::unique_ptr<ProxyReader> reader(
      new ProxyReader(loop, std::move(*child), std::move(answer->first), std::move(done)));
  ProxyReader* const self = reader.get();
  loop.Watch(self->answer_.get(), POLLIN, [self](short) { self->OnAnswer(); });
  self->timer_ = loop.After(patience, [self] {
    self->timer_ = 0;
    self->Finish(base::Error(base::Code::kUnavailable, "no header came in time"));
  });
  return reader;
}

ProxyReader::ProxyReader(base::Loop& loop, base::Child child, base::UniqueFd answer, Callback done)
    : loop_(loop), child_(std::move(child)), answer_(std::move(answer)), done_(std::move(done)) {}

ProxyReader::~ProxyReader() {
  loop_.Cancel(timer_);
  loop_.Unwatch(answer_.get());
}

void ProxyReader::OnAnswer() {
  std::array<char, kMaxAnswer> buffer{};
  const ssize_t n = read(answer_.get(), buffer.data(), buffer.size());
  Finish(WordOf(n > 0 ? std::string(buffer.data(), static_cast<std::size_t>(n)) : std::string()));
}

void ProxyReader::Finish(const ProxyWord& word) {
  loop_.Unwatch(answer_.get());
  loop_.Cancel(std::exchange(timer_, 0));
  // The callback destroys this object, so the callable itself moves to the stack first.
  const Callback done = std::move(done_);
  done(word);
}

}  // namespace front
