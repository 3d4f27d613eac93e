// TerminalQueries: takes out of a terminal's output what the terminal of somebody who only watches
// must not act on: questions, which it would answer (device attributes, cursor position, colours,
// ...), and what reaches beyond its window (clipboard, printer, application's own strings).
//
// What is left out is whole sequences; text and all other sequences pass byte for byte (a C1 control
// in its 7-bit form). It knows sequences, not screens: this is no terminal emulator.
#ifndef ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_
#define ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_

#include <string>
#include <string_view>

namespace record {

class TerminalQueries {
 public:
  // What is left of the output's next bytes. A sequence that is not over yet is held, at most
  // kMaxSequence bytes of it: what is longer is left out.
  std::string Without(std::string_view bytes);

  // Whether what has passed has left the terminal in its alternate screen, as editors do.
  bool alternate_screen() const { return alternate_screen_; }

  static constexpr std::size_t kMaxSequence = 4096;

 private:
  enum class State {
    kText,
    kLead,      // 0xC2, which may begin a C1 control in UTF-8
    kEscape,    // ESC, and intermediates
    kControl,   // ECMA-48 5.4: a control sequence, up to its final byte
    kString,    // ECMA-48 5.6: a control string, held up to its terminator
    kPicture,   // a control string that passes (sixels)
    kOverlong,  // a control string that does not
  };

  void Take(char c, std::string& out);
  void TakeText(char c, std::string& out);
  void TakeEscape(char c, std::string& out);
  void TakeControl(char c, std::string& out);
  void TakeString(char c, std::string& out);
  void Begin(char introducer, std::string& out);
  void EndString(std::string_view terminator, std::string& out);
  void Pass(char c, std::string& out);
  void Keep(std::string& out);
  void NoteScreen(std::string_view parameters, char final);

  State state_ = State::kText;
  std::string held_;        // of the sequence, its introducer included
  char kind_ = 0;           // of a control string: 'P', ']', 'X', '^' or '_'
  bool escaped_ = false;    // a control string's last byte was ESC
  bool lone_lead_ = false;  // 0xC2 has passed, and ESC came behind it
  bool alternate_screen_ = false;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_
