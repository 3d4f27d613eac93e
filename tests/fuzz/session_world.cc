#include "tests/fuzz/session_world.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/packet.h"
#include "base/text.h"
#include "gateway/ssh/seam.h"
#include "gateway/ssh/session.h"
#include "gateway/ssh/warm_up.h"
#include "gateway/wire/transport.h"
#include "tests/fuzz/input.h"

namespace fuzz {
namespace {

constexpr std::size_t kMostRuns = 16;

base::UniqueFd Listen(sockaddr_in& address) {
  base::UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  Require(bind(listener.get(), generic, size) == 0 && listen(listener.get(), 4) == 0);
  Require(getsockname(listener.get(), generic, &size) == 0);
  return listener;
}

}  // namespace

DescriptorCount::DescriptorCount() : before_(Now()) {}
DescriptorCount::~DescriptorCount() { Require(Now() == before_); }

std::ptrdiff_t DescriptorCount::Now() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

Fixture::Fixture() {
  signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c,concurrency-mt-unsafe)
  host_keys.push_back(std::move(*authz::SigningKey::Generate()));
  ssh_key key = nullptr;
  Require(ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) == SSH_OK);
  client_key.reset(key);
  const std::string line = "ssh-ed25519 " + base::Base64Encode(ssh::LocalPublicKeyOf(key)) + "\n";
  config::Problems problems;
  people = authz::People::Load({{"alice", "alice.pub", line}}, problems);
  auto made = ssh::ServerSide::Create({}, {ssh::HostKey{"ssh-ed25519", host_keys[0].PublicBlob()}});
  Require(people.has_value() && made.has_value());
  server_side.emplace(std::move(*made));
  // Whatever is opened once for good is open now.
  Require(ssh::WarmUp({}).has_value());
  (void)Connect();
}

const Fixture& TheFixture() {
  static const Fixture fixture;
  return fixture;
}

base::FdPair Connect() {
  static sockaddr_in address{};
  static const base::UniqueFd listener = Listen(address);
  base::FdPair pair;
  pair.second.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // An end by reset: nothing is left waiting.
  const linger at_once{1, 0};
  Require(setsockopt(pair.second.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  Require(connect(pair.second.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  pair.first.Reset(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  Require(pair.first.valid() && base::SetNonBlocking(pair.second.get()).has_value());
  return pair;
}

FarRun::FarRun(const wire::Start& start) : pty_(start.pty.has_value()) {
  auto control = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  session_.push_back(std::move(control.first));
  control_ = std::move(control.second);
  const auto add = [this](base::UniqueFd near, base::UniqueFd far) {
    Require(base::SetNonBlocking(far.get()).has_value());
    session_.push_back(std::move(near));
    far_.push_back(std::move(far));
  };
  if (pty_) {
    auto terminal = std::move(*base::MakeSocketPair(SOCK_STREAM));
    add(std::move(terminal.first), std::move(terminal.second));
  }
  for (int i = 0; i < 3 && !pty_; ++i) {
    auto pipe = std::move(*base::MakePipe());
    if (i == 0) std::swap(pipe.first, pipe.second);
    add(std::move(pipe.first), std::move(pipe.second));
  }
}

std::vector<int> FarRun::SessionFds() const {
  std::vector<int> fds;
  for (const auto& fd : session_) fds.push_back(fd.get());
  return fds;
}

void FarRun::Write(bool is_stderr, std::string_view bytes) {
  const base::UniqueFd& fd = pty_ ? far_[0] : far_[is_stderr ? 2 : 1];
  (void)!write(fd.get(), bytes.data(), bytes.size());
}

void FarRun::Read() {
  std::array<char, 4096> buffer{};
  while (read(far_[0].get(), buffer.data(), buffer.size()) > 0) {
  }
}

void FarRun::End(int status, const std::string& text) {
  if (control_) (void)wire::Send(control_.get(), wire::Ended{status, text}, {}, base::Wait::kNo);
}

void FarRun::CloseOutput() {
  for (std::size_t i = pty_ ? 0 : 1; i < far_.size(); ++i) far_[i].Reset();
}

void FarRun::SayNonsense() {
  if (control_) (void)base::SendPacket(control_.get(), "{", {}, base::Wait::kNo);
}

void FarRun::Hear() {
  while (control_) {
    const auto word = wire::Receive<wire::ToSupervisor>(control_.get(), base::Wait::kNo);
    if (!word) {
      Require(word.error().code() != base::Code::kInvalid);
      return;
    }
    Require(!client_gone_ && word->fds.empty());
    client_gone_ = std::holds_alternative<wire::ClientGone>(word->message);
  }
}

SessionWorld::SessionWorld(std::function<bool()> client)
    : client_(std::move(client)),
      time_([this] { return Turn(); }),
      broker_(std::move(*base::MakeSocketPair(SOCK_SEQPACKET))),
      monitor_(
          [this]() -> monitor::Monitor::Sockets {
            auto link = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
            near_link_ = std::move(link.first);
            far_link_ = std::move(link.second);
            return {far_link_.get(), broker_.first.get()};
          }(),
          "192.0.2.7", {TheFixture().host_keys, *TheFixture().people, TheFixture().policy, time_},
          {}) {}

void SessionWorld::Serve(base::UniqueFd server_end) {
  const base::Log log = [](base::Level, const std::string& line) {
    for (const char c : line) Require(static_cast<unsigned char>(c) >= 0x20);
  };
  {
    auto session = ssh::Session::Create(
        *TheFixture().server_side, {std::move(server_end), std::move(near_link_), {}}, time_, log);
    Require(session.has_value());
    (*session)->Run();
  }
  for (FarRun& run : runs_) run.Hear();
}

bool SessionWorld::Turn() { return MonitorsTurn() || client_(); }

// One question of the session's, answered by the real monitor.
bool SessionWorld::MonitorsTurn() {
  if (!far_link_) return false;
  const auto packet = base::ReceivePacket(far_link_.get(), base::Wait::kNo);
  if (!packet) {
    if (packet.error().code() != base::Code::kUnavailable) far_link_.Reset();
    return false;
  }
  Require(packet->fds.empty());
  if (!monitor_.Serve(packet->bytes)) far_link_.Reset();
  HearMonitor();
  return true;
}

void SessionWorld::HearMonitor() {
  while (auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo)) {
    if (std::holds_alternative<wire::Authenticated>(told->message)) authenticated_ = true;
    const auto* request = std::get_if<wire::Request>(&told->message);
    if (request == nullptr) continue;
    Require(authenticated_ && request->person == "alice");
    AnswerTo(*request, told->fds.at(0).get());
  }
}

void SessionWorld::AnswerTo(const wire::Request& request, int session) {
  const Answering how = std::exchange(answering_, Answering::kRun);
  const std::uint32_t channel = request.start.channel;
  const auto answer = [&](std::uint32_t to) {
    (void)wire::Send(session, wire::Answer{to, 77, "out\n", "oneoff: denied\n"}, {},
                     base::Wait::kNo);
  };
  if (how == Answering::kNothing) return;
  if (how == Answering::kMonitorGone) return far_link_.Reset();
  if (how == Answering::kAnswer || runs_.size() >= kMostRuns) return answer(channel);
  if (how == Answering::kOtherChannel) return answer(channel + 1000);
  FarRun& run = runs_.emplace_back(request.start);
  std::vector<int> fds = run.SessionFds();
  if (how == Answering::kTooFewDescriptors) fds.pop_back();
  const bool pty = run.pty() != (how == Answering::kOtherKind);
  const wire::Started started{channel, "abcdefgh", pty};
  (void)wire::Send(session, started, fds, base::Wait::kNo);
  if (how == Answering::kTwice) (void)wire::Send(session, started, fds, base::Wait::kNo);
  run.Give();
}

}  // namespace fuzz
