// Any bytes as a file of variables, in the dialect that the first byte says ('0' to '6', and '7'
// for a file of an envdir): bounded values that an environment can hold, lines that exist, and
// messages that can be printed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "release/env/dialect.h"
#include "release/env/envdir.h"
#include "tests/fuzz/input.h"

namespace {

using fuzz::Require;

void CheckPrintable(const std::string& text) {
  for (const char c : text) Require(c >= 0x20 && c < 0x7f);
}

void CheckFile(const release::ParsedFile& file, std::size_t lines) {
  for (const release::ParsedFile::Entry& entry : file.entries) {
    Require(!entry.name.empty() && entry.line > 0 && entry.line <= lines);
    Require(entry.name.find_first_of(std::string_view("=\0", 2)) == std::string::npos);
    Require(release::FitsEnvironment(entry.name, entry.value));
    Require(entry.value.find('\0') == std::string::npos);
  }
  for (const release::ParsedFile::Warning& warning : file.warnings) {
    Require(warning.line > 0 && warning.line <= lines);
    CheckPrintable(warning.message);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::size_t kind =
      static_cast<std::uint8_t>(input.Byte() - '0') % (release::DialectNames().size() + 1);
  const std::string_view text = input.rest();
  if (kind == release::DialectNames().size()) {
    const auto value = release::EnvdirValue(text);
    Require(value.has_value() != text.empty());
    if (value) Require(value->find('\0') == std::string::npos && value->size() <= text.size());
    return 0;
  }
  const std::string home = "/home/deploy";
  const auto file =
      release::ParseFile(static_cast<release::Dialect>(kind), text,
                         [&](std::string_view name) { return name == "HOME" ? &home : nullptr; });
  if (!file) {
    CheckPrintable(file.error().message());
    return 0;
  }
  const auto breaks =
      std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  CheckFile(*file, static_cast<std::size_t>(breaks) + 1);
  return 0;
}
