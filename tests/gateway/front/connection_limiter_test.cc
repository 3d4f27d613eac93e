#include "gateway/front/connection_limiter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace front {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

base::IpAddress At(std::string_view text) { return *base::IpAddress::Parse(text); }
base::MonotonicTime After(seconds time) { return base::MonotonicTime(time); }

class ConnectionLimiterTest : public ::testing::Test {
 protected:
  // What became of a connection from `address`: "in", or the reason.
  std::string Enter(std::string_view address, unsigned roll = 99, seconds now = seconds(0)) {
    auto judged = limiter_.Enter(At(address), After(now), roll);
    if (const auto* refusal = std::get_if<Refusal>(&judged)) {
      return std::string(Name(refusal->reason));
    }
    inside_.push_back(std::get<ConnectionLimiter::Slot>(std::move(judged)));
    return "in";
  }
  std::optional<milliseconds> Penalise(std::string_view address, Offence offence,
                                       seconds now = seconds(0)) {
    return limiter_.Penalise(At(address), offence, After(now));
  }
  void Adopt(const FrontBounds& bounds) { limiter_.Adopt(bounds); }

  FrontBounds bounds_;
  ConnectionLimiter limiter_{bounds_};
  std::vector<ConnectionLimiter::Slot> inside_;
};

TEST_F(ConnectionLimiterTest, FromStartOnNewConnectionsAreDroppedAtRandomAndAtFullAllOfThem) {
  bounds_.start = 2;
  bounds_.rate = 30;
  bounds_.full = 4;
  Adopt(bounds_);
  EXPECT_EQ(Enter("192.0.2.1", 0), "in");
  EXPECT_EQ(Enter("192.0.2.2", 0), "in");
  EXPECT_EQ(Enter("192.0.2.3", 29), "max_startups");  // 30 of 100
  EXPECT_EQ(Enter("192.0.2.3", 30), "in");
  EXPECT_EQ(Enter("192.0.2.4", 64), "max_startups");  // 65 of 100: half of the way
  EXPECT_EQ(Enter("192.0.2.4", 65), "in");
  EXPECT_EQ(Enter("192.0.2.5", 99), "max_startups");
}

TEST_F(ConnectionLimiterTest, WhoLogsInOrLeavesMakesRoom) {
  bounds_.start = 1;
  bounds_.full = 1;
  Adopt(bounds_);
  EXPECT_EQ(Enter("192.0.2.1"), "in");
  EXPECT_EQ(Enter("192.0.2.2"), "max_startups");
  EXPECT_FALSE(inside_.front().LogIn("alice"));
  EXPECT_EQ(Enter("192.0.2.2"), "in");
  EXPECT_EQ(Enter("192.0.2.3"), "max_startups");
  inside_.pop_back();
  EXPECT_EQ(Enter("192.0.2.3"), "in");
  inside_.clear();
  EXPECT_EQ(limiter_.connections(), 0U);
  EXPECT_EQ(limiter_.startups(), 0U);
}

TEST_F(ConnectionLimiterTest, ASourceHasABoundOfItsOwn) {
  bounds_.per_source = 1;
  Adopt(bounds_);
  EXPECT_EQ(Enter("192.0.2.1"), "in");
  EXPECT_EQ(Enter("192.0.2.1"), "per_source");
  EXPECT_EQ(Enter("::ffff:192.0.2.1"), "per_source");
  EXPECT_EQ(Enter("192.0.2.2"), "in");
  EXPECT_EQ(Enter("2001:db8::1"), "in");
  EXPECT_EQ(Enter("2001:db8::ffff:1"), "per_source");
  EXPECT_EQ(Enter("2001:db8:0:1::1"), "in");
  EXPECT_FALSE(inside_.front().LogIn("alice"));
  EXPECT_EQ(Enter("192.0.2.1"), "in");
}

TEST_F(ConnectionLimiterTest, WhoIsInsideCountsUntilTheyLeave) {
  bounds_.max_connections = 1;
  Adopt(bounds_);
  EXPECT_EQ(Enter("192.0.2.1"), "in");
  EXPECT_FALSE(inside_.front().LogIn("alice"));
  EXPECT_EQ(Enter("192.0.2.2"), "max_connections");
  inside_.clear();
  EXPECT_EQ(Enter("192.0.2.2"), "in");
}

TEST_F(ConnectionLimiterTest, APersonAndASourceHaveABoundOfTheirOwnOnceTheyAreLoggedIn) {
  bounds_.connections_per_person = 1;
  bounds_.connections_per_source = 2;
  Adopt(bounds_);
  for (const auto* address : {"192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.1"}) {
    EXPECT_EQ(Enter(address), "in");
  }
  EXPECT_FALSE(inside_[0].LogIn("alice"));
  const auto of_person = inside_[1].LogIn("alice");
  ASSERT_TRUE(of_person);
  EXPECT_EQ(of_person->Words(),
            "oneoff: you are logged in on 1 connections, as many as one person may be; end some of "
            "them");
  EXPECT_FALSE(inside_[2].LogIn("bob"));
  const auto of_source = inside_[3].LogIn("carol");
  ASSERT_TRUE(of_source);
  EXPECT_EQ(of_source->reason, Reason::kOfSource);
  EXPECT_EQ(limiter_.startups(), 2U);
  inside_[0].Vacate();
  EXPECT_FALSE(inside_[1].LogIn("alice"));
  EXPECT_FALSE(inside_[3].LogIn("carol"));
  inside_.clear();
  EXPECT_EQ(limiter_.connections(), 0U);
  EXPECT_EQ(limiter_.startups(), 0U);
}

TEST_F(ConnectionLimiterTest, WhatIsHeldIsSummedByPersonAndBySourceUntilItIsHeldNoMore) {
  bounds_.bytes_held_per_person = 10;
  bounds_.bytes_held_per_source = 15;
  Adopt(bounds_);
  for (const auto* address : {"192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.1"}) {
    EXPECT_EQ(Enter(address), "in");
  }
  EXPECT_FALSE(inside_[0].Hold(100)) << "before the login nothing counts";
  for (std::size_t i = 0; i < 4; ++i) EXPECT_FALSE(inside_[i].LogIn(i < 2 ? "alice" : "bob"));
  EXPECT_FALSE(inside_[0].Hold(6));
  EXPECT_FALSE(inside_[1].Hold(4));
  EXPECT_EQ(inside_[1].Hold(5), wire::HeldBound::kPerson);
  EXPECT_FALSE(inside_[1].Hold(4)) << "less is never too much";
  EXPECT_FALSE(inside_[2].Hold(9));
  EXPECT_FALSE(inside_[3].Hold(0));
  EXPECT_EQ(inside_[2].Hold(10), wire::HeldBound::kSource);
  EXPECT_TRUE(inside_[2].SharesWith(inside_[0], wire::HeldBound::kSource));
  EXPECT_FALSE(inside_[2].SharesWith(inside_[0], wire::HeldBound::kPerson));
  EXPECT_FALSE(inside_[2].SharesWith(inside_[1], wire::HeldBound::kSource));
  inside_[0].Vacate();
  EXPECT_FALSE(inside_[2].SharesWith(inside_[0], wire::HeldBound::kSource));
  EXPECT_FALSE(inside_[1].Hold(10));
}

TEST_F(ConnectionLimiterTest, WhereSilentOnesMakeRoomNoNewcomerIsDroppedAtRandom) {
  bounds_.start = 1;
  bounds_.full = 2;
  Adopt(bounds_);
  int asked = 0;
  const auto enter = [&](bool room) {
    auto judged = limiter_.Enter(At("192.0.2.1"), After(seconds(0)), 0, [&](std::size_t own) {
      ++asked;
      EXPECT_EQ(own, limiter_.startups());  // all are of one source
      if (room && limiter_.full()) inside_.front().Vacate();
      return room;
    });
    if (const auto* refusal = std::get_if<Refusal>(&judged)) {
      return std::string(Name(refusal->reason));
    }
    inside_.push_back(std::get<ConnectionLimiter::Slot>(std::move(judged)));
    return std::string("in");
  };
  EXPECT_EQ(enter(false), "in");
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(enter(false), "max_startups");
  EXPECT_EQ(enter(true), "in");
  EXPECT_EQ(enter(true), "in");
  EXPECT_EQ(limiter_.startups(), 2U);
}

TEST_F(ConnectionLimiterTest, OffencesAddUpUntilTheyCount) {
  EXPECT_EQ(Penalise("192.0.2.1", Offence::kAuthFail), std::nullopt);
  EXPECT_EQ(Penalise("192.0.2.1", Offence::kAuthFail), std::nullopt);
  EXPECT_EQ(Enter("192.0.2.1"), "in");
  EXPECT_EQ(Penalise("192.0.2.1", Offence::kAuthFail), seconds(15));
  EXPECT_EQ(Enter("192.0.2.1"), "penalty");
  EXPECT_EQ(Enter("192.0.2.2"), "in");
  EXPECT_EQ(Enter("192.0.2.1", 99, seconds(14)), "penalty");
  EXPECT_EQ(Enter("192.0.2.1", 99, seconds(15)), "in");
}

TEST_F(ConnectionLimiterTest, TimeTakesOffencesAway) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Penalise("192.0.2.1", Offence::kNoAuth, seconds(i)), std::nullopt) << i;
  }
  EXPECT_EQ(Enter("192.0.2.1", 99, seconds(99)), "in");
}

TEST_F(ConnectionLimiterTest, ACrashCountsAtOnce) {
  EXPECT_EQ(Penalise("2001:db8::1", Offence::kCrash), seconds(90));
  EXPECT_EQ(Enter("2001:db8::2"), "penalty");
  EXPECT_EQ(Enter("2001:db8:0:1::2"), "in");
}

TEST_F(ConnectionLimiterTest, APenaltyGrowsToItsBound) {
  for (int i = 0; i < 100; ++i) (void)Penalise("192.0.2.1", Offence::kCrash);
  auto judged = limiter_.Enter(At("192.0.2.1"), After(seconds(0)), 99);
  EXPECT_EQ(std::get<Refusal>(judged).Words(),
            "oneoff: connections from your address are refused for 10 min: earlier ones failed to "
            "log in; try again after that");
  EXPECT_EQ(Enter("192.0.2.1", 99, seconds(600)), "in");
}

TEST_F(ConnectionLimiterTest, TheExemptAreNeitherPenalisedNorRefused) {
  bounds_.penalties.exempt = {*base::Network::Parse("192.0.2.0/24")};
  EXPECT_EQ(Penalise("192.0.2.1", Offence::kCrash), seconds(90));
  Adopt(bounds_);
  EXPECT_EQ(Enter("192.0.2.1"), "in");
  EXPECT_EQ(Penalise("192.0.2.9", Offence::kCrash), std::nullopt);
  EXPECT_EQ(Penalise("192.0.3.9", Offence::kCrash), seconds(90));
}

TEST_F(ConnectionLimiterTest, ATableThatIsFullForgetsWhatEndsSoonest) {
  bounds_.penalties.sources = 2;
  Adopt(bounds_);
  EXPECT_EQ(Penalise("192.0.2.1", Offence::kCrash), seconds(90));
  EXPECT_EQ(Penalise("192.0.2.2", Offence::kCrash, seconds(1)), seconds(90));
  EXPECT_EQ(Penalise("192.0.2.3", Offence::kCrash, seconds(2)), seconds(90));
  EXPECT_EQ(Penalise("2001:db8::1", Offence::kCrash, seconds(2)), seconds(90));
  EXPECT_EQ(Enter("192.0.2.1", 99, seconds(2)), "in");
  EXPECT_EQ(Enter("192.0.2.2", 99, seconds(2)), "penalty");
  EXPECT_EQ(Enter("192.0.2.3", 99, seconds(2)), "penalty");
  EXPECT_EQ(Enter("2001:db8::1", 99, seconds(2)), "penalty");
}

TEST_F(ConnectionLimiterTest, WhatCostsNothingIsNotCounted) {
  bounds_.penalties.noauth = milliseconds(0);
  Adopt(bounds_);
  for (int i = 0; i < 100; ++i) (void)Penalise("192.0.2.1", Offence::kNoAuth);
  EXPECT_EQ(Enter("192.0.2.1"), "in");
}

TEST(Refusal, SaysHowLongToWait) {
  const auto words = [](milliseconds left) { return Refusal{Reason::kPenalty, left}.Words(); };
  const std::string before = "oneoff: connections from your address are refused for ";
  const std::string behind = ": earlier ones failed to log in; try again after that";
  EXPECT_EQ(words(milliseconds(1)), before + "1 s" + behind);
  EXPECT_EQ(words(milliseconds(45'001)), before + "46 s" + behind);
  EXPECT_EQ(words(milliseconds(120'001)), before + "3 min" + behind);
}

}  // namespace
}  // namespace front
