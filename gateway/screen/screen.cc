#include "gateway/screen/screen.h"

#include "gateway/screen/interpreter.h"

namespace screen {

Screen::Screen(Size size, std::size_t history)
    : interpreter_(std::make_unique<Interpreter>(size, history)) {}
Screen::Screen(Screen&&) noexcept = default;
Screen& Screen::operator=(Screen&&) noexcept = default;
Screen::~Screen() = default;

void Screen::Feed(std::string_view output) { interpreter_->Take(output); }
void Screen::Resize(Size size) { interpreter_->Resize(size); }
const State& Screen::state() const { return interpreter_->state(); }

}  // namespace screen
