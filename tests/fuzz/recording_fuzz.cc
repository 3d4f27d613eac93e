// A recording as its readers meet it: one of its files is a stranger's, in turn.
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>

#include "gateway/record/archive.h"
#include "gateway/record/asciicast.h"
#include "gateway/record/omissions.h"
#include "gateway/record/verify.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/scratch_folder.h"
#include "tests/fuzz/still_clock.h"

namespace {

using fuzz::Require;

constexpr const char* kRun = "7k2m9xqd";

record::Store& Recordings() {
  static const fuzz::ScratchFolder folder;
  static record::Store store = record::Store::Open(folder.path(), std::nullopt).value();
  return store;
}

void Make() {
  (void)Recordings().Remove(kRun);
  const fuzz::StillClock clock;
  record::About about;
  about.run = kRun;
  about.person = "alice";
  about.terminal = true;
  auto writer = Recordings().Create(about, {}, clock);
  Require(writer.has_value());
  writer->Append(record::Stream::kTerminal, "some output\n");
  (void)writer->End();
}

void Replace(const std::string& name, std::string_view bytes, bool archived) {
  const std::string path =
      "/proc/self/fd/" + std::to_string(Recordings().fd()) + "/" + kRun + "/" + name;
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (archived) Require(chmod(path.c_str(), record::kArchivedMode) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr const char* kFiles[] = {"timing", "ttyout", "events.jsonl", "state"};
  Make();
  Replace(kFiles[data[0] % 4], bytes, (data[0] & 4) != 0);
  if (auto playback = record::Playback::Open(Recordings(), kRun)) {
    record::Asciicast cast(playback->about());
    (void)cast.Header();
    for (int i = 0; i < 1000; ++i) {
      const auto moment = playback->Next();
      if (!moment || !*moment) break;
      (void)cast.Event(**moment);
    }
  }
  if (const auto omissions = record::ReadOmissions(Recordings(), kRun)) (void)omissions->Text();
  // What is found at the end is what verification accepts, until a byte changes.
  if (const auto extents = record::FinalExtents(Recordings(), kRun)) {
    std::vector<std::string> files;
    for (const auto& extent : *extents) {
      Require(record::Extent::Parse(extent.Text()).has_value());
      files.push_back(extent.Text());
    }
    (void)record::Verify(Recordings(), kRun, files, record::Reach::kWhole);
  }
  return 0;
}
