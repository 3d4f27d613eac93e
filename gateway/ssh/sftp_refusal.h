// SftpRefusal: an SFTP server (draft-ietf-secsh-filexfer-02) that serves no file. It agrees on a
// version, and answers every request with the reason for the refusal. A client library shows that
// text as its own error; it does not read stderr.
//
// It keeps nine bytes of a packet and skips the rest, so a client cannot make it use memory.
// Lengths below 5 and above 256 KiB are no SFTP. The version that it names is 3, the one that
// OpenSSH speaks.
#ifndef ONEOFF_GATEWAY_SSH_SFTP_REFUSAL_H_
#define ONEOFF_GATEWAY_SSH_SFTP_REFUSAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ssh {

class SftpRefusal {
 public:
  // `why` is one line for a person, sent in each SSH_FXP_STATUS with the code
  // SSH_FX_OP_UNSUPPORTED.
  explicit SftpRefusal(std::string why) : why_(std::move(why)) {}

  // Takes the client's bytes, in pieces of any size. Returns the bytes to answer. It answers
  // kMostRequests requests at most.
  std::string Take(std::string_view bytes);
  // True when it answers no more: the client sent no SFTP, or too many requests.
  bool over() const { return over_; }

 private:
  static constexpr int kMostRequests = 64;

  std::string AnswerTo(std::uint8_t type, std::string_view id);

  std::string why_;
  std::string header_;    // of the current packet: length, type and request id
  std::size_t skip_ = 0;  // bytes of the packet left to ignore
  int requests_ = 0;
  bool over_ = false;
};

}  // namespace ssh

#endif  // ONEOFF_GATEWAY_SSH_SFTP_REFUSAL_H_
