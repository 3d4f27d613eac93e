#include "gateway/run/pty.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace run {
namespace {

struct CharacterMode {
  unsigned char opcode;
  unsigned char index;  // into termios::c_cc
};
struct FlagMode {
  unsigned char opcode;
  tcflag_t termios::*word;
  tcflag_t flag;
};

// RFC 4254 8, without the modes that Linux does not have (VDSUSP, VSTATUS, VFLUSH).
constexpr std::array<CharacterMode, 15> kCharacters = {{{1, VINTR},
                                                        {2, VQUIT},
                                                        {3, VERASE},
                                                        {4, VKILL},
                                                        {5, VEOF},
                                                        {6, VEOL},
                                                        {7, VEOL2},
                                                        {8, VSTART},
                                                        {9, VSTOP},
                                                        {10, VSUSP},
                                                        {12, VREPRINT},
                                                        {13, VWERASE},
                                                        {14, VLNEXT},
                                                        {16, VSWTC},
                                                        {18, VDISCARD}}};
constexpr std::array<FlagMode, 36> kFlags = {{
    {30, &termios::c_iflag, IGNPAR},  {31, &termios::c_iflag, PARMRK},
    {32, &termios::c_iflag, INPCK},   {33, &termios::c_iflag, ISTRIP},
    {34, &termios::c_iflag, INLCR},   {35, &termios::c_iflag, IGNCR},
    {36, &termios::c_iflag, ICRNL},   {37, &termios::c_iflag, IUCLC},
    {38, &termios::c_iflag, IXON},    {39, &termios::c_iflag, IXANY},
    {40, &termios::c_iflag, IXOFF},   {41, &termios::c_iflag, IMAXBEL},
    {42, &termios::c_iflag, IUTF8},  // RFC 8160
    {50, &termios::c_lflag, ISIG},    {51, &termios::c_lflag, ICANON},
    {52, &termios::c_lflag, XCASE},   {53, &termios::c_lflag, ECHO},
    {54, &termios::c_lflag, ECHOE},   {55, &termios::c_lflag, ECHOK},
    {56, &termios::c_lflag, ECHONL},  {57, &termios::c_lflag, NOFLSH},
    {58, &termios::c_lflag, TOSTOP},  {59, &termios::c_lflag, IEXTEN},
    {60, &termios::c_lflag, ECHOCTL}, {61, &termios::c_lflag, ECHOKE},
    {62, &termios::c_lflag, PENDIN},  {70, &termios::c_oflag, OPOST},
    {71, &termios::c_oflag, OLCUC},   {72, &termios::c_oflag, ONLCR},
    {73, &termios::c_oflag, OCRNL},   {74, &termios::c_oflag, ONOCR},
    {75, &termios::c_oflag, ONLRET},  {90, &termios::c_cflag, CS7},
    {91, &termios::c_cflag, CS8},     {92, &termios::c_cflag, PARENB},
    {93, &termios::c_cflag, PARODD},
}};
struct Baud {
  std::uint32_t bits_per_second;
  speed_t speed;
};
constexpr std::array<Baud, 13> kBauds = {{{300, B300},
                                          {1200, B1200},
                                          {2400, B2400},
                                          {4800, B4800},
                                          {9600, B9600},
                                          {19200, B19200},
                                          {38400, B38400},
                                          {57600, B57600},
                                          {115200, B115200},
                                          {230400, B230400},
                                          {460800, B460800},
                                          {921600, B921600},
                                          {4000000, B4000000}}};

constexpr unsigned char kInputSpeed = 128;
constexpr unsigned char kOutputSpeed = 129;
constexpr unsigned char kFirstWithoutArgument = 160;

void ApplyMode(unsigned char opcode, std::uint32_t value, termios& modes) {
  for (const CharacterMode& mode : kCharacters) {
    if (mode.opcode != opcode) continue;
    // 255 means "no character" (RFC 4254 8).
    modes.c_cc[mode.index] = value == 255 ? cc_t{_POSIX_VDISABLE} : static_cast<cc_t>(value & 0xFF);
  }
  for (const FlagMode& mode : kFlags) {
    if (mode.opcode != opcode) continue;
    if (value != 0) {
      modes.*mode.word |= mode.flag;
    } else {
      modes.*mode.word &= ~mode.flag;
    }
  }
  for (const Baud& baud : kBauds) {
    if (baud.bits_per_second != value) continue;
    if (opcode == kInputSpeed) cfsetispeed(&modes, baud.speed);
    if (opcode == kOutputSpeed) cfsetospeed(&modes, baud.speed);
  }
}

unsigned short Bounded(std::uint32_t value) {
  return static_cast<unsigned short>(
      std::min<std::uint32_t>(value, std::numeric_limits<unsigned short>::max()));
}

}  // namespace

void ApplyModes(std::string_view encoded, termios& modes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(encoded[i]); };
  for (std::size_t i = 0; i + 5 <= encoded.size(); i += 5) {
    // TTY_OP_END, or an opcode from 160 on, at which parsing stops (RFC 4254 8).
    if (byte(i) == 0 || byte(i) >= kFirstWithoutArgument) return;
    const std::uint32_t value = std::uint32_t{byte(i + 1)} << 24 |
                                std::uint32_t{byte(i + 2)} << 16 | std::uint32_t{byte(i + 3)} << 8 |
                                byte(i + 4);
    ApplyMode(byte(i), value, modes);
  }
}

std::string EncodeModes(const termios& modes) {
  std::string encoded;
  const auto add = [&](unsigned char opcode, std::uint32_t value) {
    encoded += static_cast<char>(opcode);
    for (int shift = 24; shift >= 0; shift -= 8)
      encoded += static_cast<char>(value >> shift & 0xFF);
  };
  for (const Baud& baud : kBauds) {
    if (cfgetispeed(&modes) == baud.speed) add(kInputSpeed, baud.bits_per_second);
    if (cfgetospeed(&modes) == baud.speed) add(kOutputSpeed, baud.bits_per_second);
  }
  for (const CharacterMode& mode : kCharacters) {
    const cc_t value = modes.c_cc[mode.index];
    add(mode.opcode, value == cc_t{_POSIX_VDISABLE} ? 255 : value);
  }
  for (const FlagMode& mode : kFlags) {
    add(mode.opcode, (modes.*mode.word & mode.flag) == mode.flag ? 1 : 0);
  }
  encoded += '\0';
  return encoded;
}

void SetWindowSize(int master, const wire::WindowSize& size) {
  const winsize window{Bounded(size.rows), Bounded(size.columns), Bounded(size.x_pixels),
                       Bounded(size.y_pixels)};
  ioctl(master, TIOCSWINSZ, &window);
}

pid_t ForegroundGroup(int master) {
  pid_t group = 0;
  return ioctl(master, TIOCGPGRP, &group) == 0 && group > 0 ? group : 0;
}

base::Result<Pty> OpenPty(const wire::PtyRequest& request, uid_t owner, int devpts) {
  // O_NOCTTY: the launcher must not get this terminal as its own (open(2)).
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK;
  Pty pty;
  pty.master.Reset(devpts < 0 ? posix_openpt(kFlags) : openat(devpts, "ptmx", kFlags));
  int unlock = 0;
  // What unlockpt(3) does. A new terminal is locked until then.
  if (!pty.master || ioctl(pty.master.get(), TIOCSPTLCK, &unlock) != 0) {
    return base::FailSystem("open a pty");
  }
  // TIOCGPTPEER opens the slave from the master (ioctl_tty(2)). A path could lead into another
  // devpts.
  pty.slave.Reset(ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  termios modes{};
  if (!pty.slave || tcgetattr(pty.slave.get(), &modes) != 0) return base::FailSystem("open a pty");
  ApplyModes(request.modes, modes);
  if (tcsetattr(pty.slave.get(), TCSANOW, &modes) != 0)
    return base::FailSystem("set a pty's modes");
  SetWindowSize(pty.master.get(), request.size);
  // The command may open its terminal by its name (ttyname(3)), and the slave's mode lets only the
  // owner do that.
  if (owner != geteuid() && fchown(pty.slave.get(), owner, static_cast<gid_t>(-1)) != 0) {
    return base::FailSystem("give a pty to its user");
  }
  return pty;
}

}  // namespace run
