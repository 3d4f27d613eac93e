// Drawing: the bytes that make a terminal look and behave as a State says. The terminal may be in
// any state before.
#ifndef ONEOFF_GATEWAY_SCREEN_DRAWING_H_
#define ONEOFF_GATEWAY_SCREEN_DRAWING_H_

#include <cstddef>
#include <string>

#include "gateway/screen/state.h"

namespace screen {

struct DrawOptions {
  std::size_t history =
      0;  // lines above the screen to draw first, at most; the terminal keeps them
  // Set what keys, mouse and paste send. False for a viewer whose keys do not go to the program.
  bool input = true;
  bool title = true;
  bool pending = true;  // end with the unfinished sequence, whose rest is still to come
};

// For a terminal in UTF-8 with xterm's control sequences, of the state's size. Asks the terminal
// nothing. The same state gives the same bytes.
std::string Draw(const State& state, const DrawOptions& options = {});

enum class Style { kPlain, kColored };

// The screen's text: each row as a line with LF, without spaces at its end, and without empty lines
// at the end of the text. With kColored each line sets its colours and resets them at its end.
std::string Print(const State& state, Style style);

}  // namespace screen

#endif  // ONEOFF_GATEWAY_SCREEN_DRAWING_H_
