// FORMAT.md names every message, and every member that its code has.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/wire/messages.h"

namespace wire {
namespace {

using ::testing::HasSubstr;

// The rows of the page's table that name the message.
std::string RowsOf(std::string_view name) {
  std::ifstream page(ONEOFF_SOURCE_DIR "/gateway/wire/FORMAT.md");
  std::string rows;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("|") && line.find(fmt::format("| `{}` |", name)) != std::string::npos) {
      rows += line + "\n";
    }
  }
  return rows;
}

struct MemberNames {
  std::vector<std::string> names;
  template <class T>
  void operator()(std::string_view name, T& /*value*/) {
    names.emplace_back(name);
  }
};

template <class Message>
void ExpectDescribed() {
  Message message;
  MemberNames members;
  Message::Fields(message, members);
  const std::string rows = RowsOf(Message::kName);
  EXPECT_FALSE(rows.empty()) << Message::kName;
  for (const std::string& name : members.names) {
    EXPECT_THAT(rows, HasSubstr(fmt::format("`{}`", name)));
  }
}

template <class Variant, std::size_t kIndex = 0>
void ExpectAllDescribed() {
  if constexpr (kIndex < std::variant_size_v<Variant>) {
    ExpectDescribed<std::variant_alternative_t<kIndex, Variant>>();
    ExpectAllDescribed<Variant, kIndex + 1>();
  }
}

TEST(Format, NamesEveryMessageAndMember) {
  ExpectAllDescribed<FromGateway>();
  ExpectAllDescribed<ToGateway>();
  ExpectAllDescribed<FromSession>();
  ExpectAllDescribed<ToSession>();
  ExpectAllDescribed<FromMonitor>();
  ExpectAllDescribed<FromLocalCaller>();
  ExpectAllDescribed<FromLocalMonitor>();
  ExpectAllDescribed<ToSupervisor>();
  ExpectAllDescribed<FromSupervisor>();
  ExpectAllDescribed<ToRun>();
  ExpectAllDescribed<FromRun>();
}

}  // namespace
}  // namespace wire
