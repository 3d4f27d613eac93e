// Many sessions that do nothing: each a connection with a command that sleeps. Answers what the
// server asks on them.
//
//   idle PORT USER KEY COUNT COMMAND     says "ready" when all are there; ends when its input ends

#include <libssh/libssh.h>
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

struct Session {
  ssh_session session;
  ssh_channel channel;
  ssh_event event;
};

// A session with the command; without an event if it could not be had.
Session Open(unsigned port, const char* user, ssh_key key, const char* command) {
  Session made{ssh_new(), nullptr, nullptr};
  const bool process_config = false;
  ssh_options_set(made.session, SSH_OPTIONS_PROCESS_CONFIG, &process_config);
  ssh_options_set(made.session, SSH_OPTIONS_HOST, "127.0.0.1");
  ssh_options_set(made.session, SSH_OPTIONS_PORT, &port);
  ssh_options_set(made.session, SSH_OPTIONS_USER, user);
  ssh_options_set(made.session, SSH_OPTIONS_KEY_EXCHANGE, "curve25519-sha256");
  if (ssh_connect(made.session) == SSH_OK &&
      ssh_userauth_publickey(made.session, nullptr, key) == SSH_AUTH_SUCCESS) {
    made.channel = ssh_channel_new(made.session);
    if (ssh_channel_open_session(made.channel) == SSH_OK &&
        ssh_channel_request_exec(made.channel, command) == SSH_OK) {
      made.event = ssh_event_new();
      ssh_event_add_session(made.event, made.session);
      return made;
    }
  }
  std::fprintf(stderr, "idle: %s\n", ssh_get_error(made.session));
  return made;
}

// Until standard input ends; false when a session ends first.
bool Serve(const std::vector<Session>& sessions) {
  std::vector<pollfd> polled = {{STDIN_FILENO, POLLIN, 0}};
  for (const Session& each : sessions) polled.push_back({ssh_get_fd(each.session), POLLIN, 0});
  for (;;) {
    if (poll(polled.data(), polled.size(), -1) < 0) return false;
    if (polled[0].revents != 0) return true;
    for (std::size_t i = 1; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      if (ssh_event_dopoll(sessions[i - 1].event, 0) == SSH_ERROR) return false;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: idle PORT USER KEY COUNT COMMAND\n", stderr);
    return 64;
  }
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_file(argv[3], nullptr, nullptr, nullptr, &key) != SSH_OK) return 1;
  std::vector<Session> sessions;
  for (int i = 0; i < std::atoi(argv[4]); ++i) {
    sessions.push_back(Open(static_cast<unsigned>(std::atoi(argv[1])), argv[2], key, argv[5]));
    if (sessions.back().event == nullptr) return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  if (Serve(sessions)) return 0;
  std::fputs("idle: a session ended\n", stderr);
  return 1;
}
