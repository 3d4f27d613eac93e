// SftpRefusal: an SFTP server (draft-ietf-secsh-filexfer-02) that does nothing: it agrees on a
// version, and answers every request with why. A client library shows that text as its own error;
// what stands on stderr it does not read.
#ifndef ONEOFF_GATEWAY_SSH_SFTP_REFUSAL_H_
#define ONEOFF_GATEWAY_SSH_SFTP_REFUSAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ssh {

class SftpRefusal {
 public:
  explicit SftpRefusal(std::string why) : why_(std::move(why)) {}

  // What the client sends, in any pieces. What to answer; bounded by kMostRequests in all.
  std::string Take(std::string_view bytes);
  // Nothing more is answered: what came is no SFTP, or too many requests were refused.
  bool over() const { return over_; }

 private:
  static constexpr int kMostRequests = 64;

  std::string AnswerTo(std::uint8_t type, std::string_view id);

  std::string why_;
  std::string header_;    // of the packet that is coming: length, type, and its request's id
  std::size_t skip_ = 0;  // bytes of the packet that are not looked at
  int requests_ = 0;
  bool over_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SFTP_REFUSAL_H_
