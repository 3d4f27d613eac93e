// TerminalQueries: leaves of a terminal's output what shows text, for the terminal of somebody who
// only watches. Taken out are questions, which a terminal would answer (device attributes, cursor
// position, colours, ...), modes of keyboard and mouse, and what reaches beyond the window's text
// (title, clipboard, printer, palette).
//
// What is left out is whole sequences; text in UTF-8 and all that places and colours it passes byte
// for byte. It knows sequences, not screens: this is no terminal emulator.
#ifndef ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_
#define ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace record {

class TerminalQueries {
 public:
  // What is left of the output's next bytes. A sequence that is not over yet is held, at most
  // kMaxSequence bytes of it: what is longer is left out. So is half a character that is broken off
  // where it might become a control, and a byte of 0x80 to 0x9F that is of no character.
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
  void EndControl(char final, std::string& out);
  void AddToString(char c, std::string& out);
  void EndString(std::string_view terminator, std::string& out);
  void Keep(std::string& out);

  State state_ = State::kText;
  std::string held_;               // of the sequence, its introducer included
  char kind_ = 0;                  // of a control string: 'P', ']', 'X', '^' or '_'
  bool escaped_ = false;           // a control string's last byte was ESC
  std::size_t continuations_ = 0;  // bytes that the character still wants
  bool alternate_screen_ = false;
};

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_TERMINAL_QUERIES_H_
