#include "gateway/monitor/monitor.h"

#include <gmock/gmock.h>

#include <thread>

#include "base/packet.h"
#include "base/text.h"
#include "gateway/wire/codec.h"
#include "gateway/wire/transport.h"
#include "tests/authz/certificates.h"

// The seam fails closed: whatever a session claims, nobody gets in without a signature over the
// session id that this monitor signed.
namespace monitor {
namespace {

// RFC 4251's string.
std::string Str(std::string_view bytes) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(bytes.size() >> shift & 0xFF);
  }
  return out + std::string(bytes);
}

std::string Signed(std::string_view session_id, std::string_view user, std::string_view key) {
  return Str(session_id) + std::string(1, 50) + Str(user) + Str("ssh-connection") +
         Str("publickey") + std::string(1, 1) + Str("ssh-ed25519") + Str(key);
}

class MonitorTest : public testing::Test {
 protected:
  void SetUp() override {
    host_keys_.push_back(std::move(*authz::SigningKey::Generate()));
    alice_ = std::move(*authz::SigningKey::Generate());
    mallory_ = std::move(*authz::SigningKey::Generate());
    config::Problems problems;
    auto people =
        authz::People::Load({{"alice", "alice.pub", alice_->PublicLine() + "\n"}}, problems);
    ASSERT_TRUE(people);
    people_ = std::move(*people);
    session_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
    broker_ = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
    monitor_.emplace(Monitor::Sockets{session_.first.get(), broker_.first.get()}, "192.0.2.7",
                     MonitorDeps{host_keys_, people_, policy_, clock_},
                     MonitorBounds{.key_tries = 3, .key_probes = 4});
  }

  // What the session gets for its message; the test fails if there is no answer.
  template <class Answer, class M>
  Answer Ask(const M& message) {
    const auto served = monitor_->Serve(wire::Encode(message));
    EXPECT_TRUE(served) << served.error().message();
    auto answer = wire::Receive<wire::ToSession>(session_.second.get(), base::Wait::kNo);
    EXPECT_TRUE(answer) << answer.error().message();
    return std::get<Answer>(answer->message);
  }
  template <class M>
  std::string Fault(const M& message) {
    const auto served = monitor_->Serve(wire::Encode(message));
    return served ? "none" : served.error().message();
  }

  void Exchange(const std::string& hash) {
    const auto signature = Ask<wire::Signature>(wire::SignExchange{
        .host_key = host_keys_[0].PublicBlob(), .algorithm = "ssh-ed25519", .hash = hash});
    EXPECT_FALSE(signature.blob.empty());
  }
  bool Verify(const authz::SigningKey& signer, const std::string& data,
              const std::string& claimed_key) {
    return Ask<wire::Verdict>(wire::Verify{.key = claimed_key,
                                           .signature = *signer.Sign(data, "ssh-ed25519"),
                                           .data = data})
        .accepted;
  }

  const std::string id_ = std::string(32, 'i');
  base::SystemClock clock_;
  std::vector<authz::SigningKey> host_keys_;
  std::optional<authz::SigningKey> alice_;
  std::optional<authz::SigningKey> mallory_;
  authz::People people_;
  authz::Policy policy_;
  base::FdPair session_;
  base::FdPair broker_;
  std::optional<Monitor> monitor_;
};

TEST_F(MonitorTest, ASignatureOverThisSessionsIdLetsItsOwnerIn) {
  Exchange(id_);
  const std::string data = Signed(id_, "shop", alice_->PublicBlob());
  EXPECT_TRUE(Verify(*alice_, data, alice_->PublicBlob()));
  const auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo);
  ASSERT_TRUE(told);
  const auto& authenticated = std::get<wire::Authenticated>(told->message);
  EXPECT_EQ(authenticated.person, "alice");
  EXPECT_EQ(authenticated.user, "shop");
  EXPECT_EQ(authenticated.fingerprint, alice_->Fingerprint());
}

TEST_F(MonitorTest, AfterThatAStartReachesTheBrokerInTheNameOfWhoSigned) {
  Exchange(id_);
  ASSERT_TRUE(Verify(*alice_, Signed(id_, "shop", alice_->PublicBlob()), alice_->PublicBlob()));
  (void)wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo);
  EXPECT_EQ(Fault(wire::Start{.channel = 1, .command = "rake", .pty = {}, .environment = {}}),
            "none");
  const auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo);
  ASSERT_TRUE(told);
  const auto& request = std::get<wire::Request>(told->message);
  EXPECT_EQ(request.person, "alice");
  EXPECT_EQ(request.address, "192.0.2.7");
  EXPECT_EQ(request.start.command, "rake");
  EXPECT_EQ(told->fds.size(), 1U);
}

TEST_F(MonitorTest, WhatABrokerThatEndedHasNotAnsweredIsAnsweredAsLost) {
  monitor_.emplace(Monitor::Sockets{session_.first.get(), broker_.first.get()}, "192.0.2.7",
                   MonitorDeps{host_keys_, people_, policy_, clock_},
                   MonitorBounds{.last_answers = std::chrono::milliseconds(10)});
  Exchange(id_);
  ASSERT_TRUE(Verify(*alice_, Signed(id_, "shop", alice_->PublicBlob()), alice_->PublicBlob()));
  EXPECT_EQ(Fault(wire::Start{.channel = 7, .command = "rake", .pty = {}, .environment = {}}),
            "none");
  broker_.second.Reset();
  std::thread running([&] { (void)monitor_->Run(); });
  const auto answer = wire::Receive<wire::ToSession>(session_.second.get(), base::Wait::kYes);
  session_.second.Reset();
  running.join();
  ASSERT_TRUE(answer);
  const auto& lost = std::get<wire::Answer>(answer->message);
  EXPECT_EQ(lost.channel, 7U);
  EXPECT_EQ(lost.status, 70);
  EXPECT_EQ(lost.err,
            "oneoff: the request was lost: the gateway's broker has ended; connect again\n");
}

TEST_F(MonitorTest, AStartWithoutASignatureEndsTheConnection) {
  Exchange(id_);
  EXPECT_EQ(Fault(wire::Start{}), "request 'start' out of phase");
}

TEST_F(MonitorTest, NothingButTheExchangeIsLegalFirst) {
  EXPECT_EQ(Fault(wire::Start{}), "request 'start' out of phase");
  EXPECT_EQ(Fault(wire::Probe{.user = "shop", .key = alice_->PublicBlob()}),
            "request 'probe' out of phase");
  EXPECT_EQ(Fault(wire::Verify{}), "request 'verify' out of phase");
}

TEST_F(MonitorTest, AProbeOfAKnownKeyIsNoAuthentication) {
  Exchange(id_);
  EXPECT_TRUE(
      Ask<wire::Verdict>(wire::Probe{.user = "shop", .key = alice_->PublicBlob()}).accepted);
  EXPECT_EQ(Fault(wire::Start{}), "request 'start' out of phase");
}

TEST_F(MonitorTest, ASignatureOverAnotherSessionsIdLetsNobodyIn) {
  Exchange(id_);
  const std::string data = Signed(std::string(32, 'x'), "shop", alice_->PublicBlob());
  EXPECT_FALSE(Verify(*alice_, data, alice_->PublicBlob()));
  EXPECT_EQ(Fault(wire::Start{}), "request 'start' out of phase");
}

TEST_F(MonitorTest, BeforeTheLoginOneExchangeIsSigned) {
  Exchange(id_);
  EXPECT_EQ(Fault(wire::SignExchange{.host_key = host_keys_[0].PublicBlob(),
                                     .algorithm = "ssh-ed25519",
                                     .hash = std::string(32, 'l')}),
            "a second key exchange before the login");
}

TEST_F(MonitorTest, ExchangesAfterTheLoginArePaced) {
  monitor_.emplace(
      Monitor::Sockets{session_.first.get(), broker_.first.get()}, "192.0.2.7",
      MonitorDeps{host_keys_, people_, policy_, clock_},
      MonitorBounds{.exchange_every = std::chrono::milliseconds(20), .exchanges_at_once = 3});
  Exchange(id_);
  ASSERT_TRUE(Verify(*alice_, Signed(id_, "shop", alice_->PublicBlob()), alice_->PublicBlob()));
  const base::MonotonicTime begun = clock_.Monotonic();
  for (int i = 0; i < 8; ++i) Exchange(std::string(32, 'l'));
  EXPECT_GE(clock_.Monotonic() - begun, std::chrono::milliseconds(5 * 20 - 20));
}

TEST_F(MonitorTest, TheGatewayHasTheLastWordOnAPlace) {
  auto gateway = std::move(*base::MakeSocketPair(SOCK_SEQPACKET));
  const auto login = [&](std::string_view answer) {
    monitor_.emplace(
        Monitor::Sockets{session_.first.get(), broker_.first.get(), gateway.first.get()},
        "192.0.2.7", MonitorDeps{host_keys_, people_, policy_, clock_},
        MonitorBounds{.gateway_patience = std::chrono::milliseconds(10)});
    Exchange(id_);
    if (!answer.empty()) {
      (void)send(gateway.second.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    const std::string data = Signed(id_, "shop", alice_->PublicBlob());
    return Ask<wire::Verdict>(wire::Verify{.key = alice_->PublicBlob(),
                                           .signature = *alice_->Sign(data, "ssh-ed25519"),
                                           .data = data});
  };
  EXPECT_TRUE(login("+").accepted);
  EXPECT_EQ(base::ReceivePacket(gateway.second.get(), base::Wait::kNo)->bytes, "x");
  EXPECT_EQ(base::ReceivePacket(gateway.second.get(), base::Wait::kNo)->bytes, "aalice");
  const auto full = login("oneoff: full");
  EXPECT_FALSE(full.accepted);
  EXPECT_TRUE(full.disconnect);
  EXPECT_EQ(full.words, "oneoff: full");
  EXPECT_EQ(Fault(wire::Start{}), "request 'start' out of phase");
  EXPECT_EQ(login("").words, "oneoff: the gateway is being restarted; try again in a moment");
}

TEST_F(MonitorTest, KeysThatWereRefusedAreToldWithTheirReasonsIfTheyWereAll) {
  Exchange(id_);
  const wire::Probe probe{.user = "shop", .key = mallory_->PublicBlob()};
  EXPECT_FALSE(Ask<wire::Verdict>(probe).accepted);
  EXPECT_FALSE(Ask<wire::Verdict>(probe).accepted);
  session_.second.Reset();
  EXPECT_TRUE(monitor_->Run());
  const auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo);
  ASSERT_TRUE(told);
  const auto& failed = std::get<wire::FailedTries>(told->message);
  EXPECT_EQ(failed.count, 2U);
  EXPECT_EQ(failed.user, "shop");
  ASSERT_TRUE(failed.reasons);
  ASSERT_EQ(failed.reasons->size(), 1U);
  EXPECT_EQ(failed.reasons->front().reason, "unknown key");
  EXPECT_EQ(failed.reasons->front().key, mallory_->Fingerprint());
  EXPECT_EQ(failed.reasons->front().person, "");
  EXPECT_EQ(failed.reasons->front().count, 2U);
}

TEST_F(MonitorTest, KeysThatWereRefusedBeforeOneLoggedInAreNotTold) {
  Exchange(id_);
  EXPECT_FALSE(
      Ask<wire::Verdict>(wire::Probe{.user = "shop", .key = mallory_->PublicBlob()}).accepted);
  ASSERT_TRUE(Verify(*alice_, Signed(id_, "shop", alice_->PublicBlob()), alice_->PublicBlob()));
  const auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo);
  ASSERT_TRUE(told);
  EXPECT_TRUE(std::holds_alternative<wire::Authenticated>(told->message));
}

TEST_F(MonitorTest, AKeyThatSomebodyElseSignedForLetsNobodyIn) {
  Exchange(id_);
  const std::string data = Signed(id_, "shop", alice_->PublicBlob());
  EXPECT_FALSE(Verify(*mallory_, data, alice_->PublicBlob()));
  EXPECT_FALSE(Verify(*mallory_, data, mallory_->PublicBlob()));
}

TEST_F(MonitorTest, AnUnknownKeysGoodSignatureLetsNobodyIn) {
  Exchange(id_);
  EXPECT_FALSE(
      Ask<wire::Verdict>(wire::Probe{.user = "shop", .key = mallory_->PublicBlob()}).accepted);
  EXPECT_FALSE(
      Verify(*mallory_, Signed(id_, "shop", mallory_->PublicBlob()), mallory_->PublicBlob()));
}

TEST_F(MonitorTest, EveryByteOfWhatWasSignedCounts) {
  const std::string data = Signed(id_, "shop", alice_->PublicBlob());
  const std::string signature = *alice_->Sign(data, "ssh-ed25519");
  monitor_.emplace(Monitor::Sockets{session_.first.get(), broker_.first.get()}, "192.0.2.7",
                   MonitorDeps{host_keys_, people_, policy_, clock_},
                   MonitorBounds{.key_tries = 1000, .key_probes = 4});
  Exchange(id_);
  for (std::size_t i = 0; i < data.size(); ++i) {
    std::string changed = data;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(
        Ask<wire::Verdict>(
            wire::Verify{.key = alice_->PublicBlob(), .signature = signature, .data = changed})
            .accepted)
        << "byte " << i;
  }
}

// A certificate by `authority` for `key`, in the name of alice.
std::string Certify(const authz::SigningKey& authority, const authz::SigningKey& key) {
  authz::CertificateParts parts;
  authz::DataReader reader(key.PublicBlob());
  (void)reader.String();  // type
  parts.point = std::string(reader.String());
  return parts.SignedBy(authority);
}

class CertificateMonitorTest : public MonitorTest {
 protected:
  void SetUp() override {
    MonitorTest::SetUp();
    config::Problems problems;
    auto policy = authz::Policy::Parse(
        "policy.json",
        R"({"rules": [], "authorities": [{"principals": "people", "longest": "876000h", "key": ")" +
            authority_.PublicLine() + "\"}]}",
        {{"alice"}, {}}, problems);
    ASSERT_TRUE(policy);
    policy_ = std::move(*policy);
    monitor_.emplace(
        Monitor::Sockets{session_.first.get(), broker_.first.get()}, "192.0.2.7",
        MonitorDeps{host_keys_, people_, policy_, clock_,
                    [this](base::Level, const std::string& line) { said_.push_back(line); }},
        MonitorBounds{.key_tries = 100, .key_probes = 100});
    Exchange(id_);
  }
  static std::string SignedFor(const std::string& id, const std::string& certificate) {
    return Str(id) + std::string(1, 50) + Str("shop") + Str("ssh-connection") + Str("publickey") +
           std::string(1, 1) + Str("ssh-ed25519-cert-v01@openssh.com") + Str(certificate);
  }

  const authz::SigningKey authority_ = *authz::SigningKey::Generate();
  std::vector<std::string> said_;
};

TEST_F(CertificateMonitorTest, ASignatureOfTheCertifiedKeyLetsItsHolderIn) {
  config::Problems problems;
  policy_ =
      *authz::Policy::Parse("policy.json",
                            R"({"rules": [], "authorities": [{"principals": "people", "key": ")" +
                                authority_.PublicLine() + "\"}]}",
                            {{"alice"}, {}}, problems);
  const std::string certificate = Certify(authority_, *mallory_);
  EXPECT_TRUE(Ask<wire::Verdict>(wire::Probe{.user = "shop", .key = certificate}).accepted);
  EXPECT_TRUE(Verify(*mallory_, SignedFor(id_, certificate), certificate));
  const auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo);
  ASSERT_TRUE(told);
  const auto& authenticated = std::get<wire::Authenticated>(told->message);
  EXPECT_EQ(authenticated.person, "alice");
  EXPECT_EQ(authenticated.fingerprint, mallory_->Fingerprint());
  EXPECT_EQ(authenticated.certificate,
            "ID 'alice@laptop' (serial 7) CA " + authority_.Fingerprint());
}

TEST_F(CertificateMonitorTest, OneThatIsRefusedIsNotedAFewTimesAndAStrangersNever) {
  const std::string endless = Certify(authority_, *mallory_);
  const std::string strange = Certify(*mallory_, *mallory_);
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(Ask<wire::Verdict>(wire::Probe{.user = "shop", .key = strange}).accepted);
  }
  EXPECT_TRUE(said_.empty());
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(Ask<wire::Verdict>(wire::Probe{.user = "shop", .key = endless}).accepted);
    EXPECT_FALSE(Verify(*mallory_, SignedFor(id_, endless), endless));
  }
  EXPECT_EQ(said_, std::vector<std::string>(
                       3, "refused: the certificate ID 'alice@laptop' (serial 7) CA " +
                              authority_.Fingerprint() +
                              ": it counts for longer than 36500d, its authority's \"longest\""));
}

TEST_F(MonitorTest, RefusedSignaturesAreBoundedAndToldOnce) {
  Exchange(id_);
  const std::string data = Signed(id_, "shop", alice_->PublicBlob());
  const wire::Verify bad{.key = alice_->PublicBlob(), .signature = "?", .data = data};
  EXPECT_FALSE(Ask<wire::Verdict>(bad).disconnect);
  EXPECT_FALSE(Ask<wire::Verdict>(bad).disconnect);
  EXPECT_TRUE(Ask<wire::Verdict>(bad).disconnect);
  EXPECT_EQ(Fault(bad), "too many signatures");
  session_.second.Reset();
  EXPECT_TRUE(monitor_->Run());
  const auto told = wire::Receive<wire::FromMonitor>(broker_.second.get(), base::Wait::kNo);
  ASSERT_TRUE(told);
  const auto& failed = std::get<wire::FailedTries>(told->message);
  EXPECT_EQ(failed.count, 3U);
  EXPECT_EQ(failed.user, "shop");
}

TEST_F(MonitorTest, ProbesHaveTheirOwnLargerBound) {
  Exchange(id_);
  const wire::Probe probe{.user = "shop", .key = "junk"};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(Ask<wire::Verdict>(probe).disconnect);
  EXPECT_TRUE(Ask<wire::Verdict>(probe).disconnect);
  EXPECT_EQ(Fault(probe), "too many keys");
}

TEST_F(MonitorTest, AHostKeySignsNothingButHashes) {
  const auto sign = [&](const std::string& hash) {
    return Fault(wire::SignExchange{
        .host_key = host_keys_[0].PublicBlob(), .algorithm = "ssh-ed25519", .hash = hash});
  };
  EXPECT_EQ(sign(std::string(19, 'h')), "an exchange hash of that size does not exist");
  EXPECT_EQ(sign(Signed(id_, "shop", alice_->PublicBlob())),
            "an exchange hash of that size does not exist");
}

TEST_F(MonitorTest, AnUnknownHostKeyAndJunkEndTheConnection) {
  EXPECT_EQ(Fault(wire::SignExchange{
                .host_key = alice_->PublicBlob(), .algorithm = "ssh-ed25519", .hash = id_}),
            "no such host key");
  EXPECT_EQ(monitor_->Serve("junk").error().message(), "message is no JSON object");
}

TEST_F(MonitorTest, APacketOverItsRequestsSizeEndsTheConnection) {
  Exchange(id_);
  EXPECT_EQ(Fault(wire::Probe{.user = std::string(20000, 'u'), .key = "k"}),
            "request 'probe' of 20036 bytes");
}

}  // namespace
}  // namespace monitor
