// RecentBytes: the newest bytes of a stream, for a client that may need them again. It drops the
// oldest in whole pieces, so that it moves no byte.
#ifndef ONEOFF_GATEWAY_RUN_RECENT_BYTES_H_
#define ONEOFF_GATEWAY_RUN_RECENT_BYTES_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace run {

class RecentBytes {
 public:
  // Holds at most `most` bytes, or one piece that is longer.
  explicit RecentBytes(std::size_t most) : most_(most) {}

  std::size_t size() const { return size_; }
  // Adds a piece, which is not empty.
  void Add(std::string_view bytes) {
    pieces_.emplace_back(bytes);
    size_ += bytes.size();
    while (size_ > most_ && pieces_.size() > 1) DropPiece();
  }
  // Drops the oldest pieces that lie within the oldest `bytes` as a whole.
  void Forget(std::size_t bytes) {
    while (!pieces_.empty() && pieces_.front().size() <= bytes) {
      bytes -= pieces_.front().size();
      DropPiece();
    }
  }
  // The newest `bytes`, at most size().
  std::string Newest(std::size_t bytes) const {
    std::string text;
    text.reserve(size_);
    for (const std::string& piece : pieces_) text += piece;
    return text.substr(size_ - bytes);
  }
  void Clear() {
    pieces_.clear();
    size_ = 0;
  }

 private:
  void DropPiece() {
    size_ -= pieces_.front().size();
    pieces_.pop_front();
  }

  std::size_t most_;
  std::size_t size_ = 0;
  std::deque<std::string> pieces_;
};

}  // namespace run

#endif  // ONEOFF_GATEWAY_RUN_RECENT_BYTES_H_
