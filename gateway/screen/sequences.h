// Sequences: cuts a terminal's output into text, controls and whole escape sequences, and bounds
// them, so that libvterm's parser only gets input that it is safe with: 0.1.4 writes beyond its
// array for more than 16 parameters.
//
// It knows where a sequence ends, not what it means (ECMA-48 5.4, 5.6). An unfinished sequence or
// character is held until the rest comes.
#ifndef ONEOFF_GATEWAY_SCREEN_SEQUENCES_H_
#define ONEOFF_GATEWAY_SCREEN_SEQUENCES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace screen {

class Sequences {
 public:
  // Gets the parts of the output, in order.
  class Sink {
   public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;
    // Whole characters: valid UTF-8 without controls. U+FFFD replaces invalid bytes.
    virtual void OnText(std::string_view text) = 0;
    // One C0 control, except NUL, CAN and SUB; ESC and its sequence; or an OSC, which ends with ST.
    // C1 controls in UTF-8 come as ESC and a letter. Other control strings (DCS, SOS, PM, APC) are
    // removed, and so are malformed control sequences and an OSC longer than kMaxSequence.
    virtual void OnSequence(std::string_view sequence) = 0;
  };

  // Calls `sink` for all that `bytes` completes.
  void Take(std::string_view bytes, Sink& sink);
  // The bytes that are held. Another terminal that gets them goes on as this one does.
  std::string pending() const;

  static constexpr std::size_t kMaxSequence = 4096;  // bytes
  static constexpr int kMaxParameters = 15;          // of a control sequence; more are cut
  static constexpr int kMaxDigits = 8;               // of a parameter; more are cut

 private:
  enum class State {
    kText,
    kEscape,   // ESC and intermediates
    kControl,  // a control sequence before its final byte
    kString,   // an OSC before its terminator
    kSkipped,  // a control string that is removed
  };

  void Break(char next);
  std::size_t TakeText(std::string_view bytes, Sink& sink);
  void TakeByte(char c, Sink& sink);
  void TakeEscape(char c, Sink& sink);
  void TakeControl(char c, Sink& sink);
  void TakeString(char c, Sink& sink);
  void Begin(char introducer, Sink& sink);
  void End(Sink& sink);

  State state_ = State::kText;
  std::string held_;        // the sequence so far
  std::string character_;   // the beginning of a character
  int parameters_ = 0;      // of a control sequence, complete ones
  int digits_ = 0;          // of its last parameter
  bool malformed_ = false;  // the control sequence is
  bool escaped_ = false;    // the last byte of a string was ESC
};

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_SEQUENCES_H_
