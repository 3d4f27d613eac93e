// A light client: connects, authenticates and runs a command, again and again, in several
// processes. OpenSSH's client costs more than either server here; with it, only the client would be
// measured.
//
//   connections PORT USER KEY SECONDS PROCESSES COMMAND     prints how many came to their end

#include <libssh/libssh.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

using Clock = std::chrono::steady_clock;

// One connection with one command; true if the command ended with 0.
bool RunOnce(unsigned port, const char* user, ssh_key key, const char* command) {
  ssh_session session = ssh_new();
  const bool process_config = false;
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &process_config);
  ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
  ssh_options_set(session, SSH_OPTIONS_PORT, &port);
  ssh_options_set(session, SSH_OPTIONS_USER, user);
  ssh_options_set(session, SSH_OPTIONS_KEY_EXCHANGE, "curve25519-sha256");
  const int nodelay = 1;
  ssh_options_set(session, SSH_OPTIONS_NODELAY, &nodelay);
  bool good = ssh_connect(session) == SSH_OK &&
              ssh_userauth_publickey(session, nullptr, key) == SSH_AUTH_SUCCESS;
  if (good) {
    ssh_channel channel = ssh_channel_new(session);
    good = ssh_channel_open_session(channel) == SSH_OK &&
           ssh_channel_request_exec(channel, command) == SSH_OK;
    char buffer[4096];
    while (good && ssh_channel_read(channel, buffer, sizeof buffer, 0) > 0) {
    }
    good = good && ssh_channel_get_exit_status(channel) == 0;
    ssh_channel_free(channel);
  }
  if (!good) std::fprintf(stderr, "connections: %s\n", ssh_get_error(session));
  ssh_disconnect(session);
  ssh_free(session);
  return good;
}

// Runs until the deadline; -1 after a failure.
int RunUntil(Clock::time_point deadline, unsigned port, const char* user, const char* key_file,
             const char* command) {
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_file(key_file, nullptr, nullptr, nullptr, &key) != SSH_OK) return -1;
  int count = 0;
  while (Clock::now() < deadline) {
    if (!RunOnce(port, user, key, command)) return -1;
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs("usage: connections PORT USER KEY SECONDS PROCESSES COMMAND\n", stderr);
    return 64;
  }
  const auto deadline = Clock::now() + std::chrono::seconds(std::atoi(argv[4]));
  const int processes = std::atoi(argv[5]);
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return 1;
  for (int i = 0; i < processes; ++i) {
    if (fork() == 0) {
      const int count =
          RunUntil(deadline, static_cast<unsigned>(std::atoi(argv[1])), argv[2], argv[3], argv[6]);
      _exit(write(pipe_ends[1], &count, sizeof count) == sizeof count ? 0 : 1);
    }
  }
  int total = 0;
  bool failed = false;
  for (int i = 0; i < processes; ++i) {
    int count = 0;
    if (read(pipe_ends[0], &count, sizeof count) != sizeof count || count < 0) failed = true;
    total += count;
  }
  while (wait(nullptr) > 0) {
  }
  std::printf("%d\n", total);
  return failed ? 1 : 0;
}
