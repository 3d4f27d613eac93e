#include "gateway/run/parity.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/child.h"
#include "gateway/run/process_records.h"
#include "gateway/wire/codec.h"
#include "tests/release/temporary_folder.h"

namespace run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ParityTest : public ::testing::Test {
 protected:
  ParityTest() {
    app.name = "shop";
    app.root = "/srv/shop";
    snapshot.release = "v42";
    snapshot.directory = "/srv/shop/releases/v42";
    snapshot.interpreters = {{"ruby", "/usr/bin/ruby -> /usr/bin/ruby3.1"}};
    parts.directory = snapshot.directory;
    parts.account.uid = 1000;
    parts.account.gid = 1000;
    parts.account.groups = {1000, 27};
    parts.umask = 027;
    parts.open_files = 512;
    parts.bounds_files = true;
    parts.environment = {{"GREETING", "hello", ".env:1"},
                         {"GEMS", "/srv/shop/releases/v42/Gemfile", "isolation"},
                         {"ONEOFF_RELEASE", "v42", "oneoff"},
                         {"TERM", "xterm", "client"}};
    surroundings = {{{"open files", "1024:524288"}, {"cpu time", "unlimited:unlimited"}},
                    {{"mnt", "mnt:[1]"}},
                    "0::/system.slice/a"};
  }
  ProcessRecord Now(const std::string& key = "key") const {
    return Given(app, snapshot, parts, surroundings, key);
  }
  std::vector<std::string> Differences(const ProcessRecord& before) const {
    std::vector<std::string> lines;
    for (const Difference& difference : Compare(before, Now())) {
      lines.push_back(difference.what + ": " + difference.text);
    }
    return lines;
  }

  release::App app;
  release::ReleaseSnapshot snapshot;
  release::ProcessParts parts;
  Surroundings surroundings;
};

TEST_F(ParityTest, TheSameIsTheSame) { EXPECT_THAT(Differences(Now()), IsEmpty()); }

TEST_F(ParityTest, AVariableIsNamedAndItsValueIsNot) {
  const ProcessRecord before = Now();
  parts.environment[0].value = "s3cret";
  parts.environment.push_back({"NEW", "s3cret", ""});
  EXPECT_THAT(Differences(before), ElementsAre("variable GREETING: has another value",
                                               "variable NEW: only a one-off gets it"));
  EXPECT_THAT(wire::Encode(before), Not(HasSubstr("hello")));
  parts.environment.erase(parts.environment.begin());
  EXPECT_THAT(Differences(before), ElementsAre("variable GREETING: only the process has it",
                                               "variable NEW: only a one-off gets it"));
}

TEST_F(ParityTest, WhatIsOfOneProcessAloneDoesNotCount) {
  const ProcessRecord before = Now();
  parts.environment.pop_back();
  parts.environment.push_back({"ONEOFF_RUN", "7k2m9xqd", "oneoff"});
  surroundings.cgroup = "0::/system.slice/b";
  EXPECT_THAT(Differences(before), IsEmpty());
}

TEST_F(ParityTest, AnotherReleaseIsOneDifferenceAndNotAllItsPaths) {
  const ProcessRecord before = Now();
  snapshot.release = "v43";
  snapshot.directory = parts.directory = "/srv/shop/releases/v43";
  parts.environment[1].value = "/srv/shop/releases/v43/Gemfile";
  parts.environment[2].value = "v43";
  EXPECT_THAT(Differences(before), ElementsAre("release: the process has v42, a one-off gets v43"));
}

TEST_F(ParityTest, UserGroupsUmaskLimitsNamespacesAndInterpretersAreTold) {
  const ProcessRecord before = Now();
  parts.account = {};
  parts.umask = 022;
  parts.open_files = 256;
  surroundings.namespaces[0].text = "mnt:[2]";
  snapshot.interpreters[0].path = "/opt/ruby/bin/ruby";
  EXPECT_THAT(Differences(before),
              ElementsAre("user: the process has 1000, a one-off gets 0",
                          "group: the process has 1000, a one-off gets 0",
                          "groups: the process has 27, 1000, a one-off gets ",
                          "umask: the process has 0027, a one-off gets 0022",
                          "limit open files: the process has 512:512, a one-off gets 256:256",
                          "namespace mnt: the process has mnt:[1], a one-off gets mnt:[2]",
                          "interpreter ruby: the process has /usr/bin/ruby -> /usr/bin/ruby3.1, a "
                          "one-off gets /opt/ruby/bin/ruby"));
  EXPECT_EQ(Summary(Compare(before, Now())),
            "user, group, groups, umask, limit open files, namespace mnt, interpreter ruby");
}

TEST_F(ParityTest, ASummaryHasAnEnd) {
  std::vector<Difference> many(13, {"variable A", ""});
  EXPECT_EQ(Summary(many), "A, A, A, A, A, A, A, A, A, A, and 3 more");
}

TEST_F(ParityTest, DigestsUnderAnotherKeyAreOthers) {
  EXPECT_NE(Now("one").variables->front().text, Now("two").variables->front().text);
  EXPECT_NE(NameOfKey("one"), NameOfKey("two"));
}

TEST_F(ParityTest, AProcessIsObservedAsFarAsProcTells) {
  auto child = base::Child::Fork([] {
    umask(0013);
    (void)!chdir("/usr");
    const char* const argv[] = {"sleep", "100", nullptr};
    const char* const env[] = {"A=1", "TERM=x", nullptr};
    execve("/bin/sleep", const_cast<char**>(argv), const_cast<char**>(env));
    return 1;
  });
  ASSERT_TRUE(child);
  base::Result<ProcessRecord> observed = Observed(child->pid(), "", "key");
  while (observed && observed->directory != "/usr") observed = Observed(child->pid(), "", "key");
  ASSERT_TRUE(observed);
  EXPECT_EQ(observed->umask, 0013U);
  EXPECT_EQ(observed->uid, geteuid());
  EXPECT_FALSE(observed->surroundings.limits.empty());
  EXPECT_FALSE(Observed(0x3FFFFFFF, "", "key"));
}

class RecordsTest : public ParityTest {
 protected:
  ProcessRecords::Place place() const {
    return ProcessRecords::Trusted(folder.path() + "/run", folder.path() + "/lib");
  }
  release::TemporaryFolder folder;
};

TEST_F(RecordsTest, OfALivingProcessIsFound) {
  const auto records = ProcessRecords::Make(place());
  ASSERT_TRUE(records) << records.error().message();
  ProcessRecord record = Now(records->key());
  record.type = "web";
  ASSERT_TRUE(records->Write(record));
  const auto list = ProcessRecords::Open(place())->List();
  ASSERT_THAT(list, SizeIs(1));
  EXPECT_EQ(list[0].pid, getpid());
  EXPECT_EQ(list[0].type, "web");
  EXPECT_THAT(Compare(list[0], record), IsEmpty());
}

TEST_F(RecordsTest, OfAProcessThatIsGoneIsNotFoundAndRemovedByTheNext) {
  const auto records = ProcessRecords::Make(place()).value();
  auto child = base::Child::Fork([&] { return records.Write(Now()) ? 0 : 1; });
  ASSERT_EQ(child->Wait()->status, 0);
  EXPECT_THAT(records.List(), IsEmpty());
  ASSERT_TRUE(records.Write(Now()));
  const std::filesystem::directory_iterator files(folder.path() + "/run/processes");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(RecordsTest, TheKeyIsMadeOnceAndForNobodyElse) {
  const std::string key = ProcessRecords::Make(place())->key();
  EXPECT_THAT(key, SizeIs(64));
  EXPECT_EQ(ProcessRecords::Make(place())->key(), key);
  struct stat status {};
  ASSERT_EQ(stat((folder.path() + "/lib/parity.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(RecordsTest, WhatIsNoRecordIsPassedOver) {
  const auto records = ProcessRecords::Make(place()).value();
  for (const char* text : {"", "{", "[]", "{\"type\":\"process-record\"}", "\xff"}) {
    folder.Write("run/processes/1-1.json", text);
    EXPECT_THAT(records.List(), IsEmpty());
  }
  ASSERT_TRUE(records.Write(Now()));
  // Under another process's name it is nobody's.
  for (const auto& file : std::filesystem::directory_iterator(folder.path() + "/run/processes")) {
    std::filesystem::rename(file, folder.path() + "/run/processes/1-1.json");
  }
  EXPECT_THAT(records.List(), IsEmpty());
}

TEST_F(RecordsTest, AFolderIntoWhichOthersMayWriteIsNotUsed) {
  std::filesystem::create_directory(folder.path() + "/run");
  chmod((folder.path() + "/run").c_str(), 0777);
  const auto records = ProcessRecords::Make(place());
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().message(), folder.path() + "/run: others may write there");
}

TEST_F(RecordsTest, NothingRecordedIsNotFound) {
  EXPECT_EQ(ProcessRecords::Open(place()).error().code(), base::Code::kNotFound);
}

}  // namespace
}  // namespace run
