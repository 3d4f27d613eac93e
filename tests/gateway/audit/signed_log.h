// SignedLog: a log of one test that is signed, with its keys beside it.
#ifndef ONEOFF_TESTS_GATEWAY_AUDIT_SIGNED_LOG_H_
#define ONEOFF_TESTS_GATEWAY_AUDIT_SIGNED_LOG_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/audit/checkpoint_signer.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/verify.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {

class SignedLog : public ScratchLog {
 public:
  SignedLog() { key = keys().MakeCurrent().value().text(); }

  const std::string& etc() const { return etc_.path(); }
  KeyFiles keys() const { return KeyFiles(etc_.path()); }

  // What a writer does that is started for `events`, as one batch, and ends.
  void Record(const std::vector<std::string>& events) {
    CheckpointSigner sealer(etc_.path(), {}, clock, [](base::Level, const std::string&) {});
    Record(sealer, events);
  }
  // The same without a key.
  void RecordUnsigned(const std::vector<std::string>& events) {
    ASSERT_FALSE(Open()->Append(events).failure);
  }

  // The lines of the first day, without their newlines.
  std::vector<std::string> Bare() const {
    std::vector<std::string> lines = Lines(kDay1);
    for (std::string& line : lines) line.pop_back();
    return lines;
  }
  // The records of checkpoints, as they leave the host.
  std::vector<std::string> Checkpoints() const {
    std::vector<std::string> found;
    for (const std::string& line : Bare()) {
      if (line.find("\"event\":\"checkpoint\"") != std::string::npos) found.push_back(line);
    }
    return found;
  }

  // As an auditor who knows the key, and kept `anchors`.
  Report VerifyWith(const std::string& known, const std::vector<std::string>& anchors = {}) const {
    VerifyOptions options;
    if (!known.empty()) options.key = {ExpectedKey::From::kGiven, known};
    if (!anchors.empty()) {
      std::string text;
      for (const std::string& line : anchors) text += line + "\n";
      etc_.Write("anchors", text);
      options.anchors = ReadAnchors(etc_.File("anchors"));
    }
    return Verify(path(), options);
  }

  std::string key;  // that signs first

 private:
  void Record(CheckpointSigner& sealer, const std::vector<std::string>& events) {
    auto log = Open();
    ASSERT_TRUE(log) << log.error().message();
    const auto begun = sealer.Begin(log->key());
    ASSERT_TRUE(begun) << begun.error().message();
    const auto makers = sealer.Makers(events.size(), CheckpointSigner::Reason::kFinish);
    const Appended appended = log->Append(events, makers);
    ASSERT_FALSE(appended.failure) << appended.failure->message();
    sealer.After(appended, events.size());
  }

  ScratchLog etc_;  // only its folder
};

}  // namespace audit

#endif  // ONEOFF_TESTS_GATEWAY_AUDIT_SIGNED_LOG_H_
