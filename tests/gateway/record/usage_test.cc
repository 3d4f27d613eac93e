#include "gateway/record/usage.h"

#include "tests/gateway/record/scratch.h"

namespace record {
namespace {

TEST(Usage, ReadsBackAsItWas) {
  Usage usage;
  usage.Add("alice", "shop", 10);
  usage.Add("bob b\n", "shop", 5);
  usage.Add("", "blog", 1);
  usage.Subtract("alice", "shop", 3);
  const auto read = Usage::Parse(usage.Format());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->OfPerson("alice"), 7U);
  EXPECT_EQ(read->OfPerson("bob b\n"), 5U);
  EXPECT_EQ(read->OfApp("shop"), 12U);
  EXPECT_EQ(read->OfApp("none"), 0U);
  EXPECT_EQ(read->all(), 13U);
}

TEST(Usage, ACutOrStrangeOneIsNone) {
  Usage usage;
  usage.Add("alice", "shop", 10);
  const std::string whole = usage.Format();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(Usage::Parse(whole.substr(0, size))) << size;
  }
  for (const std::string text :
       {"oneoff usage 2\nall 1\n", "oneoff usage 1\nperson x alice\nall 1\n",
        "oneoff usage 1\nperson 1\nall 1\n", "oneoff usage 1\ngroup 1 a\nall 1\n",
        "oneoff usage 1\nall 1\nall 1\n"}) {
    EXPECT_FALSE(Usage::Parse(text)) << text;
  }
}

TEST(Usage, IsAFileBesideTheRecordings) {
  const Scratch scratch;
  const Store store = scratch.Open();
  EXPECT_FALSE(ReadUsage(store));
  Usage usage;
  usage.Add("alice", "shop", 10);
  ASSERT_TRUE(WriteUsage(store, usage));
  EXPECT_EQ(ReadUsage(store)->OfApp("shop"), 10U);
  EXPECT_EQ(store.List()->size(), 0U);
}

}  // namespace
}  // namespace record
