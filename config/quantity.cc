#include "config/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Largest first.
constexpr std::array<Unit, 5> kDurations = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 5> kSizes = {
    {{"T", 1ULL << 40U}, {"G", 1ULL << 30U}, {"M", 1ULL << 20U}, {"K", 1ULL << 10U}, {"", 1}}};
constexpr std::uint64_t kLongest = 36'500ULL * 86'400'000;
constexpr std::uint64_t kLargest = 1ULL << 62U;

template <std::size_t N>
std::optional<std::uint64_t> Parse(std::string_view text, const std::array<Unit, N>& units,
                                   std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [name](const Unit& candidate) { return candidate.name == name; });
  // Divided, because the product could overflow.
  if (unit == units.end() || number > most / unit->factor) return std::nullopt;
  return number * unit->factor;
}

template <std::size_t N>
std::string Format(std::uint64_t value, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) {
      return fmt::format("{}{}", value / unit.factor, unit.name);
    }
  }
  return fmt::format("0{}", units.back().name);
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const auto value = Parse(text, kDurations, kLongest);
  if (!value) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(*value));
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  return Format(static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)),
                kDurations);
}

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  return Parse(text, kSizes, kLargest);
}

std::string FormatSize(std::uint64_t bytes) { return Format(bytes, kSizes); }

}  // namespace config
