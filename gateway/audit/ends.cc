#include "gateway/audit/ends.h"

#include <optional>
#include <utility>

#include "base/file.h"
#include "base/unique_fd.h"
#include "gateway/audit/event.h"
#include "gateway/audit/line_reader.h"
#include "gateway/audit/record.h"

namespace audit {
namespace {

constexpr std::size_t kMaxFiles = 100'000;

base::Result<void> ReadEnds(int directory, const std::string& file,
                            const std::set<std::string>& runs, std::set<std::string>& ended) {
  auto reader = LineReader::Open(directory, file);
  if (!reader) return base::Fail(std::move(reader.error()));
  for (;;) {
    const auto line = reader->Next();
    if (!line) return base::Fail(line.error());
    if (!line->has_value()) return {};
    // A cheap search before the parser: most lines are other events.
    if ((*line)->bytes.find(Name(RunEnded{})) == std::string_view::npos) continue;
    const auto record = ParseRecord((*line)->bytes);
    if (!record || record->event != Name(RunEnded{})) continue;
    if (const std::string run = record->Text("run"); runs.contains(run)) ended.insert(run);
  }
}

}  // namespace

base::Result<std::set<std::string>> RunsWithAnEnd(const std::string& directory,
                                                  const std::set<std::string>& runs,
                                                  const std::string& since) {
  std::set<std::string> ended;
  if (runs.empty()) return ended;
  const auto folder = base::OpenDirectory(directory);
  if (!folder) return base::Fail(folder.error());
  const auto names = base::ListDirectory(folder->get(), ".", kMaxFiles);
  if (!names) return base::Fail(names.error());
  for (const std::string& name : *names) {
    // Names are days, so their order is the order of time.
    if (!name.ends_with(".jsonl") || name < since) continue;
    if (auto read = ReadEnds(folder->get(), name, runs, ended); !read) {
      return base::Fail(std::move(read.error()));
    }
  }
  return ended;
}

}  // namespace audit
