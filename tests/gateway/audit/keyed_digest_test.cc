#include "gateway/audit/keyed_digest.h"

#include <gtest/gtest.h>

namespace audit {
namespace {

TEST(KeyedDigest, IsHmacSha256) {
  // RFC 4231, test case 2.
  EXPECT_EQ(KeyedDigest("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(KeyedDigest, EachKeyIsAnother) {
  EXPECT_EQ(NewKey().value().size(), 64U);
  EXPECT_NE(NewKey().value(), NewKey().value());
}

}  // namespace
}  // namespace audit
