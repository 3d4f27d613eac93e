// The session against any bytes on its socket, before anything is encrypted. It ends, whatever
// comes, with nothing left open.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "tests/fuzz/input.h"
#include "tests/fuzz/session_world.h"

namespace {

// Sends the input in pieces, and goes.
class RawClient {
 public:
  RawClient(fuzz::Input& input, base::UniqueFd socket)
      : input_(input), socket_(std::move(socket)) {}

  bool Turn() {
    if (!socket_) return false;
    std::array<char, 4096> answer{};
    while (read(socket_.get(), answer.data(), answer.size()) > 0) {
    }
    if (input_.empty()) {
      socket_.Reset();
      return true;
    }
    // Two bytes say how long a piece is.
    const std::string piece = input_.Bytes(input_.Number(2));
    (void)!send(socket_.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
    return true;
  }

 private:
  fuzz::Input& input_;
  base::UniqueFd socket_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)fuzz::TheFixture();
  const fuzz::DescriptorCount count;
  auto [server_end, client_end] = fuzz::Connect();
  fuzz::Input input(data, size);
  RawClient client(input, std::move(client_end));
  fuzz::SessionWorld world([&] { return client.Turn(); });
  world.Serve(std::move(server_end));
  return 0;
}
