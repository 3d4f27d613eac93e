#include "gateway/cli/known_processes.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <utility>
#include <variant>

#include "base/file.h"
#include "base/unique_fd.h"
#include "gateway/role/ask_as.h"
#include "gateway/run/process_records.h"
#include "gateway/wire/codec.h"

namespace cli {
namespace {

constexpr std::chrono::seconds kDeadline{5};
constexpr std::size_t kMaxWord = 16UL * 1024 * 1024;  // bytes of all records of a user

// The message from the process that reads the app's user's records as that user.
struct Declared {
  static constexpr std::string_view kName = "declared";
  std::string key;
  std::vector<run::ProcessRecord> records;
  template <class Self, class Io>
  static void Fields(Self& self, Io& io) {
    io("key", self.key);
    io("records", self.records);
  }
};

void Add(const run::ProcessRecords& from, Word word, const LocalApp& app,
         std::vector<KnownProcess>& to) {
  for (run::ProcessRecord& record : from.List()) {
    if (record.app == app.app.name && record.root == app.app.root) {
      to.push_back({std::move(record), from.key(), word});
    }
  }
}

std::string Declare(const release::Account& account) {
  const auto records = run::ProcessRecords::Open(run::ProcessRecords::OfUser(account.uid));
  return records ? wire::Encode(Declared{records->key(), records->List()}) : std::string();
}

void AddDeclared(const LocalApp& app, std::vector<KnownProcess>& to) {
  const release::Account& account = app.account;
  const auto answer =
      role::AskAs({.role = role::kQuestion,
                   .user = {.uid = account.uid, .gid = account.gid, .groups = account.groups},
                   .deadline = kDeadline,
                   .most = kMaxWord},
                  [&] { return Declare(account); });
  if (!answer) return;
  auto declared = wire::Decode<std::variant<Declared>>(*answer);
  if (!declared) return;
  auto& words = std::get<Declared>(*declared);
  for (run::ProcessRecord& record : words.records) {
    if (record.app != app.app.name || record.root != app.app.root) continue;
    to.push_back({std::move(record), words.key, Word::kSelfDeclared});
  }
}

// The pid of the process that listens on RUN/broker.socket; 0 if there is none, or if this user may
// not connect.
pid_t PidOfBroker(const config::Paths& paths) {
  const auto folder = base::OpenDirectory(paths.run);
  if (!folder) return 0;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/broker.socket", folder->get());
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const base::UniqueFd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  ucred peer{};
  socklen_t size = sizeof peer;
  // For a client, the peer is the process that called listen(2) (unix(7)).
  const bool known =
      connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  return known ? peer.pid : 0;
}

}  // namespace

std::string_view Name(Word word) {
  switch (word) {
    case Word::kTrusted:
      return "trusted";
    case Word::kSelfDeclared:
      return "self-declared";
    case Word::kProc:
      return "by /proc";
  }
  return "";
}

std::vector<KnownProcess> FindKnownProcesses(const config::Paths& paths, const LocalApp& app) {
  std::vector<KnownProcess> known;
  if (app.of_gateway) {
    const auto records =
        run::ProcessRecords::Open(run::ProcessRecords::Trusted(paths.run, paths.lib));
    if (records) Add(*records, Word::kTrusted, app, known);
  }
  AddDeclared(app, known);
  return known;
}

base::Result<run::Surroundings> SurroundingsOfOneOffs(const config::Paths& paths,
                                                      const LocalApp& app) {
  const pid_t broker = app.of_gateway ? PidOfBroker(paths) : 0;
  return run::SurroundingsOf(broker);
}

base::Result<void> RecordSelf(const config::Paths& paths, const LocalApp& app,
                              const release::ReleaseSnapshot& snapshot,
                              const release::ProcessParts& parts, const std::string& type) {
  using Records = run::ProcessRecords;
  const bool trusted = app.of_gateway && (geteuid() == 0 || access(paths.run.c_str(), W_OK) == 0);
  const auto records =
      Records::Make(trusted ? Records::Trusted(paths.run, paths.lib) : Records::OfUser(geteuid()));
  if (!records) return base::Fail(records.error());
  auto surroundings = run::SurroundingsOf(0);
  if (!surroundings) return base::Fail(std::move(surroundings.error()));
  run::ProcessRecord record =
      run::Given(app.app, snapshot, parts, std::move(*surroundings), records->key());
  record.type = type;
  return records->Write(std::move(record));
}

}  // namespace cli
