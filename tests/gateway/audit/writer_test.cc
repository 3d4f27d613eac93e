#include "gateway/audit/writer.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "base/child.h"
#include "base/packet.h"
#include "gateway/audit/client.h"
#include "gateway/audit/verify.h"
#include "tests/gateway/audit/signed_log.h"

namespace audit {
namespace {

using std::chrono::seconds;

// A writer in a process of its own.
class RunningWriter {
 public:
  explicit RunningWriter(const std::string& directory, const std::string& etc = "",
                         std::uint64_t per_person = 0) {
    auto pair = base::MakeSocketPair(SOCK_SEQPACKET).value();
    control_ = std::move(pair.first);
    child_ = base::Child::Fork([&] {
               // Neither its own other end nor another writer's: each waits for the last of them to
               // go.
               base::CloseAllFdsBut({pair.second.get()});
               WriterOptions options;
               options.directory = directory;
               options.host = "h";
               options.etc = etc;
               options.per_person = per_person;
               return RunWriter(base::UniqueFd(pair.second.get()), options);
             }).value();
  }
  Client Introduced() const { return Introduce(control_.get()).value(); }
  int control() const { return control_.get(); }
  base::Child& child() { return child_; }
  void Close() { control_.Reset(); }
  int End() {
    Close();
    return child_.Wait()->ShellStatus();
  }

 private:
  base::UniqueFd control_;
  base::Child child_;
};

bool IsClosed(const Client& client) {
  pollfd ready{client.fd(), POLLIN, 0};
  return poll(&ready, 1, 10000) == 1 && (ready.revents & POLLHUP) != 0;
}

Listed Act(const std::string& what) {
  Listed event;
  event.person = "alice";
  event.what = what;
  return event;
}

TEST(Writer, TellsWhenARecordIsDurable) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  Client client = writer.Introduced();
  EXPECT_EQ(client.Record(Act("a"), seconds(10)).value(), 1U);
  EXPECT_EQ(client.Record(Act("b"), seconds(10)).value(), 2U);
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);
  EXPECT_EQ(report.records, 2U);
  EXPECT_EQ(writer.End(), 0);
}

TEST(Writer, RefusesTheStartsOfAPersonWhoseShareIsUsedUp) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path(), "", 64 << 10);
  Client client = writer.Introduced();
  RunStarted start = Start("r");
  start.command = std::string(100'000, 'x');
  EXPECT_TRUE(client.Record(start, seconds(10)));
  const auto refused = client.Record(start, seconds(10));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), base::Code::kDenied);
  EXPECT_TRUE(client.Record(End("r"), seconds(10)));
  RunWatched watched;
  watched.person = start.person;
  EXPECT_FALSE(client.Record(watched, seconds(10)));
  start.person = "bob";
  EXPECT_TRUE(client.Record(start, seconds(10)));
}

TEST(Writer, KeepsTheOrderOfOneClient) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  Client client = writer.Introduced();
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(client.Post(Act(std::to_string(i))));
  EXPECT_EQ(client.Record(Act("last"), seconds(10)).value(), 10U);
}

TEST(Writer, TakesUpWhatItsClientsHadSentWhenItIsToEnd) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  Client client = writer.Introduced();
  ASSERT_TRUE(client.Record(Act("first"), seconds(10)));
  ASSERT_TRUE(writer.child().Signal(SIGSTOP));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.Post(Act("post")));
  writer.Close();
  ASSERT_TRUE(writer.child().Signal(SIGCONT));
  EXPECT_EQ(writer.End(), 0);
  EXPECT_EQ(Verify(scratch.path()).records, 51U);
}

TEST(Writer, RecordsWhatADeadClientHadSent) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  {
    Client client = writer.Introduced();
    ASSERT_TRUE(client.Post(Act("its last")));
  }
  EXPECT_EQ(writer.End(), 0);
  EXPECT_EQ(Verify(scratch.path()).records, 1U);
}

TEST(Writer, EndsWhileClientsAreStillThere) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  Client client = writer.Introduced();
  ASSERT_TRUE(client.Record(Act("a"), seconds(10)));
  EXPECT_EQ(writer.End(), 0);
  const auto late = client.Record(Act("b"), seconds(10));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message(), "audit: the writer is gone, or has closed this connection");
}

TEST(Writer, WaitsForItsPredecessorToLetGo) {
  const ScratchLog scratch;
  RunningWriter first(scratch.path());
  ASSERT_TRUE(first.Introduced().Record(Act("a"), seconds(10)));
  RunningWriter second(scratch.path());
  Client client = second.Introduced();
  ASSERT_TRUE(client.Post(Act("b")));
  EXPECT_EQ(first.End(), 0);
  EXPECT_EQ(client.Record(Act("c"), seconds(10)).value(), 3U);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Writer, IgnoresTheSignalsThatEndItsForegroundGroup) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  Client client = writer.Introduced();
  ASSERT_TRUE(client.Record(Act("a"), seconds(10)));
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ASSERT_TRUE(writer.child().Signal(number));
  EXPECT_TRUE(client.Record(Act("b"), seconds(10)));
  EXPECT_EQ(writer.End(), 0);
}

TEST(Writer, TakesTheLargestCommand) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  RunStarted event = Start("aaaa");
  event.command = std::string(kMaxCommand, '\xfe');
  event.argv = {"/bin/sh", "-c", event.command};
  EXPECT_EQ(writer.Introduced().Record(event, seconds(10)).value(), 1U);
}

TEST(Writer, RecordsAnEndOnceThoughItIsAskedForAgainBeforeItAnswers) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  Client client = writer.Introduced();
  ASSERT_EQ(client.Record(Start("aaaa"), seconds(10)).value(), 1U);
  ASSERT_TRUE(writer.child().Signal(SIGSTOP));
  EXPECT_FALSE(client.Record(End("aaaa"), std::chrono::milliseconds(20)));
  EXPECT_FALSE(client.Record(End("aaaa"), std::chrono::milliseconds(20)));
  ASSERT_TRUE(writer.child().Signal(SIGCONT));
  const auto all = client.RecordAll({End("aaaa"), Act("other"), End("aaaa")}, seconds(10));
  EXPECT_EQ(all[0].value(), 2U);
  EXPECT_EQ(all[1].value(), 3U);
  EXPECT_EQ(all[2].value(), 2U);
  EXPECT_EQ(client.Record(End("aaaa"), seconds(10)).value(), 2U);
  EXPECT_EQ(writer.End(), 0);
  EXPECT_EQ(Verify(scratch.path()).records, 3U);
}

TEST(Writer, DropsAClientThatSendsNoEventAndServesTheOthers) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  Client good = writer.Introduced();
  const std::string seq = R"({"event":{"event":"service.stopped","version":"1","seq":9}})";
  for (const std::string& bad :
       {std::string("junk"), std::string("{}"), seq, std::string("{\"event\":{}}")}) {
    const Client client = writer.Introduced();
    ASSERT_TRUE(base::SendPacket(client.fd(), bad));
    EXPECT_TRUE(IsClosed(client)) << bad;
  }
  EXPECT_EQ(good.Record(Act("a"), seconds(10)).value(), 1U);
}

TEST(Writer, DropsAClientThatSpeaksForTheLog) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  for (const Event& event : {Event(Recovered{"f", 1, "ab", "c"}), Event(Lost{1, "c"}),
                             Event(Checkpoint{}), Event(KeyRotated{}), Event(CopiesLost{})}) {
    Client client = writer.Introduced();
    const auto recorded = client.Record(event, seconds(10));
    ASSERT_FALSE(recorded);
    EXPECT_EQ(recorded.error().code(), base::Code::kNotFound);
  }
  EXPECT_EQ(writer.End(), 0);
  EXPECT_EQ(Verify(scratch.path()).records, 0U);
}

TEST(Writer, DropsAClientThatNeverReadsItsAnswers) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  const Client deaf = writer.Introduced();
  const std::string request = R"({"id":1,"event":{"event":"service.stopped","version":"1"}})";
  base::Result<void> sent;
  for (int i = 0; i < 100000 && sent; ++i) {
    sent = base::SendPacket(deaf.fd(), request);
    if (!sent && sent.error().code() == base::Code::kUnavailable) {
      pollfd ready{deaf.fd(), POLLOUT, 0};
      ASSERT_EQ(poll(&ready, 1, 10000), 1);
      sent = {};
    }
  }
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code(), base::Code::kNotFound);
  EXPECT_TRUE(writer.Introduced().Record(Act("a"), seconds(10)));
}

TEST(Writer, PassesOverIntroductionsThatAreNone) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  const auto pipe = base::MakePipe().value();
  ASSERT_TRUE(base::SendPacket(writer.control(), "client"));
  ASSERT_TRUE(base::SendPacket(writer.control(), "client", {pipe.first.get()}));
  ASSERT_TRUE(base::SendPacket(writer.control(), "other", {pipe.first.get()}));
  ASSERT_TRUE(base::SendPacket(writer.control(), "client", {pipe.first.get(), pipe.second.get()}));
  EXPECT_TRUE(writer.Introduced().Record(Act("a"), seconds(10)));
}

TEST(Writer, ServesManyClientsAtOnce) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.path());
  std::vector<Client> clients;
  for (int i = 0; i < 400; ++i) clients.push_back(writer.Introduced());
  // Of no person: nobody's share of records bounds it.
  for (Client& client : clients) ASSERT_TRUE(client.Post(ServiceStopped{"1"}));
  for (Client& client : clients) ASSERT_TRUE(client.Record(Act("record"), seconds(10)));
  EXPECT_EQ(writer.End(), 0);
  const Report report = Verify(scratch.path());
  EXPECT_EQ(report.verdict, Verdict::kSound);
  EXPECT_EQ(report.records, 800U);
}

TEST(Writer, WithoutADirectorySaysSoToThoseWhoAsk) {
  const ScratchLog scratch;
  const std::string missing = scratch.File("missing");
  RunningWriter writer(missing);
  Client client = writer.Introduced();
  const auto failed = client.Record(Act("a"), seconds(10));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message(), "audit: " + missing + ": No such file or directory");
  ASSERT_TRUE(client.Post(Act("kept")));
  ASSERT_TRUE(base::MakeDirectories(missing, 0700));
  EXPECT_EQ(client.Record(Act("b"), seconds(10)).value(), 2U);  // after what was kept
  EXPECT_EQ(writer.End(), 0);
}

TEST(Writer, ThatEndsWithEventsItCouldNotWriteSaysSo) {
  const ScratchLog scratch;
  RunningWriter writer(scratch.File("missing"));
  ASSERT_TRUE(writer.Introduced().Post(Act("a")));
  EXPECT_EQ(writer.End(), 1);
}

TEST(Writer, SignsWhenItBeginsAtEachEndOfARunAndWhenItEnds) {
  const SignedLog scratch;
  RunningWriter writer(scratch.path(), scratch.etc());
  Client client = writer.Introduced();
  EXPECT_EQ(client.Record(Act("a"), seconds(10)).value(), 1U);  // 2: signed
  EXPECT_EQ(client.Record(Start("aaaa"), seconds(10)).value(), 3U);
  EXPECT_EQ(client.Record(End("aaaa"), seconds(10)).value(), 4U);  // 5: signed
  EXPECT_EQ(client.Record(Act("b"), seconds(10)).value(), 6U);
  EXPECT_EQ(writer.End(), 0);  // 7: signed
  const Report report = scratch.VerifyWith(scratch.key);
  EXPECT_EQ(report.verdict, Verdict::kSound);
  EXPECT_EQ(report.sealed.checkpoints, 3U);
  EXPECT_EQ(report.last, 7U);
}

TEST(Writer, TakesUpAKeyThatIsMadeAndOneToChangeToWhileItRuns) {
  SignedLog scratch;
  const ScratchLog etc;
  const KeyFiles keys(etc.path());
  RunningWriter writer(scratch.path(), etc.path());
  Client client = writer.Introduced();
  ASSERT_TRUE(client.Record(Act("a"), seconds(10)));
  const std::string key = keys.MakeCurrent().value().text();
  Report report;
  const auto await = [&](const auto& is) {
    for (int i = 0; i < 1000 && !is(); ++i) {
      usleep(10'000);
      report = Verify(scratch.path());
    }
  };
  await([&] { return report.sealed.key == key; });
  EXPECT_EQ(report.sealed.key, key);
  const std::string next = keys.MakeNext().value().text();
  await([&] { return report.sealed.key == next; });
  EXPECT_EQ(report.sealed.key, next);
  EXPECT_EQ(writer.End(), 0);
  EXPECT_EQ(keys.Public().value()->text(), next);
  EXPECT_EQ(Verify(scratch.path()).verdict, Verdict::kSound);
}

TEST(Writer, WhoseKeyIsNotUsableSaysSoToThoseWhoAsk) {
  const ScratchLog scratch;
  const ScratchLog etc;
  etc.Write("audit_key", "no key");
  chmod(etc.File("audit_key").c_str(), 0600);
  RunningWriter writer(scratch.path(), etc.path());
  const auto failed = writer.Introduced().Record(Act("a"), seconds(10));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message(),
            "audit: " + etc.File("audit_key") + ": not a private key in PEM, or an encrypted one");
}

TEST(Client, GivesUpWhenNobodyAnswers) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET).value();
  Client client(std::move(pair.first));
  const auto recorded = client.Record(Act("a"), std::chrono::milliseconds(20));
  ASSERT_FALSE(recorded);
  EXPECT_EQ(recorded.error().message(), "audit: no answer within 20 ms");
}

TEST(Client, PassesOverTheAnswerToAQuestionItGaveUp) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET).value();
  Client client(std::move(pair.first));
  ASSERT_FALSE(client.Record(Act("a"), std::chrono::milliseconds(1)));
  ASSERT_TRUE(base::SendPacket(pair.second.get(), R"({"id":1,"durable":41})"));
  ASSERT_TRUE(base::SendPacket(pair.second.get(), R"({"id":2,"durable":42})"));
  EXPECT_EQ(client.Record(Act("b"), seconds(10)).value(), 42U);
}

TEST(Client, NeverBlocksInPost) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET).value();
  Client client(std::move(pair.first));
  base::Result<void> posted;
  for (int i = 0; i < 100000 && posted; ++i) posted = client.Post(Act("a"));
  ASSERT_FALSE(posted);
  EXPECT_EQ(posted.error().message(), "audit: the writer is far behind");
}

TEST(Client, OfNoWriterSaysSo) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET).value();
  pair.second.Reset();
  const auto client = Introduce(pair.first.get());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().message(), "audit: the writer is gone, or has closed this connection");
}

TEST(Client, RefusesAnEventThatIsTooLargeBeforeItIsSent) {
  auto pair = base::MakeSocketPair(SOCK_SEQPACKET).value();
  Client client(std::move(pair.first));
  RunStarted event = Start("aaaa");
  event.command = std::string(kMaxCommand + 1, 'x');
  EXPECT_EQ(client.Record(event, seconds(10)).error().message(),
            "audit: run.started: command: more than 131071 bytes");
}

}  // namespace
}  // namespace audit
