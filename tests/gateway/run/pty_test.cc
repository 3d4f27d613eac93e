#include "gateway/run/pty.h"

#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace run {
namespace {

std::string Mode(unsigned char opcode, std::uint32_t value) {
  return {static_cast<char>(opcode), static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

TEST(PtyModes, AFlagIsSetAndCleared) {
  termios modes{};
  ApplyModes(Mode(53, 1), modes);
  EXPECT_NE(modes.c_lflag & ECHO, 0U);
  ApplyModes(Mode(53, 0), modes);
  EXPECT_EQ(modes.c_lflag & ECHO, 0U);
}

TEST(PtyModes, ACharacterIsSetAnd255MeansNone) {
  termios modes{};
  ApplyModes(Mode(1, 3) + Mode(5, 255), modes);
  EXPECT_EQ(modes.c_cc[VINTR], 3);
  EXPECT_EQ(modes.c_cc[VEOF], _POSIX_VDISABLE);
}

TEST(PtyModes, SpeedsAreTakenOver) {
  termios modes{};
  ApplyModes(Mode(128, 9600) + Mode(129, 38400), modes);
  EXPECT_EQ(cfgetospeed(&modes), speed_t{B38400});
}

TEST(PtyModes, TheListEndsAtItsEndMark) {
  termios modes{};
  ApplyModes(std::string(1, '\0') + Mode(53, 1), modes);
  EXPECT_EQ(modes.c_lflag, 0U);
}

TEST(PtyModes, ACutArgumentAndAnOpcodeWithoutOneEndTheList) {
  termios modes{};
  ApplyModes(Mode(53, 1).substr(0, 4), modes);
  ApplyModes(Mode(160, 1) + Mode(53, 1), modes);
  EXPECT_EQ(modes.c_lflag, 0U);
}

TEST(PtyModes, UnknownOpcodesArePassedOver) {
  termios modes{};
  ApplyModes(Mode(99, 1) + Mode(53, 1), modes);
  EXPECT_EQ(modes.c_lflag, tcflag_t{ECHO});
}

TEST(Pty, HasTheSizeAndModesThatWereAskedFor) {
  const wire::PtyRequest request{
      .term = "xterm", .size = {132, 50, 640, 480}, .modes = Mode(53, 0) + Mode(42, 1)};
  const auto pty = OpenPty(request, geteuid());
  ASSERT_TRUE(pty) << pty.error().message();
  winsize size{};
  ASSERT_EQ(ioctl(pty->slave.get(), TIOCGWINSZ, &size), 0);
  EXPECT_EQ(size.ws_col, 132);
  EXPECT_EQ(size.ws_row, 50);
  EXPECT_EQ(size.ws_xpixel, 640);
  termios modes{};
  ASSERT_EQ(tcgetattr(pty->slave.get(), &modes), 0);
  EXPECT_EQ(modes.c_lflag & ECHO, 0U);
  EXPECT_NE(modes.c_iflag & IUTF8, 0U);
}

TEST(Pty, ModesThatAreEncodedAreTheSameElsewhere) {
  const auto here = OpenPty({}, geteuid());
  const auto there = OpenPty({}, geteuid());
  ASSERT_TRUE(here && there);
  termios modes{};
  ASSERT_EQ(tcgetattr(here->slave.get(), &modes), 0);
  modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
  modes.c_iflag |= IUTF8 | IXANY;
  modes.c_cc[VINTR] = 7;
  modes.c_cc[VQUIT] = _POSIX_VDISABLE;
  cfsetispeed(&modes, B9600);
  cfsetospeed(&modes, B9600);
  termios applied{};
  ASSERT_EQ(tcgetattr(there->slave.get(), &applied), 0);
  ApplyModes(EncodeModes(modes), applied);
  EXPECT_EQ(applied.c_lflag, modes.c_lflag);
  EXPECT_EQ(applied.c_iflag, modes.c_iflag);
  EXPECT_EQ(applied.c_oflag, modes.c_oflag);
  EXPECT_EQ(applied.c_cc[VINTR], 7);
  EXPECT_EQ(applied.c_cc[VQUIT], cc_t{_POSIX_VDISABLE});
  EXPECT_EQ(cfgetispeed(&applied), static_cast<speed_t>(B9600));
}

TEST(Pty, AnAbsurdSizeIsBounded) {
  const auto pty =
      OpenPty({.term = "", .size = {4'000'000'000U, 70'000, 0, 0}, .modes = ""}, geteuid());
  ASSERT_TRUE(pty);
  winsize size{};
  ASSERT_EQ(ioctl(pty->slave.get(), TIOCGWINSZ, &size), 0);
  EXPECT_EQ(size.ws_col, 65535);
  EXPECT_EQ(size.ws_row, 65535);
}

TEST(Pty, NobodyIsInTheForegroundOfANewOne) {
  const auto pty = OpenPty({}, geteuid());
  ASSERT_TRUE(pty);
  EXPECT_EQ(ForegroundGroup(pty->master.get()), 0);
}

}  // namespace
}  // namespace run
