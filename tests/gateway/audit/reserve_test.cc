#include "gateway/audit/reserve.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace audit {
namespace {

constexpr std::uint64_t kVolume = 1'600'000;  // of which a sixteenth is 100'000

class FakeDisk : public Disk {
 public:
  Room RoomOf(const std::string&) const override {
    ++looks;
    return room;
  }
  Room room{.free = kVolume, .all = kVolume};
  mutable int looks = 0;
};

class ReserveTest : public testing::Test {
 protected:
  FakeDisk disk_;
  std::vector<std::string> said_;
  Reserve reserve_{"/log", 1'000'000, disk_,
                   [this](base::Level, const std::string& text) { said_.emplace_back(text); }};
};

TEST_F(ReserveTest, ItIsASixteenthOfASmallVolume) {
  disk_.room.free = 99'999;
  reserve_.Look();
  EXPECT_TRUE(reserve_.scarce());
  EXPECT_FALSE(reserve_.Refusal());
  EXPECT_EQ(said_, std::vector<std::string>{
                       "/log: 99999 bytes free; 100000 are reserved: refusals, lists and "
                       "logins are summed in the audit log"});
}

TEST_F(ReserveTest, WithLessThanAQuarterOfItNothingBegins) {
  disk_.room.free = 24'999;
  reserve_.Look();
  EXPECT_EQ(reserve_.Refusal(), "/log: 24999 bytes free; 25000 are reserved for the ends of runs");
}

TEST_F(ReserveTest, RoomThatWasMadeIsFoundAtOnce) {
  disk_.room.free = 0;
  reserve_.Look();
  ASSERT_TRUE(reserve_.Refusal());
  disk_.room.free = kVolume;
  reserve_.Look();
  EXPECT_FALSE(reserve_.Refusal());
  EXPECT_FALSE(reserve_.scarce());
  EXPECT_EQ(said_.size(), 2U);
}

TEST_F(ReserveTest, AReserveOfNothingIsNone) {
  Reserve none("/log", 0, disk_, {});
  disk_.room.free = 0;
  none.Look();
  EXPECT_FALSE(none.scarce());
  EXPECT_FALSE(none.Refusal());
  EXPECT_EQ(disk_.looks, 0);
}

}  // namespace
}  // namespace audit
