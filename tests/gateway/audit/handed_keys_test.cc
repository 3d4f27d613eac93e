#include "gateway/audit/handed_keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>

#include "base/packet.h"
#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

class Handing : public testing::Test {
 protected:
  Handing() {
    auto pair = base::MakeSocketPair(SOCK_SEQPACKET | SOCK_NONBLOCK);
    owners_end_ = std::move(pair->first);
    handed_.emplace(std::move(pair->second), folder_.path());
  }

  void Hand() {
    EXPECT_TRUE(HandKeys(owners_end_.get(), files_));
    handed_->Receive();
  }
  base::Result<void> Hear() { return HearOfKeys(owners_end_.get(), files_, none_); }
  std::string KeyPath() const { return folder_.File("audit_key"); }

  ScratchLog folder_;
  KeyFiles files_{folder_.path()};
  base::UniqueFd owners_end_;
  std::optional<HandedKeys> handed_;
  bool none_ = false;
};

TEST_F(Handing, WithoutAKeyThereIsNone) {
  Hand();
  EXPECT_FALSE(handed_->Current().value());
  EXPECT_FALSE(handed_->Next().value());
}

TEST_F(Handing, AKeyIsReadThroughItsDescriptorAndAgain) {
  const auto key = files_.MakeCurrent();
  Hand();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(handed_->Current().value()->public_key(), *key);
}

TEST_F(Handing, AKeyThatOthersMayReadIsNotHanded) {
  ASSERT_TRUE(files_.MakeCurrent());
  chmod(KeyPath().c_str(), 0640);
  Hand();
  const auto key = handed_->Current();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().message(),
            KeyPath() + ": mode 0640 lets others read a private key; chmod 600 it");
  chmod(KeyPath().c_str(), 0600);
  Hand();
  EXPECT_TRUE(handed_->Current().value());
}

TEST_F(Handing, AChangeOfKeysReachesTheFiles) {
  ASSERT_TRUE(files_.MakeCurrent());
  const auto next = files_.MakeNext();
  Hand();
  EXPECT_EQ(handed_->Next().value()->public_key(), *next);
  ASSERT_TRUE(handed_->Promote(*next));
  ASSERT_TRUE(Hear());
  EXPECT_EQ(files_.Current().value()->public_key(), *next);
  EXPECT_EQ(files_.Public().value(), *next);
  EXPECT_FALSE(files_.Next().value());
  // Told once more, it is so already.
  ASSERT_TRUE(handed_->Publish(*next));
  EXPECT_TRUE(Hear());
}

TEST_F(Handing, AKeyThatNoFileHasChangesNothing) {
  const auto key = files_.MakeCurrent();
  ASSERT_TRUE(handed_->Publish(ChainKey::Generate()->public_key()));
  EXPECT_FALSE(Hear());
  EXPECT_EQ(files_.Public().value(), *key);
}

TEST_F(Handing, NothingMoreComesFromAnOwnerThatIsGone) {
  ASSERT_TRUE(files_.MakeCurrent());
  Hand();
  owners_end_.Reset();
  handed_->Receive();
  EXPECT_TRUE(handed_->Current().value());
  EXPECT_FALSE(handed_->Publish(ChainKey::Generate()->public_key()));
}

TEST_F(Handing, AWriterThatIsGoneSaysNothing) {
  handed_.reset();
  EXPECT_TRUE(Hear());
  EXPECT_TRUE(none_);
}

}  // namespace
}  // namespace audit
