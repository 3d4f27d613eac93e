// Durations and byte sizes in the notation of configuration files.
#ifndef ONEOFF_CONFIG_QUANTITY_H_
#define ONEOFF_CONFIG_QUANTITY_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace config {

// Digits and one unit of ms, s, m, h, d: "250ms", "90s", "15m", "8h", "2d". No sign, no fraction,
// no space; "0" needs a unit, too. nullopt for any other text, and above a hundred years.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);
// The text with the largest unit that needs no fraction: "90s", "8h", "0ms". ParseDuration reads it
// as this duration. A negative duration is "0ms".
std::string FormatDuration(std::chrono::milliseconds duration);

// Bytes: digits and at most one of K, M, G, T (powers of 1024): "512", "64K", "2G". nullopt for any
// other text, and above 2^62.
std::optional<std::uint64_t> ParseSize(std::string_view text);
// As FormatDuration: "64K", "1000", "0".
std::string FormatSize(std::uint64_t bytes);

}  // namespace config

#endif  // ONEOFF_CONFIG_QUANTITY_H_
