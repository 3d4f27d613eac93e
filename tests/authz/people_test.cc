#include "authz/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "authz/signing_key.h"
#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A well-formed Ed25519 key; nobody can sign with it.
std::string BlobOf(int number) {
  std::string point(32, '\x07');
  for (std::size_t i = 0; i < 4; ++i) {
    point[i] = static_cast<char>(static_cast<unsigned>(number) >> (8 * i) & 0xFFU);
  }
  return DataWriter().String("ssh-ed25519").String(point).bytes();
}
std::string LineOf(int number) { return "ssh-ed25519 " + base::Base64Encode(BlobOf(number)); }

std::string FidoBlob() {
  return DataWriter()
      .String("sk-ssh-ed25519@openssh.com")
      .String(std::string(32, 'x'))
      .String("ssh:")
      .bytes();
}
std::string FidoLine() { return "sk-ssh-ed25519@openssh.com " + base::Base64Encode(FidoBlob()); }

PersonFile FileOf(const std::string& name, const std::string& text) {
  return {name, "people/" + name + ".pub", text};
}

People Load(const std::string& text) {
  config::Problems problems;
  auto people = People::Load({FileOf("alice", text)}, problems);
  EXPECT_THAT(problems, IsEmpty()) << (problems.empty() ? "" : problems[0].Render());
  return people.value_or(People());
}

std::vector<std::string> ProblemsOf(const std::vector<PersonFile>& files) {
  config::Problems problems;
  EXPECT_FALSE(People::Load(files, problems));
  std::vector<std::string> lines;
  for (const config::Problem& problem : problems) lines.push_back(problem.Summary());
  return lines;
}
std::string ProblemOf(const std::string& text) {
  const auto problems = ProblemsOf({FileOf("alice", text)});
  return problems.size() == 1 ? problems[0] : std::to_string(problems.size()) + " problems";
}

base::WallTime At(const std::string& utc) { return *ParseExpiry(utc); }

std::string Reason(const std::variant<Admission, Rejection>& answer) {
  const auto* const rejection = std::get_if<Rejection>(&answer);
  return rejection == nullptr ? "admitted" : rejection->reason;
}

TEST(People, AreFoundByTheirKeys) {
  config::Problems problems;
  const auto people =
      People::Load({FileOf("bob", "# laptop\n\n" + LineOf(1) + " bob@laptop\r\n\t" + LineOf(2)),
                    FileOf("alice", LineOf(3) + "\n")},
                   problems);
  ASSERT_TRUE(people);
  EXPECT_THAT(people->names(), ElementsAre("alice", "bob"));
  EXPECT_EQ(people->key_count(), 3U);
  EXPECT_TRUE(people->Has("bob"));
  EXPECT_FALSE(people->Has("carol"));
  ASSERT_NE(people->Find(BlobOf(1)), nullptr);
  EXPECT_EQ(people->Find(BlobOf(1))->person, "bob");
  EXPECT_EQ(people->Find(BlobOf(1))->line, 3U);
  EXPECT_EQ(people->Find(BlobOf(1))->settings.comment, "bob@laptop");
  EXPECT_EQ(people->Find(BlobOf(2))->line, 4U);
  EXPECT_EQ(people->Find(BlobOf(4)), nullptr);
}

TEST(People, ANobodysKeyIsRejectedWithItsFingerprint) {
  const People people = Load(LineOf(1));
  const auto answer = people.Probe(BlobOf(2), "192.0.2.1", At("20260301Z"));
  EXPECT_EQ(Reason(answer), "no person has this key");
  EXPECT_EQ(std::get<Rejection>(answer).fingerprint, PublicKey::Parse(BlobOf(2))->Fingerprint());
  EXPECT_EQ(Reason(people.Probe("junk", "192.0.2.1", At("20260301Z"))), "the key is cut short");
}

TEST(People, FromLimitsWhereAKeyIsUsedFrom) {
  const People people = Load("from=\"10.0.0.0/8,!10.0.0.5\" " + LineOf(1));
  const base::WallTime now = At("20260301Z");
  EXPECT_EQ(Reason(people.Probe(BlobOf(1), "10.1.2.3", now)), "admitted");
  EXPECT_EQ(std::get<Admission>(people.Probe(BlobOf(1), "10.1.2.3", now)).person, "alice");
  EXPECT_EQ(Reason(people.Probe(BlobOf(1), "192.0.2.7", now)),
            "people/alice.pub:1: from=\"10.0.0.0/8,!10.0.0.5\" does not admit 192.0.2.7");
  EXPECT_NE(Reason(people.Probe(BlobOf(1), "10.0.0.5", now)), "admitted");
  EXPECT_NE(Reason(people.Probe(BlobOf(1), "", now)), "admitted");
}

TEST(People, AKeyExpiresAtItsExpiryTime) {
  const People people = Load("expiry-time=\"20260301093000Z\" " + LineOf(1));
  EXPECT_EQ(Reason(people.Probe(BlobOf(1), "192.0.2.1", At("20260301092959Z"))), "admitted");
  EXPECT_EQ(Reason(people.Probe(BlobOf(1), "192.0.2.1", At("20260301093000Z"))),
            "people/alice.pub:1: the key has expired at 2026-03-01T09:30:00.000Z");
}

TEST(People, OfSeveralExpiryTimesTheEarliestCounts) {
  const People people = Load("expiry-time=\"20270101Z\",expiry-time=\"20260101Z\" " + LineOf(1));
  EXPECT_NE(Reason(people.Probe(BlobOf(1), "192.0.2.1", At("20260301Z"))), "admitted");
}

TEST(People, ASecurityKeyMustBeTouchedUnlessItsLineSaysOtherwise) {
  const base::WallTime now = At("20260301Z");
  SignatureFacts facts;
  facts.hardware = true;
  const auto with = [&](const std::string& options) {
    return Reason(Load(options + FidoLine()).Authenticate(FidoBlob(), "192.0.2.1", now, facts));
  };
  EXPECT_EQ(with(""), "people/alice.pub:1: the security key was not touched");
  EXPECT_EQ(with("no-touch-required "), "admitted");
  EXPECT_EQ(with("no-touch-required,verify-required "),
            "people/alice.pub:1: the security key did not verify its user (PIN or finger)");
  facts.user_present = true;
  EXPECT_EQ(with(""), "admitted");
  EXPECT_NE(with("verify-required "), "admitted");
  facts.user_verified = true;
  EXPECT_EQ(with("verify-required "), "admitted");
}

TEST(People, ASoftwareKeyNeedsNoTouch) {
  const People people = Load(LineOf(1));
  EXPECT_EQ(Reason(people.Authenticate(BlobOf(1), "192.0.2.1", At("20260301Z"), {})), "admitted");
}

TEST(People, OptionsThatForbidWhatIsNotServedChangeNothing) {
  const People people =
      Load("no-port-forwarding,no-agent-forwarding,No-X11-Forwarding,no-user-rc,restrict,pty " +
           LineOf(1));
  EXPECT_NE(people.Find(BlobOf(1)), nullptr);
}

TEST(People, AnOptionThatIsNotActedOnIsRefused) {
  const std::string at = "people/alice.pub:1:1: the option ";
  EXPECT_EQ(ProblemOf("command=\"rake\" " + LineOf(1)),
            at + "command is not acted on; say in policy.json what a person may run");
  EXPECT_EQ(ProblemOf("environment=\"A=b\" " + LineOf(1)),
            at + "environment is not acted on; say in policy.json what a person may run");
  EXPECT_EQ(ProblemOf("cert-authority " + LineOf(1)),
            at + "cert-authority is not acted on by this version");
  EXPECT_EQ(ProblemOf("no-pty " + LineOf(1)),
            at + "no-pty is not acted on by this version; leave it out, or write restrict,pty: "
                 "terminals cannot be forbidden by key");
  EXPECT_EQ(ProblemOf("permitopen=\"h:1\" " + LineOf(1)),
            at + "permitopen asks for what is not served here; leave it out");
  EXPECT_EQ(ProblemOf("form=\"10.0.0.1\" " + LineOf(1)),
            at + "form is unknown; did you mean from?");
  EXPECT_EQ(ProblemOf("verify-required " + LineOf(1)),
            "people/alice.pub:1:17: verify-required is for security keys; this key cannot verify "
            "its user");
}

TEST(People, ALineThatIsMalformedIsShownWithItsColumn) {
  const std::string key = LineOf(1).substr(12);
  EXPECT_EQ(ProblemOf("ssh-ed25519"),
            "people/alice.pub:1:1: a key is missing: TYPE BASE64 COMMENT, as in a .pub file");
  EXPECT_EQ(ProblemOf("ssh-ed25519 " + key.substr(1)),
            "people/alice.pub:1:13: the key is not sound base64");
  EXPECT_EQ(ProblemOf("ssh-rsa " + key),
            "people/alice.pub:1:1: the line says 'ssh-rsa', its key is of type ssh-ed25519");
  EXPECT_EQ(ProblemOf("from=10.0.0.1 " + LineOf(1)),
            "people/alice.pub:1:6: the value of from is not in double quotes");
  EXPECT_EQ(ProblemOf("from=\"10.0.0.1 " + LineOf(1)),
            "people/alice.pub:1:1: a double quote is not closed");
  EXPECT_EQ(ProblemOf("no-pty, " + LineOf(1)), "people/alice.pub:1:8: an option's name is missing");
  EXPECT_EQ(ProblemOf("from=\"10.0.0.1\"x " + LineOf(1)),
            "people/alice.pub:1:16: neither a comma nor a space follows an option");
  EXPECT_EQ(ProblemOf("from=\"10.0.0.1\""),
            "people/alice.pub:1:1: no key: a line is [OPTIONS] TYPE BASE64 [COMMENT]");
  EXPECT_EQ(ProblemOf("from=\"nowhere\" " + LineOf(1)),
            "people/alice.pub:1:1: from=: 'nowhere' is no address: names are not looked up; write "
            "addresses or networks");
  EXPECT_EQ(ProblemOf("expiry-time=\"20261301\" " + LineOf(1)),
            "people/alice.pub:1:1: expiry-time= is '20261301', which is no time; write YYYYMMDD or "
            "YYYYMMDDHHMM, with a Z behind it for UTC");
  EXPECT_EQ(ProblemOf(std::string("ssh-ed25519 \0", 13) + key),
            "people/alice.pub:1:13: a NUL byte");
  EXPECT_EQ(ProblemOf(std::string(20'000, 'x')), "people/alice.pub:1: longer than 16384 bytes");
}

TEST(People, AKeyOfATypeThatIsNotTakenIsRefusedWithABetterOne) {
  const auto line = [](const std::string& type) {
    return type + " " + base::Base64Encode(DataWriter().String(type).String("x").bytes());
  };
  EXPECT_EQ(ProblemOf(line("ssh-dss")),
            "people/alice.pub:1:9: keys of type 'ssh-dss' are not supported; DSA is too weak; make "
            "another: ssh-keygen -t ed25519");
  EXPECT_EQ(ProblemOf(line("ssh-ed25519-cert-v01@openssh.com")),
            "people/alice.pub:1:34: keys of type 'ssh-ed25519-cert-v01@openssh.com' are not "
            "supported; this is a certificate; its key's own .pub file belongs here");
  EXPECT_EQ(ProblemOf(line("ssh-xmss@openssh.com")),
            "people/alice.pub:1:22: keys of type 'ssh-xmss@openssh.com' are not supported");
}

TEST(People, APrivateKeyIsRefusedWithoutShowingIt) {
  config::Problems problems;
  People::Load({FileOf("alice", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz\n")}, problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].Render(),
            "people/alice.pub: is a private key; the public one belongs here; make a new pair, "
            "this one is no secret any more");
}

TEST(People, AllProblemsOfAllFilesAreReportedAtOnce) {
  EXPECT_THAT(
      ProblemsOf({FileOf("Alice", LineOf(1)),
                  FileOf("bob", "x\n" + LineOf(2) + "\nno-pty " + LineOf(3) + "\n")}),
      ElementsAre("people/Alice.pub: 'Alice' is no person's name; a small letter, then up to 31 "
                  "small letters, digits, dots, _ and -",
                  "people/bob.pub:1:1: no key: a line is [OPTIONS] TYPE BASE64 [COMMENT]",
                  "people/bob.pub:3:1: the option no-pty is not acted on by this version; leave it "
                  "out, or write restrict,pty: terminals cannot be forbidden by key"));
}

TEST(People, OneKeyUnderTwoPeopleIsAnErrorThatNamesBoth) {
  EXPECT_THAT(ProblemsOf({FileOf("alice", "\n" + LineOf(1)), FileOf("bob", LineOf(1))}),
              ElementsAre("people/bob.pub:1: this key is alice's already: people/alice.pub:2; a "
                          "key is one person's"));
  EXPECT_EQ(ProblemOf(LineOf(1) + "\n" + LineOf(1)),
            "people/alice.pub:2: this key stands in line 1 already; a key is one person's");
}

TEST(People, TenThousandAreFoundAsEasilyAsOne) {
  std::vector<PersonFile> files;
  for (int i = 0; i < 10'000; ++i) files.push_back(FileOf("p" + std::to_string(i), LineOf(i)));
  config::Problems problems;
  const auto begin = std::chrono::steady_clock::now();
  const auto people = People::Load(files, problems);
  const auto took = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(people);
  EXPECT_EQ(people->key_count(), 10'000U);
  EXPECT_EQ(people->Find(BlobOf(9'999))->person, "p9999");
  RecordProperty("microseconds", std::to_string(took / std::chrono::microseconds(1)));
  EXPECT_LT(took, std::chrono::seconds(2)) << "10 ms where optimised";
}

TEST(ParseExpiry, ReadsDaysMinutesAndSeconds) {
  const auto utc = [](const char* text) { return base::FormatUtc(*ParseExpiry(text)); };
  EXPECT_EQ(utc("20260301Z"), "2026-03-01T00:00:00.000Z");
  EXPECT_EQ(utc("202603010930Z"), "2026-03-01T09:30:00.000Z");
  EXPECT_EQ(utc("20280229093001Z"), "2028-02-29T09:30:01.000Z");
  EXPECT_TRUE(ParseExpiry("20260301"));
}

TEST(ParseExpiry, RefusesWhatIsNoTime) {
  for (const char* text : {"", "Z", "2026", "20260229Z", "20260001Z", "20261301Z", "20260100Z",
                           "202601012400Z", "202601011260Z", "20260101126", "2026010112600Z",
                           "20260101 ", "-0260101Z", "20260101z", "20260101ZZ", "19690101Z"}) {
    EXPECT_EQ(ParseExpiry(text), std::nullopt) << text;
  }
}

PeopleReading Read(const std::vector<PersonFile>& files) {
  config::Problems problems;
  return People::Read(files, problems);
}

TEST(People, AKeyOfTwoLetsNobodyInAndTheirOtherKeysDo) {
  const auto reading = Read(
      {FileOf("alice", LineOf(1) + "\n" + LineOf(2)), FileOf("bob", LineOf(3) + "\n" + LineOf(2))});
  EXPECT_THAT(reading.bad, IsEmpty());
  EXPECT_THAT(reading.contested, ElementsAre("alice", "bob"));
  const auto now = At("20260101Z");
  EXPECT_EQ(Reason(reading.people.Probe(BlobOf(1), "192.0.2.1", now)), "admitted");
  EXPECT_EQ(Reason(reading.people.Probe(BlobOf(3), "192.0.2.1", now)), "admitted");
  EXPECT_EQ(Reason(reading.people.Probe(BlobOf(2), "192.0.2.1", now)),
            "people/alice.pub:2: the key stands in people/bob.pub:2, too, and so lets no one in");
}

TEST(People, AFileWithAnErrorIsItsPersonsAffair) {
  const auto reading = Read({FileOf("alice", LineOf(1) + "\nrubbish"), FileOf("bob", LineOf(2)),
                             FileOf("carol", "-----BEGIN PRIVATE KEY-----")});
  EXPECT_THAT(reading.bad, ElementsAre("alice", "carol"));
  EXPECT_THAT(reading.people.names(), ElementsAre("alice", "bob", "carol"));
  EXPECT_EQ(reading.people.key_count(), 2U);
}

TEST(People, WhatTakesAwayCountsAndWhatAddsDoesNot) {
  People people = Read({FileOf("alice", LineOf(1) + "\n" + LineOf(2) + "\n" + LineOf(3)),
                        FileOf("bob", LineOf(4)), FileOf("carol", LineOf(5))})
                      .people;
  people.Narrow(Read({FileOf("alice", "expiry-time=\"20250101Z\" " + LineOf(1) +
                                          "\nfrom=\"10.0.0.0/8\" " + LineOf(3) + "\n" + LineOf(6)),
                      FileOf("dora", LineOf(5))})
                    .people,
                {"bob"});
  const auto now = At("20260101Z");
  const auto reason = [&](int key) { return Reason(people.Probe(BlobOf(key), "192.0.2.1", now)); };
  EXPECT_EQ(reason(1), "people/alice.pub:1: the key has expired at 2025-01-01T00:00:00.000Z");
  EXPECT_EQ(reason(2), "no person has this key");
  EXPECT_EQ(reason(3), "people/alice.pub:3: from=\"10.0.0.0/8\" does not admit 192.0.2.1");
  EXPECT_EQ(reason(4), "admitted");  // the file is there, and cannot be read
  EXPECT_EQ(reason(5), "no person has this key");
  EXPECT_EQ(reason(6), "no person has this key");
  EXPECT_THAT(people.names(), ElementsAre("alice", "bob"));
}

TEST(People, BothListsOfAddressesCount) {
  People people = Read({FileOf("alice", "from=\"192.0.2.1,192.0.2.2\" " + LineOf(1))}).people;
  people.Narrow(Read({FileOf("alice", "from=\"192.0.2.2,192.0.2.3\" " + LineOf(1))}).people, {});
  const auto now = At("20260101Z");
  EXPECT_NE(Reason(people.Probe(BlobOf(1), "192.0.2.1", now)), "admitted");
  EXPECT_EQ(Reason(people.Probe(BlobOf(1), "192.0.2.2", now)), "admitted");
  EXPECT_NE(Reason(people.Probe(BlobOf(1), "192.0.2.3", now)), "admitted");
}

}  // namespace
}  // namespace authz
