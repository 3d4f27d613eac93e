#include "gateway/broker/audit_link.h"

#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <utility>

#include "gateway/role/birth.h"

namespace broker {
namespace {

constexpr std::chrono::seconds kDeadline{3};

}  // namespace

base::Result<void> AuditLink::Start() {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET | SOCK_NONBLOCK);
  if (!pair) return base::Fail(std::move(pair.error()).Context("audit writer"));
  const int writers_end = pair->second.get();
  auto child = role::ForkAs(role::kWriter, {.keep = {writers_end}}, log_, [&](const base::Log&) {
    return audit::RunWriter(base::UniqueFd(writers_end), options_);
  });
  if (!child) return base::Fail(std::move(child.error()).Context("audit writer"));
  writer_ = std::move(*child);
  control_ = std::move(pair->first);
  auto client = audit::Introduce(control_.get());
  if (!client) {
    control_.Reset();  // it ends, and is started again
    return base::Fail(std::move(client.error()).Context("audit writer"));
  }
  client_ = std::move(*client);
  return {};
}

void AuditLink::OnWriterEnded() {
  writer_.Detach();  // reaped with the broker's other children
  client_.reset();
  control_.Reset();
}

base::Result<void> AuditLink::Record(const audit::Event& event) {
  return std::move(RecordAll({event}).front());
}

std::vector<base::Result<void>> AuditLink::RecordAll(const std::vector<audit::Event>& events) {
  std::vector<base::Result<void>> outcomes;
  if (!client_) {
    outcomes.assign(events.size(), base::Fail(base::Code::kUnavailable, "no audit writer"));
    return outcomes;
  }
  for (auto& sequence : client_->RecordAll(events, kDeadline)) {
    outcomes.push_back(sequence ? base::Result<void>() : base::Fail(std::move(sequence.error())));
  }
  return outcomes;
}

void AuditLink::Post(const audit::Event& event) {
  const base::Result<void> posted =
      client_ ? client_->Post(event) : base::Fail(base::Code::kUnavailable, "no audit writer");
  if (!posted) log_(base::Level::kError, "audit: " + posted.error().message());
}

void AuditLink::Close() {
  client_.reset();
  control_.Reset();
  if (!writer_.valid()) return;
  pollfd ended{writer_.pidfd(), POLLIN, 0};
  poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(kDeadline).count()));
  writer_.Detach();
}

}  // namespace broker
