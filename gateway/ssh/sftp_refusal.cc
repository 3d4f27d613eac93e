#include "gateway/ssh/sftp_refusal.h"

#include <algorithm>

namespace ssh {
namespace {

constexpr std::uint8_t kInit = 1;          // SSH_FXP_INIT: has the version in place of the id
constexpr std::uint8_t kVersion = 2;       // SSH_FXP_VERSION
constexpr std::uint8_t kStatus = 101;      // SSH_FXP_STATUS
constexpr std::uint32_t kSupported = 3;    // the version that most clients speak
constexpr std::uint32_t kUnsupported = 8;  // SSH_FX_OP_UNSUPPORTED
constexpr std::size_t kHeader = 9;
constexpr std::uint32_t kLeast = 5;              // bytes after the length: type and id
constexpr std::uint32_t kMost = 256UL * 1024UL;  // as in OpenSSH

std::string Uint32(std::uint32_t number) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>(number >> shift & 0xFFU);
  }
  return bytes;
}

std::string String(std::string_view text) {
  return Uint32(static_cast<std::uint32_t>(text.size())) + std::string(text);
}

std::uint32_t NumberAt(std::string_view bytes) {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = number << 8U | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

}  // namespace

std::string SftpRefusal::AnswerTo(std::uint8_t type, std::string_view id) {
  std::string body;
  if (type == kInit) {
    body = static_cast<char>(kVersion) + Uint32(kSupported);
  } else {
    body = static_cast<char>(kStatus) + std::string(id) + Uint32(kUnsupported) + String(why_) +
           String("en");
  }
  return String(body);
}

std::string SftpRefusal::Take(std::string_view bytes) {
  std::string answers;
  while (!bytes.empty() && !over_) {
    if (skip_ > 0) {
      const std::size_t skipped = std::min(skip_, bytes.size());
      skip_ -= skipped;
      bytes.remove_prefix(skipped);
      continue;
    }
    header_ += bytes.front();
    bytes.remove_prefix(1);
    if (header_.size() < kHeader) continue;
    const std::uint32_t length = NumberAt(header_);
    if (length < kLeast || length > kMost || ++requests_ > kMostRequests) {
      over_ = true;
      break;
    }
    answers += AnswerTo(static_cast<std::uint8_t>(header_[4]), std::string_view(header_).substr(5));
    skip_ = length - kLeast;
    header_.clear();
  }
  return answers;
}

}  // namespace ssh
