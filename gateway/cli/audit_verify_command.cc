// `oneoff audit verify`: proves that the audit log is whole, and says how far it is signed.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "config/paths.h"
#include "config/quantity.h"
#include "gateway/audit/head.h"
#include "gateway/audit/key_files.h"
#include "gateway/audit/log.h"
#include "gateway/audit/verify.h"
#include "gateway/cli/command.h"
#include "gateway/cli/recording_check.h"
#include "gateway/run/registry.h"

namespace cli {
namespace {

constexpr int kUsage = 64;
constexpr int kNotAnchored = 4;
constexpr std::size_t kMaxKeyFile = 4096;  // bytes

struct Question {
  std::string key;
  std::string anchors;
  bool require_anchor = false;
  std::string age;  // younger records need no anchor
  bool quiet = false;
  bool json = false;
};

// The registry knows which runs go on and so need no end in the log.
audit::Running RunningUnder(const std::string& lib) {
  if (access((lib + "/runs").c_str(), F_OK) != 0) return {};
  auto registry = run::Registry::Open(lib);
  if (!registry) return {};
  const auto shared =
      std::make_shared<run::Registry>(std::move(*registry));  // owned by the function
  return [shared](std::string_view id) { return shared->Find(std::string(id)).has_value(); };
}

// `given` is a key or the name of its file. Empty: the host's own key, if there is one.
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

// Prints which records are anchored, which are only signed, and which are only chained.
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

// Says up to which record the log's end is proven.
std::string DescribeEnd(const audit::Report& report) {
  const std::string anchored =
      report.sealed.last_anchored > 0
          ? fmt::format("an anchor proves that no record up to {} was cut off; after it, ",
                        report.sealed.last_anchored)
          : "nothing outside this host proves that the log's end was not cut off; ";
  if (report.kept_head == 0) return anchored + "this host keeps no head of the log to check";
  return fmt::format("{}this host's own {} agrees with record {}", anchored, audit::kHeadFile,
                     report.kept_head);
}

// Whether the anchors cover all records older than `age`.
bool IsAnchored(const audit::Report& report, std::chrono::milliseconds age) {
  if (report.sealed.last_anchored == 0) return false;
  if (report.unanchored_since.empty()) return true;
  return age.count() > 0 &&
         report.unanchored_since >= base::FormatUtc(base::SystemClock().Now() - age);
}

void PrintText(const audit::Report& report, const audit::ExpectedKey& expected,
               const Question& question, const std::string& folder) {
  for (const audit::Finding& finding : report.findings) {
    if (question.quiet && finding.verdict == audit::Verdict::kSound) continue;
    fmt::print("{}\n", audit::Describe(finding));
  }
  if (report.more_findings > 0) fmt::print("and {} findings more\n", report.more_findings);
  if (question.quiet) return;
  if (report.records > 0) {
    PrintRanges(report, expected);
    fmt::print("{}\n", DescribeEnd(report));
  }
  fmt::print("{}: {}: {} in {}", folder, Describe(report.verdict),
             Count(report.records, "record", "records"), Count(report.files, "file", "files"));
  if (report.recoveries > 0) {
    fmt::print(", {}", Count(report.recoveries, "recovery", "recoveries"));
  }
  if (report.records > 0) fmt::print("; the last is {}, sha256 {}", report.last, report.head);
  fmt::print("\n");
}

void PrintJson(const audit::Report& report, int status) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const audit::Finding& finding : report.findings) {
    findings.push_back({{"verdict", Describe(finding.verdict)},
                        {"file", finding.file},
                        {"line", finding.line},
                        {"run", finding.run},
                        {"message", finding.message}});
  }
  const nlohmann::ordered_json object = {{"verdict", Describe(report.verdict)},
                                         {"status", status},
                                         {"records", report.records},
                                         {"files", report.files},
                                         {"recoveries", report.recoveries},
                                         {"first", report.first},
                                         {"last", report.last},
                                         {"sha256", report.head},
                                         {"signed_to", report.sealed.last_signed},
                                         {"anchored_to", report.sealed.last_anchored},
                                         {"head_agrees_at", report.kept_head},
                                         {"findings", std::move(findings)},
                                         {"more_findings", report.more_findings}};
  fmt::print("{}\n", object.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

// Verifies everything once.
audit::Report Look(const config::Paths& paths, audit::VerifyOptions options) {
  // Read the head first, so that the log is at least as new as the head.
  const std::string path = paths.lib + "/" + audit::kHeadFile;
  auto head = audit::ReadHead(path);
  if (head && *head) options.head = **head;
  const auto recordings = std::make_shared<RecordingCheck>(RecordingCheck::Prepare(
      paths, options.head ? options.head->seq : 0));  // owned by the function
  options.look_at_recording = [recordings](const audit::Record& record) {
    return recordings->Look(record);
  };
  options.writer_lives = [&paths] { return audit::Log::IsHeld(paths.audit); };
  audit::Report report = audit::Verify(paths.audit, options);
  std::vector<audit::Finding> more = recordings->Unknown();
  if (!head) {
    audit::Finding finding;
    finding.verdict = audit::Verdict::kCannotTell;
    finding.message = base::Escape(head.error().message()) +
                      ": so it cannot show whether the log's end was cut off";
    more.push_back(std::move(finding));
  }
  for (audit::Finding& finding : more) {
    report.verdict = audit::Graver(report.verdict, finding.verdict);
    report.findings.push_back(std::move(finding));
  }
  return report;
}

// A running service may be halfway through a write, so a finding has to persist over several looks.
audit::Report LookUntilSure(const config::Paths& paths, const audit::VerifyOptions& options) {
  constexpr int kMostLooks = 4;
  constexpr std::chrono::milliseconds kPause{250};
  const bool alone = !audit::Log::IsHeld(paths.audit);
  audit::Report report = Look(paths, options);
  if (alone && !audit::Log::IsHeld(paths.audit)) return report;
  for (int i = 1; i < kMostLooks && report.verdict != audit::Verdict::kSound; ++i) {
    // Findings beyond the limit are only counted, so two looks cannot be compared.
    if (report.more_findings > 0) break;
    const std::vector<audit::Finding> before = std::move(report.findings);
    poll(nullptr, 0, static_cast<int>(kPause.count()));
    report = Look(paths, options);
    report.verdict = audit::Verdict::kSound;
    std::erase_if(report.findings, [&](const audit::Finding& finding) {
      return finding.verdict != audit::Verdict::kSound &&
             std::find(before.begin(), before.end(), finding) == before.end();
    });
    for (const audit::Finding& finding : report.findings) {
      report.verdict = audit::Graver(report.verdict, finding.verdict);
    }
    if (report.findings == before) break;
  }
  return report;
}

int Verify(const Shared& shared, const Question& question) {
  const config::Paths paths = config::Paths::Under(shared.root);
  const auto expected = Expected(question.key, paths.etc);
  if (!expected) {
    (void)std::fprintf(stderr, "oneoff: audit: %s\n", expected.error().message().c_str());
    return question.key.empty() ? static_cast<int>(audit::Verdict::kCannotTell) : kUsage;
  }
  std::chrono::milliseconds age{0};
  if (!question.age.empty()) {
    const auto parsed = config::ParseDuration(question.age);
    if (!parsed) {
      (void)std::fprintf(stderr, "oneoff: audit: --require-anchor is a time such as 10m or 24h\n");
      return kUsage;
    }
    age = *parsed;
  }
  audit::VerifyOptions options;
  options.running = RunningUnder(paths.lib);
  options.key = *expected;
  if (!question.anchors.empty()) options.anchors = audit::ReadAnchors(question.anchors);
  const audit::Report report = LookUntilSure(paths, options);
  int status = static_cast<int>(report.verdict);
  if (status == 0 && question.require_anchor && !IsAnchored(report, age)) status = kNotAnchored;
  if (question.json) {
    PrintJson(report, status);
  } else {
    PrintText(report, *expected, question, paths.audit);
    if (status == kNotAnchored) {
      fmt::print("no anchor proves the log's end: no anchor covers the records since {}\n",
                 report.unanchored_since.empty() ? "the first record" : report.unanchored_since);
    }
  }
  return status;
}

}  // namespace

void AddAuditVerify(CLI::App& audit, Shared& shared) {
  CLI::App* const verify = audit.add_subcommand(
      "verify",
      "Check the chain of records, every signature and every recording; 0: "
      "sound, 1: damaged, 2: incomplete, 3: cannot tell, 4: sound, but not anchored as "
      "--require-anchor asks");
  const auto question =
      std::make_shared<Question>();  // owned by the callback, and bound to the options
  verify
      ->add_option(
          "--key", question->key,
          "The public key that signed the log, or a later one: as `oneoff audit key` prints "
          "it, or the name of its file. Without it: the host's own key")
      ->type_name("PUB");
  verify
      ->add_option("--anchors", question->anchors,
                   "Checkpoints that are kept elsewhere: any text that contains their records, "
                   "such as a syslog server's file")
      ->type_name("FILE");
  CLI::Option* const require =
      verify
          ->add_option("--require-anchor", question->age,
                       "Exit with 4 unless an anchor covers the log to its last signature or, with "
                       "AGE (10m, 24h), all records that are older")
          ->type_name("[AGE]")
          ->expected(0, 1);
  CLI::Option* const quiet =
      verify->add_flag("--quiet", question->quiet, "Print only what is wrong");
  verify->add_flag("--json", question->json, "Print one JSON object")->excludes(quiet);
  verify->footer(
      "Examples:\n"
      "  oneoff audit verify\n"
      "  oneoff audit verify --key audit_key.pub --anchors from-the-log-server\n"
      "  oneoff audit verify --quiet --anchors from-the-log-server --require-anchor=1h\n"
      "  oneoff --root /tmp/try audit verify");
  verify->callback([&shared, question, require] {
    question->require_anchor = require->count() > 0;
    shared.status = Verify(shared, *question);
  });
}

}  // namespace cli
