// The session against a client that has exchanged keys, and has or has not authenticated: any
// packets in any order, beside runs and a monitor that do what the input says. It ends, whatever
// comes; what it tells runs is sound; nothing is left open.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "authz/ssh_data.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/packet_client.h"
#include "tests/fuzz/session_world.h"

namespace {

using authz::DataWriter;

// Message numbers (RFC 4250 4.1.2).
enum Type : std::uint8_t {
  kDisconnect = 1,
  kUserauthRequest = 50,
  kGlobalRequest = 80,
  kChannelOpen = 90,
  kWindowAdjust = 93,
  kData = 94,
  kExtendedData = 95,
  kEof = 96,
  kClose = 97,
  kChannelRequest = 98,
};

constexpr std::array<std::string_view, 13> kRequests = {"exec",
                                                        "shell",
                                                        "pty-req",
                                                        "env",
                                                        "window-change",
                                                        "signal",
                                                        "subsystem",
                                                        "break",
                                                        "xon-xoff",
                                                        "x11-req",
                                                        "auth-agent-req@openssh.com",
                                                        "eow@openssh.com",
                                                        "?"};

// Turns the input into packets. A channel is one of the first few that the server opens, or any.
class Packets {
 public:
  explicit Packets(fuzz::Input& input) : input_(input) {}

  std::string Open() {
    const bool sound = input_.Byte() != 1;
    DataWriter packet;
    packet.Byte(kChannelOpen).String(sound ? "session" : input_.String()).Uint32(input_.Byte());
    packet.Uint32(sound ? 2'097'152 : input_.Uint32()).Uint32(sound ? 32'768 : input_.Uint32());
    return Sent(packet);
  }
  std::string Request() {
    const std::uint32_t channel = Channel();
    const std::string name(kRequests.at(input_.Byte() % kRequests.size()));
    DataWriter packet;
    packet.Byte(kChannelRequest).Uint32(channel).String(name == "?" ? input_.String() : name);
    packet.Byte(input_.Bool() ? 1 : 0);
    if (name == "pty-req") packet.String(input_.String());
    if (name == "pty-req" || name == "window-change") {
      for (int i = 0; i < 4; ++i) packet.Uint32(input_.Uint32());
    }
    if (name == "env") packet.String(input_.String());
    if (name != "shell" && name != "window-change" && name != "eow@openssh.com" && name != "?") {
      packet.String(Long());
    }
    if (input_.Byte() == 1) packet.Bytes(input_.String());  // more than belongs there
    return Sent(packet);
  }
  std::string OfChannel(Type type) {
    DataWriter packet;
    packet.Byte(type).Uint32(Channel());
    if (type == kExtendedData || type == kWindowAdjust) packet.Uint32(input_.Uint32());
    if (type == kExtendedData || type == kData) packet.String(Long());
    return Sent(packet);
  }
  std::string Userauth() {
    DataWriter packet;
    packet.Byte(kUserauthRequest).String(input_.String());
    packet.String(input_.Byte() != 1 ? "ssh-connection" : input_.String());
    packet.String(input_.Byte() != 1 ? "publickey" : input_.String());
    packet.Bytes(input_.String());
    return Sent(packet);
  }
  std::string Probe() {
    const std::string blob = ssh::LocalPublicKeyOf(fuzz::TheFixture().client_key.get());
    const bool is_signed = input_.Bool();
    DataWriter packet;
    packet.Byte(kUserauthRequest).String("shop").String("ssh-connection").String("publickey");
    packet.Byte(is_signed ? 1 : 0).String("ssh-ed25519").String(blob);
    DataWriter signature;
    if (is_signed) packet.String(signature.String("ssh-ed25519").String(input_.String()).bytes());
    return Sent(packet);
  }
  std::string Global() {
    DataWriter packet;
    packet.Byte(kGlobalRequest).String(input_.String()).Byte(input_.Bool() ? 1 : 0);
    return Sent(packet.Bytes(input_.String()));
  }
  std::string Any() { return input_.String(); }

 private:
  static constexpr std::uint32_t kFirstChannel = 43;  // of libssh's

  std::uint32_t Channel() {
    const std::uint8_t which = input_.Byte();
    return which == 255 ? input_.Uint32() : kFirstChannel + which % 16;
  }
  // As it stands in the input, or so long and of one byte.
  std::string Long() {
    const std::uint8_t kind = input_.Byte();
    return kind != 255 ? input_.Bytes(kind) : std::string(input_.Number(2), 'x');
  }
  static std::string Sent(DataWriter& packet) { return packet.bytes(); }

  fuzz::Input& input_;
};

class Script {
 public:
  Script(fuzz::Input& input, base::UniqueFd socket)
      : input_(input),
        packets_(input),
        client_(std::move(socket), fuzz::TheFixture().client_key.get()),
        authenticates_(input.Byte() != 1) {}

  void Surround(fuzz::SessionWorld& world) { world_ = &world; }

  // One turn of the client, of a run, or of time.
  bool Turn() {
    client_.Pump();
    using State = fuzz::PacketClient::State;
    if (client_.state() == State::kExchanging) return false;
    if (client_.state() == State::kAuthenticating || authenticates_) {
      authenticates_ = false;
      client_.Authenticate();
      return client_.state() != State::kAuthenticating;
    }
    if (input_.empty()) return Leave();
    if (input_.Byte() % 4 == 0) {
      OfSurroundings();
    } else {
      OfClient();
    }
    return true;
  }

 private:
  bool Leave() {
    return client_.state() != fuzz::PacketClient::State::kLost && (client_.Leave(), true);
  }

  void OfClient() {
    constexpr std::array<Type, 5> kOfChannel = {kData, kEof, kClose, kWindowAdjust, kExtendedData};
    const std::uint8_t what = input_.Byte() % 16;
    if (what < 3) return client_.Send(packets_.Open());
    if (what < 7) return client_.Send(packets_.Request());
    if (what < 12) return client_.Send(packets_.OfChannel(kOfChannel.at(what - 7U)));
    if (what == 12) return client_.Send(packets_.Userauth());
    if (what == 13) return client_.Send(packets_.Probe());
    if (what == 14) return client_.Send(packets_.Global());
    client_.Send(packets_.Any());
  }

  void OfSurroundings() {
    const std::uint8_t what = input_.Byte() % 12;
    if (what == 0) return world_->PlanAnswer(static_cast<fuzz::Answering>(input_.Byte() % 8));
    if (what == 1) return world_->time().Pass(std::chrono::seconds(input_.Byte()));
    if (what == 2) return client_.Authenticate();
    if (what == 3) return client_.SendRaw(input_.String());
    if (what == 4) return world_->LoseMonitor();
    fuzz::FarRun* run = world_->Run(input_.Byte());
    if (run != nullptr) OfRun(*run, what);
  }

  void OfRun(fuzz::FarRun& run, std::uint8_t what) {
    switch (what) {
      case 5:
        return run.Write(input_.Bool(), std::string(input_.Number(2), 'y'));
      case 6:
        return run.End(input_.Byte(), input_.String());
      case 7:
        return run.CloseOutput();
      case 8:
        return run.CloseControl();
      case 9:
        return run.Read();
      case 10:
        return run.SayNonsense();
      default:
        return run.Hear();
    }
  }

  fuzz::Input& input_;
  Packets packets_;
  fuzz::PacketClient client_;
  fuzz::SessionWorld* world_ = nullptr;
  bool authenticates_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)fuzz::TheFixture();
  const fuzz::DescriptorCount count;
  auto [server_end, client_end] = fuzz::Connect();
  fuzz::Input input(data, size);
  Script script(input, std::move(client_end));
  fuzz::SessionWorld world([&] { return script.Turn(); });
  script.Surround(world);
  world.Serve(std::move(server_end));
  return 0;
}
