// `oneoff audit verify`: proves that the audit log is whole, and says how far it is signed.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "config/paths.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/verify.h"
#include "gateway/cli/command.h"
#include "gateway/cli/recording_check.h"
#include "gateway/run/registry.h"

namespace cli {
namespace {

constexpr int kUsage = 64;
constexpr std::size_t kMaxKeyFile = 4096;  // bytes

struct Question {
  std::string key;
  std::string anchors;
};

// Asks the registry, if there is one: only it knows which runs need not have ended.
audit::Running RunningUnder(const std::string& lib) {
  if (access((lib + "/runs").c_str(), F_OK) != 0) return {};
  auto registry = run::Registry::Open(lib);
  if (!registry) return {};
  const auto shared =
      std::make_shared<run::Registry>(std::move(*registry));  // owned by the function
  return [shared](std::string_view id) { return shared->Find(std::string(id)).has_value(); };
}

// `given`: a key, or the file that holds one; empty: the host's own, if it has one.
base::Result<audit::ExpectedKey> Expected(const std::string& given, const std::string& etc) {
  using From = audit::ExpectedKey::From;
  if (given.empty()) {
    const auto host = audit::KeyFiles(etc).Public();
    if (!host) return base::Fail(host.error());
    if (!*host) return audit::ExpectedKey{};
    return audit::ExpectedKey{From::kHost, (*host)->text()};
  }
  std::string text = given;
  if (!given.starts_with("ed25519:")) {
    auto file = base::ReadFile(AT_FDCWD, given, kMaxKeyFile);
    if (!file) return base::Fail(std::move(file.error()));
    text = std::move(*file);
  }
  const auto key = audit::PublicKey::Parse(text);
  if (!key) return base::Fail(base::Error(key.error()).Context(given));
  return audit::ExpectedKey{From::kGiven, key->text()};
}

std::string_view Describe(audit::Verdict verdict) {
  switch (verdict) {
    case audit::Verdict::kSound:
      return "sound";
    case audit::Verdict::kDamaged:
      return "damaged";
    case audit::Verdict::kIncomplete:
      return "incomplete";
    case audit::Verdict::kCannotTell:
      break;
  }
  return "cannot tell";
}

std::string Count(std::uint64_t number, const char* one, const char* many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string Range(std::uint64_t first, std::uint64_t last) {
  return first == last ? fmt::format("record {} is", first)
                       : fmt::format("records {} to {} are", first, last);
}

// What stands behind which records: each part of the log by itself.
void PrintRanges(const audit::Report& report, const audit::ExpectedKey& expected) {
  using From = audit::ExpectedKey::From;
  const audit::Sealed& sealed = report.sealed;
  std::uint64_t next = report.first;
  if (sealed.last_anchored >= next && sealed.anchors > 0) {
    fmt::print("{} anchored: {}\n", Range(next, sealed.last_anchored),
               sealed.anchors == 1 ? "the anchor matches"
                                   : fmt::format("{} anchors match", sealed.anchors));
    next = sealed.last_anchored + 1;
  }
  if (sealed.last_signed >= next && sealed.checkpoints > 0) {
    const char* const whose = expected.from == From::kGiven  ? "the key that was given"
                              : expected.from == From::kHost ? "this host's own key"
                                                             : "the key that the log itself names";
    fmt::print("{} signed and not anchored: {}, {}\n", Range(next, sealed.last_signed), sealed.key,
               sealed.rotations == 0 ? whose : fmt::format("changed to from {}", whose));
    next = sealed.last_signed + 1;
  }
  if (report.last >= next) fmt::print("{} chained and not signed\n", Range(next, report.last));
}

int Verify(const Shared& shared, const Question& question) {
  const config::Paths paths = config::Paths::Under(shared.root);
  const auto expected = Expected(question.key, paths.etc);
  if (!expected) {
    (void)std::fprintf(stderr, "oneoff: audit: %s\n", expected.error().message().c_str());
    return question.key.empty() ? static_cast<int>(audit::Verdict::kCannotTell) : kUsage;
  }
  audit::VerifyOptions options;
  options.running = RunningUnder(paths.lib);
  options.key = *expected;
  if (!question.anchors.empty()) options.anchors = audit::ReadAnchors(question.anchors);
  const auto recordings =
      std::make_shared<RecordingCheck>(RecordingCheck::Prepare(paths));  // owned by the function
  options.look_at_recording = [recordings](const audit::Record& record) {
    return recordings->Look(record);
  };
  const audit::Report report = audit::Verify(paths.audit, options);
  for (const audit::Finding& finding : report.findings) {
    fmt::print("{}\n", audit::Describe(finding));
  }
  if (report.more_findings > 0) fmt::print("and {} findings more\n", report.more_findings);
  if (report.records > 0) PrintRanges(report, *expected);
  fmt::print("{}: {}: {} in {}", paths.audit, Describe(report.verdict),
             Count(report.records, "record", "records"), Count(report.files, "file", "files"));
  if (report.recoveries > 0) {
    fmt::print(", {}", Count(report.recoveries, "recovery", "recoveries"));
  }
  if (report.records > 0) fmt::print("; the last is {}, sha256 {}", report.last, report.head);
  fmt::print("\n");
  return static_cast<int>(report.verdict);
}

}  // namespace

void AddAuditVerify(CLI::App& audit, Shared& shared) {
  CLI::App* const verify = audit.add_subcommand(
      "verify",
      "Check every record's place in the chain, every signature and every recording; 0: "
      "sound, 1: damaged, 2: incomplete, 3: cannot tell");
  const auto question =
      std::make_shared<Question>();  // owned by the callback, and bound to the options
  verify
      ->add_option("--key", question->key,
                   "The public key that signed the log, or one that it was changed to: as `oneoff "
                   "audit key` shows it, or a file that holds it. Without: the host's own")
      ->type_name("PUB");
  verify
      ->add_option("--anchors", question->anchors,
                   "Checkpoints that were kept elsewhere: any text with their records in it, such "
                   "as a syslog server's file")
      ->type_name("FILE");
  verify->footer(
      "Examples:\n"
      "  oneoff audit verify\n"
      "  oneoff audit verify --key audit_key.pub --anchors from-the-log-server\n"
      "  oneoff --root /tmp/try audit verify");
  verify->callback([&shared, question] { shared.status = Verify(shared, *question); });
}

}  // namespace cli
