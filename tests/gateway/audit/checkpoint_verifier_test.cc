// What the signatures of a log prove, and what becomes of those who have altered it without the
// key.
#include "gateway/audit/checkpoint_verifier.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <utility>

#include "gateway/audit/digest.h"
#include "tests/gateway/audit/signed_log.h"

namespace audit {
namespace {

// Records 1, 2 and a checkpoint; 4, 5 and a checkpoint.
class Signed : public testing::Test {
 protected:
  void SetUp() override {
    log_.Record({Listing("one"), Listing("two")});
    log_.Record({Listing("four"), Listing("five")});
    lines_ = log_.Bare();
    ASSERT_EQ(lines_.size(), 6U);
  }
  void Expect(const Report& report, Verdict verdict, const Texts& findings) {
    EXPECT_EQ(report.verdict, verdict);
    EXPECT_EQ(Found(report), findings);
  }
  // Writes these lines as a chain of their own: what anybody can do who may write the file.
  void WriteAnew(const Texts& lines) {
    std::string text;
    std::string prev = FirstPrev();
    std::uint64_t seq = 0;
    for (const std::string& line : lines) {
      const auto record = ParseRecord(line).value();
      Json event = record.object;
      for (const char* name : {"seq", "time", "host", "prev"}) event.erase(name);
      const std::string fresh = ComposeLine(++seq, record.time, record.host, prev, Dump(event));
      prev = Sha256::Of(fresh);
      text += fresh + "\n";
    }
    log_.Write(kDay1, text);
  }
  static std::string Edited(std::string line) {
    return line.replace(line.find("alice"), 5, "carol");
  }

  SignedLog log_;
  Texts lines_;
};

TEST_F(Signed, IsSoundAndSaysHowFarItIsSigned) {
  log_.RecordUnsigned({Listing("seven")});
  const Report report = log_.VerifyWith(log_.key);
  Expect(report, Verdict::kSound, {});
  EXPECT_EQ(report.sealed.checkpoints, 2U);
  EXPECT_EQ(report.sealed.key, log_.key);
  EXPECT_EQ(report.sealed.last_signed, 5U);
  EXPECT_EQ(report.sealed.last_anchored, 0U);
  EXPECT_EQ(report.last, 7U);
}

TEST_F(Signed, BelievesTheFirstKeyWhereNoneIsGiven) {
  EXPECT_EQ(log_.VerifyWith("").sealed.last_signed, 5U);
}

TEST_F(Signed, ByAnotherKeyThanTheOneThatIsGivenIsDamaged) {
  const std::string other = ChainKey::Generate().value().public_key().text();
  Expect(log_.VerifyWith(other), Verdict::kDamaged,
         {"nothing in the log is signed by " + other +
          ": it is another log, or was written anew without that key"});
}

TEST_F(Signed, AndWrittenAnewWithoutTheKeyIsDamagedAtEachCheckpoint) {
  lines_[1] = Edited(lines_[1]);
  WriteAnew(lines_);
  const std::string message =
      "the checkpoint does not cover the record before it: it was moved, or is from another log";
  Expect(log_.VerifyWith(""), Verdict::kDamaged,
         {"2026-03-01.jsonl:3: " + message, "2026-03-01.jsonl:6: " + message});
}

TEST_F(Signed, AndWrittenAnewWithoutItsCheckpointsIsDamagedToWhoKnowsTheKey) {
  WriteAnew({lines_[0], Edited(lines_[1]), lines_[3], lines_[4]});
  EXPECT_EQ(log_.VerifyWith("").verdict, Verdict::kSound);
  Expect(log_.VerifyWith(log_.key), Verdict::kDamaged,
         {"nothing in the log is signed by " + log_.key +
          ": it is another log, or was written anew without that key"});
}

TEST_F(Signed, AndWrittenAnewWithAnotherKeyIsDamagedToWhoKnowsTheKey) {
  SignedLog other;
  other.Record({Listing("one"), Edited(Listing("two"))});
  log_.Write(kDay1, other.Read(kDay1));
  EXPECT_EQ(log_.VerifyWith("").verdict, Verdict::kSound);
  EXPECT_EQ(log_.VerifyWith(log_.key).verdict, Verdict::kDamaged);
}

TEST_F(Signed, AndGoneOnWithAnotherKeyIsDamaged) {
  SignedLog other;
  other.Write(kDay1, log_.Read(kDay1));
  const auto taken = ChainKey::Generate().value();
  auto log = other.Open();
  log->Append({Listing("x")}, {[&](const Log::Place& place) {
                return JsonOf(
                    Checkpoint{place.seq - 1, place.prev, taken.public_key().text(),
                               taken.Sign(CheckpointText(place.seq - 1, place.prev, place.time))});
              }});
  Expect(other.VerifyWith(log_.key), Verdict::kDamaged,
         {"2026-03-01.jsonl:8: the checkpoint is signed by " + taken.public_key().text() +
          ", which is not in force; " + log_.key + " is"});
}

TEST_F(Signed, ByASignatureOfSomethingElseIsDamaged) {
  Json checkpoint = ParseRecord(lines_[5]).value().object;
  checkpoint["signature"] = ParseRecord(lines_[2]).value().Text("signature");
  log_.WriteLines(kDay1, {lines_[0] + "\n", lines_[1] + "\n", lines_[2] + "\n", lines_[3] + "\n",
                          lines_[4] + "\n", Dump(checkpoint) + "\n"});
  Expect(log_.VerifyWith(log_.key), Verdict::kDamaged,
         {"2026-03-01.jsonl:6: the checkpoint is not signed by " + log_.key + ", which it names"});
}

TEST_F(Signed, WithACheckpointOfAnotherLogIsDamaged) {
  SignedLog other;
  other.Record({Listing("x"), Listing("y")});
  WriteAnew({lines_[0], lines_[1], other.Bare()[2]});
  EXPECT_EQ(log_.VerifyWith("").verdict, Verdict::kDamaged);
}

TEST_F(Signed, WithACheckpointReplayedIsDamaged) {
  WriteAnew({lines_[0], lines_[1], lines_[3], lines_[2]});
  EXPECT_EQ(log_.VerifyWith("").verdict, Verdict::kDamaged);
}

TEST_F(Signed, WithRunsThatEndedUnsignedIsIncomplete) {
  log_.RecordUnsigned({JsonOf(Start("aaaa")), JsonOf(End("aaaa"))});
  Expect(log_.VerifyWith(log_.key), Verdict::kIncomplete,
         {"2026-03-01.jsonl:8: 1 run ended behind the last signature, which covers record 5: every "
          "end is signed by a writer that has the key"});
}

TEST_F(Signed, WithItsBeginningRemovedIsIncompleteAndStillSigned) {
  log_.clock.now += std::chrono::hours(24);
  log_.Record({Listing("seven")});
  std::filesystem::remove(log_.File(kDay1));
  const Report report = log_.VerifyWith(log_.key);
  Expect(report, Verdict::kIncomplete,
         {"2026-03-02.jsonl:1: the log begins with record 7: 1 to 6 are not here"});
  EXPECT_EQ(report.sealed.last_signed, 7U);
}

TEST(HostKey, ThatHasSignedNothingYetMakesTheLogIncomplete) {
  SignedLog log;
  log.RecordUnsigned({Listing("one")});
  VerifyOptions options;
  options.key = {ExpectedKey::From::kHost, log.key};
  const Report report = Verify(log.path(), options);
  EXPECT_EQ(report.verdict, Verdict::kIncomplete);
  EXPECT_EQ(Found(report),
            Texts{"nothing in the log is signed by " + log.key + ", which is this host's key"});
}

// --- anchors

TEST_F(Signed, AndHeldToItsAnchorsIsSoundAsFarAsTheyGo) {
  log_.RecordUnsigned({Listing("seven")});
  const Texts anchors = log_.Checkpoints();
  const Report report = log_.VerifyWith(
      "", {"noise", "<85>Mar  1 09:30:00 h oneoff-audit[7]: " + anchors[0], "checkpoint"});
  Expect(report, Verdict::kSound, {});
  EXPECT_EQ(report.sealed.anchors, 1U);
  EXPECT_EQ(report.sealed.last_anchored, 2U);
  EXPECT_EQ(report.sealed.last_signed, 5U);
}

TEST_F(Signed, AndCutAtALineIsDamagedToWhoKeptAnAnchor) {
  const Texts anchors = log_.Checkpoints();
  log_.Write(kDay1, lines_[0] + "\n" + lines_[1] + "\n" + lines_[2] + "\n");
  EXPECT_EQ(log_.VerifyWith(log_.key).verdict, Verdict::kSound);  // its known drawback
  Expect(log_.VerifyWith(log_.key, anchors), Verdict::kDamaged,
         {log_.etc() + "/anchors:2: an anchor of record 5, which is not in the log: it ends with "
                       "record 3"});
}

TEST_F(Signed, AndWrittenAnewIsDamagedToWhoKeptAnAnchorAndKnowsNoKey) {
  const Texts anchors = log_.Checkpoints();
  WriteAnew({lines_[0], Edited(lines_[1]), lines_[3], lines_[4]});
  Expect(log_.VerifyWith("", anchors), Verdict::kDamaged,
         {"2026-03-01.jsonl:2: record 2 does not match the anchor " + log_.etc() +
              "/anchors:1: the record was altered, or the anchor is from another log",
          log_.etc() + "/anchors:2: an anchor of record 5, which is not in the log: it ends with "
                       "record 4"});
}

TEST_F(Signed, IsNotToldByAnchorsThatWereAltered) {
  Texts anchors = log_.Checkpoints();
  anchors[0].replace(anchors[0].find("\"covers\":2"), 10, "\"covers\":1");
  Expect(
      log_.VerifyWith("", {anchors[0]}), Verdict::kCannotTell,
      {log_.etc() + "/anchors:1: the checkpoint cannot be used: its signature is not that of its "
                    "key"});
}

TEST_F(Signed, IsNotToldByAFileWithoutAnAnchor) {
  Expect(log_.VerifyWith("", {"nothing"}), Verdict::kCannotTell,
         {log_.etc() + "/anchors: there is no checkpoint in it"});
}

TEST_F(Signed, HeldToAnchorsOfAnotherLogIsDamaged) {
  SignedLog other;
  other.Record({Listing("x"), Listing("y")});
  EXPECT_EQ(log_.VerifyWith("", other.Checkpoints()).verdict, Verdict::kDamaged);
}

TEST_F(Signed, HeldToAnAnchorThatSomebodyElseSignedIsDamaged) {
  const auto stranger = ChainKey::Generate().value();
  const auto record = ParseRecord(lines_[2]).value();
  Json forged = record.object;
  forged["key"] = stranger.public_key().text();
  forged["signature"] = stranger.Sign(CheckpointText(2, record.Text("head"), record.time));
  Expect(log_.VerifyWith("", {Dump(forged)}), Verdict::kDamaged,
         {log_.etc() + "/anchors:1: an anchor that is signed by " + stranger.public_key().text() +
          ", which was never this log's"});
}

TEST(Anchors, ThatCannotBeReadAreSaidToBe) {
  const Anchors anchors = ReadAnchors("/nonexistent/anchors");
  ASSERT_EQ(anchors.findings.size(), 1U);
  EXPECT_EQ(Describe(anchors.findings[0]), "/nonexistent/anchors: No such file or directory");
}

// --- other keys

class Rotated : public Signed {
 protected:
  void SetUp() override {
    Signed::SetUp();
    next_ = log_.keys().MakeNext().value().text();
    old_ = log_.Read(kDay1);
    old_key_ = std::move(*log_.keys().Current().value());
    log_.Record({Listing("seven")});  // 8: the change, 9: a checkpoint
  }
  std::string next_;
  std::string old_;
  std::optional<ChainKey> old_key_;
};

TEST_F(Rotated, IsFollowedFromEitherKey) {
  for (const std::string& known : {log_.key, next_, std::string()}) {
    const Report report = log_.VerifyWith(known);
    Expect(report, Verdict::kSound, {});
    EXPECT_EQ(report.sealed.rotations, 1U);
    EXPECT_EQ(report.sealed.key, next_);
    EXPECT_EQ(report.sealed.last_signed, 8U);
  }
  EXPECT_EQ(log_.keys().Public().value()->text(), next_);
  EXPECT_FALSE(log_.keys().Next().value().has_value());
}

TEST_F(Rotated, IsAnchoredByCheckpointsOfBothKeys) {
  EXPECT_EQ(log_.VerifyWith(next_, log_.Checkpoints()).sealed.anchors, 3U);
}

TEST_F(Rotated, AndSignedByTheOldKeyAgainIsDamaged) {
  auto log = log_.Open();
  log->Append({}, {[&](const Log::Place& place) {
                return JsonOf(Checkpoint{
                    place.seq - 1, place.prev, log_.key,
                    old_key_->Sign(CheckpointText(place.seq - 1, place.prev, place.time))});
              }});
  Expect(log_.VerifyWith(log_.key), Verdict::kDamaged,
         {"2026-03-01.jsonl:10: the checkpoint is signed by " + log_.key +
          ", which was in force and no longer is; " + next_ + " is"});
}

TEST_F(Rotated, ByTheOldKeyAloneIsDamaged) {
  SignedLog other;
  other.Write(kDay1, old_);
  const auto taken = ChainKey::Generate().value();
  auto log = other.Open();
  log->Append({}, {[&](const Log::Place& place) {
                const std::string text = RotationText(log_.key, next_, place.seq, place.prev);
                return JsonOf(KeyRotated{log_.key, next_, old_key_->Sign(text), taken.Sign(text)});
              }});
  Expect(other.VerifyWith(log_.key), Verdict::kDamaged,
         {"2026-03-01.jsonl:7: the key change is not signed by both keys"});
}

TEST_F(Rotated, TwiceOnEndIsFollowed) {
  const std::string third = log_.keys().MakeNext().value().text();
  log_.Record({Listing("ten")});
  for (const std::string& known : {log_.key, next_, third}) {
    EXPECT_EQ(log_.VerifyWith(known).verdict, Verdict::kSound);
    EXPECT_EQ(log_.VerifyWith(known).sealed.last_signed, 11U);
  }
}

TEST_F(Rotated, ByAWriterThatEndedBeforeItsFilesWereChangedIsTakenUp) {
  const PublicKey waiting = log_.keys().MakeNext().value();
  const ScratchLog before;
  std::filesystem::copy(log_.etc() + "/audit_key", before.File("audit_key"));
  std::filesystem::copy(log_.etc() + "/audit_key.new", before.File("audit_key.new"));
  log_.Record({Listing("ten")});
  std::filesystem::copy(before.File("audit_key"), log_.etc() + "/audit_key",
                        std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy(before.File("audit_key.new"), log_.etc() + "/audit_key.new");
  log_.Record({Listing("thirteen")});
  EXPECT_EQ(log_.keys().Current().value()->public_key(), waiting);
  const Report report = log_.VerifyWith(log_.key);
  Expect(report, Verdict::kSound, {});
  EXPECT_EQ(report.sealed.rotations, 2U);
}

// --- the writer's own key

TEST_F(Signed, IsNotGoneOnWithWhenItsKeyIsGone) {
  std::filesystem::remove(log_.etc() + "/audit_key");
  CheckpointSigner sealer(log_.etc(), {}, log_.clock, [](base::Level, const std::string&) {});
  const auto begun = sealer.Begin(log_.Open()->key());
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().message(),
            "the log is signed by " + log_.key + ", and " + log_.etc() +
                "/audit_key is not there: put the key back, or move the log elsewhere and begin "
                "another");
}

TEST_F(Signed, IsNotGoneOnWithByAnotherKey) {
  std::filesystem::remove(log_.etc() + "/audit_key");
  std::filesystem::remove(log_.etc() + "/audit_key.pub");
  const std::string other = log_.keys().MakeCurrent().value().text();
  CheckpointSigner sealer(log_.etc(), {}, log_.clock, [](base::Level, const std::string&) {});
  const auto begun = sealer.Begin(log_.Open()->key());
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().message(),
            "the log is signed by " + log_.key + ", and " + log_.etc() + "/audit_key holds " +
                other + ": put the key back, or move the log elsewhere and begin another");
}

}  // namespace
}  // namespace audit
