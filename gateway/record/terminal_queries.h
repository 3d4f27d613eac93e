// TerminalQueries: filters a terminal's output for the terminal of a watcher, so that only text is
// shown. It removes questions that a terminal would answer (device attributes, cursor position,
// colours, ...), modes of keyboard and mouse, and all that reaches beyond the window's text (title,
// clipboard, printer, palette), and the controls of the writing direction (UAX #9).
//
// It removes whole sequences. Other UTF-8 text and its placement and colours pass byte for byte. It
// parses sequences and knows no screen: it is not a terminal emulator.
#ifndef ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_
#define ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace record {

class TerminalQueries {
 public:
  // Returns what is left of the next bytes. Holds an incomplete sequence, up to kMaxSequence bytes,
  // and removes a longer one. Also removes an incomplete character that could become a control, and
  // a byte of 0x80 to 0x9F outside a character.
  // Call with the bytes in order, in pieces of any size; memory is bounded by kMaxSequence.
  std::string Without(std::string_view bytes);

  // Whether the output so far leaves the terminal in its alternate screen, as editors use it.
  // Modes 47, 1047 and 1049 (xterm's ctlseqs).
  bool alternate_screen() const { return alternate_screen_; }

  static constexpr std::size_t kMaxSequence = 4096;

 private:
  enum class State {
    kText,
    kLead,      // 0xC2: may begin a C1 control in UTF-8
    kEscape,    // ESC and intermediates
    kControl,   // a control sequence (ECMA-48 5.4) before its final byte
    kString,    // a control string (ECMA-48 5.6) before its terminator
    kPicture,   // a control string that passes (sixels)
    kOverlong,  // a control string that is removed
  };

  void Take(char c, std::string& out);
  void TakeText(char c, std::string& out);
  bool TakeHeldCharacter(char c, std::string& out);
  void TakeEscape(char c, std::string& out);
  void TakeControl(char c, std::string& out);
  void TakeString(char c, std::string& out);
  void Begin(char introducer, std::string& out);
  void EndControl(char final, std::string& out);
  void AddToString(char c, std::string& out);
  void EndString(std::string_view terminator, std::string& out);
  void Keep(std::string& out);

  State state_ = State::kText;
  std::string held_;               // the sequence so far, with its introducer
  char kind_ = 0;                  // of a control string: 'P', ']', 'X', '^' or '_'
  bool escaped_ = false;           // the last byte of a control string was ESC
  std::string character_;          // its first bytes, if it may be a control of the direction
  std::size_t continuations_ = 0;  // bytes that the character still needs
  bool alternate_screen_ = false;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_
