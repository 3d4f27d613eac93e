// Interpreter: a terminal without a screen. It takes a program's output and keeps the State that
// follows from it.
//
// libvterm does the work. The parser of one VTerm takes sequences apart; the state layer of another
// moves the cursor, wraps, scrolls, erases, and measures characters. The parser's callbacks follow
// what libvterm 0.1.4 neither reports nor knows (saved cursor, tab stops, margins, further modes,
// attributes). They pass the rest to the state layer in forms that it handles safely. The state
// layer gets no queries, so nothing answers.
//
// Bounds: the size, Sequences's, and kMaxHistory cells of history.
#ifndef ONEOFF_GATEWAY_SCREEN_INTERPRETER_H_
#define ONEOFF_GATEWAY_SCREEN_INTERPRETER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/screen/sequences.h"
#include "gateway/screen/state.h"
#include "gateway/screen/vterm.h"
#include "gateway/screen/zero_width.h"

namespace screen {

class Interpreter : private Sequences::Sink {
 public:
  // `history`: how many lines above the screen to keep, at most.
  Interpreter(Size size, std::size_t history);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;
  ~Interpreter() override = default;

  void Take(std::string_view bytes);
  // As xterm: the margins become the whole screen; a screen with fewer rows loses its top ones to
  // the history if the cursor would not fit otherwise.
  void Resize(Size size);

  const State& state() const { return s_; }

  static constexpr std::size_t kMaxHistory = 1'000'000;  // cells, about
  static constexpr std::size_t kMaxHistoryLines = 10'000;

 private:
  // One control sequence, as the parser's callback gets it.
  struct Control {
    char leader;        // 0: none
    char intermediate;  // 0: none
    char final;
    std::vector<Parameter> parameters;

    int First(int missing) const;
    int Count() const;  // the first one, 1 to 10,000
  };

  // The parser's callbacks.
  static int OnControl(unsigned char control, void* self) noexcept;
  static int OnEscape(const char* bytes, std::size_t size, void* self) noexcept;
  static int OnCsi(const char* leader, const long* values, int count, const char* intermediates,
                   char final, void* self) noexcept;
  static int OnOsc(const char* text, std::size_t size, void* self) noexcept;
  // The state layer's callbacks.
  static int OnGlyph(VTermGlyphInfo* info, VTermPos at, void* self) noexcept;
  static int OnMove(VTermPos at, VTermPos from, int visible, void* self) noexcept;
  static int OnScroll(VTermRect rect, int downward, int rightward, void* self) noexcept;
  static int OnErase(VTermRect rect, int selective, void* self) noexcept;
  static int OnResize(int rows, int columns, VTermPos* delta, void* self) noexcept;

  void OnText(std::string_view text) override;
  void OnSequence(std::string_view sequence) override;

  // interpreter.cc
  void TakeCharacter(std::string_view utf8);
  void TakeAscii(std::string_view text);
  bool IsPassedSingly() const;
  void Flush();
  bool IsConfined() const;
  void Confine();
  void Pass(std::string_view bytes);
  void Keep(int rows);
  void Place(Position at);
  void ClearWrap();

  // interpreter_sequences.cc
  void TakeControl(unsigned char control);
  void TakeEscape(std::string_view bytes);
  void TakeTitle(std::string_view text);
  void TakeCsi(const Control& control);
  void Edit(std::string_view sequence);
  void TakePlain(const Control& control);
  void TakeMove(const Control& control);
  void SetMode(int mode, bool on);
  void SetMouse(int mode, bool on);
  void SetAlternate(bool on);
  void SetMargins(const Control& control);
  void SetSideMargins(const Control& control);
  void ResetMargins();
  void ResetSideMargins();
  void Designate(std::size_t set, char name);
  void Shift(int set);
  void ResetTabs();
  void Save();
  void Restore();
  void ResetSoftly();
  void Reset();
  void Repeat(int count);

  State s_;
  std::size_t max_history_;  // lines
  Sequences sequences_;
  VTermPtr parser_;
  VTermPtr vterm_;
  ZeroWidth zero_width_;
  std::string text_;       // for the state layer
  bool printing_ = false;  // the state layer is given text
  Position glyph_at_;      // of the last one
  int glyph_width_ = 0;
  std::optional<LastCharacter> repeatable_;  // by the sequence that is being handled
};

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_INTERPRETER_H_
