// LoginRecorder: writes logins, failed logins and unknown callers of this host into the log and the
// audit log. Failures are summed, so that a stranger can fill neither.
#ifndef ONEOFF_GATEWAY_BROKER_LOGIN_RECORDER_H_
#define ONEOFF_GATEWAY_BROKER_LOGIN_RECORDER_H_

#include "base/clock.h"
#include "base/log.h"
#include "base/loop.h"
#include "gateway/broker/audit_link.h"
#include "gateway/broker/failed_tries.h"
#include "gateway/wire/messages.h"

namespace broker {

class LoginRecorder {
 public:
  // All of it outlives the recorder.
  LoginRecorder(base::Loop& loop, const base::Clock& clock, const base::Log& log, AuditLink& audit)
      : loop_(loop), clock_(clock), log_(log), audit_(audit) {}
  LoginRecorder(const LoginRecorder&) = delete;
  LoginRecorder& operator=(const LoginRecorder&) = delete;

  void Record(const wire::Authenticated& login);
  void Record(const wire::FailedTries& tries);
  void Record(const wire::LocalStranger& caller);
  // Writes the sums so far.
  void Flush();

 private:
  base::Loop& loop_;
  const base::Clock& clock_;
  const base::Log& log_;
  AuditLink& audit_;
  FailedTries failed_;
  base::Loop::TimerId flush_ = 0;
};

}  // namespace broker

#endif  // ONEOFF_GATEWAY_BROKER_LOGIN_RECORDER_H_
