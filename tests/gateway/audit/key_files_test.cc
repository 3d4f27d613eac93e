#include "gateway/audit/key_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/gateway/audit/scratch_log.h"

namespace audit {
namespace {

class Keys : public testing::Test {
 protected:
  unsigned Mode(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(stat(folder_.File(name).c_str(), &status), 0) << name;
    return status.st_mode & 07777U;
  }
  ScratchLog folder_;
  KeyFiles files_{folder_.path()};
};

TEST_F(Keys, ThatAreNotThereAreNoError) {
  EXPECT_FALSE(files_.Current().value().has_value());
  EXPECT_FALSE(files_.Next().value().has_value());
  EXPECT_FALSE(files_.Public().value().has_value());
}

TEST_F(Keys, AreMadeOnceAndTheirOwnersAlone) {
  const PublicKey made = files_.MakeCurrent().value();
  EXPECT_EQ(files_.MakeCurrent().value(), made);
  EXPECT_EQ(files_.Current().value()->public_key(), made);
  EXPECT_EQ(files_.Public().value(), made);
  EXPECT_EQ(Mode("audit_key"), 0600U);
  EXPECT_EQ(Mode("audit_key.pub"), 0644U);
}

TEST_F(Keys, ThatOthersMayReadAreRefused) {
  ASSERT_TRUE(files_.MakeCurrent());
  chmod(folder_.File("audit_key").c_str(), 0640);
  EXPECT_EQ(files_.Current().error().message(),
            folder_.File("audit_key") + ": mode 0640 lets others read a private key; chmod 600 it");
}

TEST_F(Keys, ThatAreNoneAreRefused) {
  folder_.Write("audit_key", "no key");
  chmod(folder_.File("audit_key").c_str(), 0600);
  EXPECT_EQ(files_.Current().error().message(),
            folder_.File("audit_key") + ": not a private key in PEM, or an encrypted one");
}

TEST_F(Keys, AreNotMadeInThePlaceOfOneThatIsGone) {
  ASSERT_TRUE(files_.MakeCurrent());
  ASSERT_EQ(unlink(folder_.File("audit_key").c_str()), 0);
  EXPECT_EQ(files_.MakeCurrent().error().message(),
            folder_.File("audit_key.pub") + " exists, but its private key is missing: put " +
                folder_.File("audit_key") +
                " back; or, to use a new key, move the log elsewhere and remove " +
                folder_.File("audit_key.pub"));
}

TEST_F(Keys, OfWhichThePublicHalfIsGoneHaveItAgain) {
  const PublicKey made = files_.MakeCurrent().value();
  ASSERT_EQ(unlink(folder_.File("audit_key.pub").c_str()), 0);
  EXPECT_EQ(files_.MakeCurrent().value(), made);
  EXPECT_EQ(files_.Public().value(), made);
}

TEST_F(Keys, TakeTheOthersPlace) {
  const PublicKey old = files_.MakeCurrent().value();
  const PublicKey next = files_.MakeNext().value();
  EXPECT_EQ(files_.MakeNext().value(), next);
  EXPECT_EQ(files_.Current().value()->public_key(), old);
  ASSERT_TRUE(files_.Promote(next));
  EXPECT_EQ(files_.Current().value()->public_key(), next);
  EXPECT_EQ(files_.Public().value(), next);
  EXPECT_FALSE(files_.Next().value().has_value());
}

}  // namespace
}  // namespace audit
