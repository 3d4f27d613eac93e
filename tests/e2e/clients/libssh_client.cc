// libssh_client: drives libssh's own client, of the shared library that Debian packages, by the
// lines that driver.py describes.
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <poll.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace {

std::string Text(std::string_view bytes) { return bytes.empty() ? "-" : base::Base64Encode(bytes); }

std::string Untext(const std::string& word) {
  return word == "-" ? std::string() : base::Base64Decode(word).value_or("");
}

void Tell(const std::string& line) {
  (void)std::fputs((line + "\n").c_str(), stdout);
  (void)std::fflush(stdout);
}

// One channel; libssh keeps a pointer to its callbacks.
class Channel {
 public:
  Channel(ssh_session session, std::string id)
      : channel_(ssh_channel_new(session)), id_(std::move(id)) {
    callbacks_.userdata = this;
    callbacks_.channel_data_function = OnData;
    callbacks_.channel_exit_status_function = OnStatus;
    callbacks_.channel_close_function = OnClose;
    ssh_callbacks_init(&callbacks_);
    ssh_set_channel_callbacks(channel_, &callbacks_);
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() = default;  // the channel is the session's

  ssh_channel get() { return channel_; }

 private:
  static Channel& Self(void* self) { return *static_cast<Channel*>(self); }
  static int OnData(ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr,
                    void* self) {
    Tell((is_stderr != 0 ? "err " : "out ") + Self(self).id_ + " " +
         Text({static_cast<const char*>(data), size}));
    return static_cast<int>(size);
  }
  static void OnStatus(ssh_session, ssh_channel, int status, void* self) {
    Self(self).status_ = status;
  }
  static void OnClose(ssh_session, ssh_channel, void* self) {
    Tell("end " + Self(self).id_ + " " + std::to_string(Self(self).status_));
  }

  ssh_channel channel_;
  std::string id_;
  int status_ = -1;
  ssh_channel_callbacks_struct callbacks_{};
};

class Client {
 public:
  explicit Client(ssh_session session) : session_(session) {}

  // One line; false at the last.
  bool Act(const std::string& line) {
    std::istringstream words(line);
    std::vector<std::string> rest;
    for (std::string word; words >> word;) rest.push_back(word);
    if (rest[0] == "quit") return false;
    if (rest[0] == "open") {
      Open(rest);
    } else if (rest[0] == "local") {
      ssh_channel channel = ssh_channel_new(session_);
      Answer(ssh_channel_open_forward(channel, "127.0.0.1", std::stoi(rest[1]), "127.0.0.1", 1));
    } else if (rest[0] == "remote") {
      int bound = 0;
      Answer(ssh_channel_listen_forward(session_, "127.0.0.1", 0, &bound));
    } else {
      ActOn(channels_.at(rest[1])->get(), rest);
    }
    return true;
  }

 private:
  static void Answer(int rc) { Tell(rc == SSH_OK ? "granted" : "refused"); }

  static void ActOn(ssh_channel channel, const std::vector<std::string>& rest) {
    if (rest[0] == "data") {
      const std::string data = Untext(rest[2]);
      ssh_channel_write(channel, data.data(), static_cast<std::uint32_t>(data.size()));
    } else if (rest[0] == "eof") {
      ssh_channel_send_eof(channel);
    } else if (rest[0] == "resize") {
      ssh_channel_change_pty_size(channel, std::stoi(rest[2]), std::stoi(rest[3]));
    } else if (rest[0] == "signal") {
      ssh_channel_request_send_signal(channel, rest[2].c_str());
    }
  }

  // open ID KIND NAME PTY ENVIRONMENT ASK
  void Open(const std::vector<std::string>& rest) {
    auto& channel = channels_[rest[1]];
    channel = std::make_unique<Channel>(session_, rest[1]);
    const std::string name = Untext(rest[3]);
    const bool opened =
        ssh_channel_open_session(channel->get()) == SSH_OK && Prepare(channel->get(), rest) &&
        (rest[2] == "subsystem" ? ssh_channel_request_subsystem(channel->get(), name.c_str())
                                : ssh_channel_request_exec(channel->get(), name.c_str())) == SSH_OK;
    Tell((opened ? "opened " : "failed ") + rest[1]);
  }

  static bool Prepare(ssh_channel channel, const std::vector<std::string>& rest) {
    if (rest[4] != "-") {
      const auto pty = base::Split(rest[4], ',');
      if (ssh_channel_request_pty_size(channel, std::string(pty[0]).c_str(),
                                       std::stoi(std::string(pty[1])),
                                       std::stoi(std::string(pty[2]))) != SSH_OK) {
        return false;
      }
    }
    if (rest[5] != "-") {
      for (const std::string_view pair : base::Split(rest[5], ',')) {
        const std::string variable(pair.substr(0, pair.find('=')));
        const std::string value = Untext(std::string(pair.substr(pair.find('=') + 1)));
        // One that is not accepted is not there: no reason to give up.
        (void)ssh_channel_request_env(channel, variable.c_str(), value.c_str());
      }
    }
    if (rest[6] == "agent") return ssh_channel_request_auth_agent(channel) == SSH_OK;
    if (rest[6] == "x11") return ssh_channel_request_x11(channel, 0, nullptr, nullptr, 0) == SSH_OK;
    return true;
  }

  ssh_session session_;
  std::map<std::string, std::unique_ptr<Channel>> channels_;
};

// Lines of standard input as they come, without waiting for more.
class Lines {
 public:
  // False at the end of the input.
  bool Read() {
    char bytes[65536];
    const ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n <= 0) return false;
    held_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }
  bool Next(std::string& line) {
    const std::size_t end = held_.find('\n');
    if (end == std::string::npos) return false;
    line = held_.substr(0, end);
    held_.erase(0, end + 1);
    return true;
  }

 private:
  std::string held_;
};

int Fail(ssh_session session, std::string_view what) {
  (void)std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(what.size()), what.data(),
                     ssh_get_error(session));
  return 1;
}

int Serve(ssh_session session) {
  ssh_event event = ssh_event_new();
  ssh_event_add_session(event, session);
  Client client(session);
  Lines lines;
  Tell("ready");
  for (;;) {
    pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0}, {ssh_get_fd(session), POLLIN, 0}};
    if (poll(fds, 2, -1) < 0) return 1;
    if (fds[1].revents != 0) {
      int rc = SSH_OK;
      while ((rc = ssh_event_dopoll(event, 0)) == SSH_OK) {
      }
      if (rc == SSH_ERROR) return Fail(session, "the connection");
    }
    if (fds[0].revents == 0) continue;
    if (!lines.Read()) return 0;
    for (std::string line; lines.Next(line);) {
      if (!client.Act(line)) return 0;
    }
  }
}

int Run(char** arguments) {
  ssh_session session = ssh_new();
  const int port = std::stoi(arguments[1]);
  const bool no = false;
  ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
  ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
  ssh_options_set(session, SSH_OPTIONS_PORT, &port);
  ssh_options_set(session, SSH_OPTIONS_USER, arguments[2]);
  ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, arguments[4]);
  ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  if (ssh_connect(session) != SSH_OK) return Fail(session, "connect");
  if (ssh_session_is_known_server(session) != SSH_KNOWN_HOSTS_OK) return Fail(session, "host key");
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_file(arguments[3], nullptr, nullptr, nullptr, &key) != SSH_OK ||
      ssh_userauth_publickey(session, nullptr, key) != SSH_AUTH_SUCCESS) {
    return Fail(session, "authentication");
  }
  ssh_key_free(key);
  const int status = Serve(session);
  ssh_disconnect(session);
  return status;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 64;
  return Run(arguments);
}
