#include "gateway/cli/service_url.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "base/unique_fd.h"

namespace cli {
namespace {

// "PostgreSQL tcp db 5432", "... socket PATH", "... file PATH"
std::string Parsed(std::string_view text) {
  const auto url = ParseServiceUrl(text);
  if (!url) return "none";
  switch (url->kind) {
    case ServiceUrl::Kind::kTcp:
      return url->service + " tcp " + url->host + " " + url->port;
    case ServiceUrl::Kind::kSocket:
      return url->service + " socket " + url->path;
    case ServiceUrl::Kind::kFile:
      return url->service + " file " + url->path;
  }
  return "";
}

TEST(ServiceUrl, HostAndPortAreFoundBehindThePassword) {
  EXPECT_EQ(Parsed("postgres://u:p%40x@db.example.com/shop?a=1"),
            "PostgreSQL tcp db.example.com 5432");
  EXPECT_EQ(Parsed("mysql2://u:p@x@db:3307/shop"), "MySQL tcp db 3307");
  EXPECT_EQ(Parsed("redis://[::1]:6380/0"), "Redis tcp ::1 6380");
  EXPECT_EQ(Parsed("redis:///0"), "Redis tcp localhost 6379");
  EXPECT_EQ(Parsed("mongodb://a:1,b:2/x"), "MongoDB tcp a 1");
}

TEST(ServiceUrl, WithoutAHostItIsASocket) {
  EXPECT_EQ(Parsed("postgresql:///shop"), "PostgreSQL socket /var/run/postgresql/.s.PGSQL.5432");
  EXPECT_EQ(Parsed("postgresql:///shop?x=1&host=/tmp/pg"),
            "PostgreSQL socket /tmp/pg/.s.PGSQL.5432");
  EXPECT_EQ(Parsed("postgres://%2Ftmp%2Fpg:5433/shop"), "PostgreSQL socket /tmp/pg/.s.PGSQL.5433");
}

TEST(ServiceUrl, SqliteIsAFile) {
  EXPECT_EQ(Parsed("sqlite3:db/shop.sqlite3"), "SQLite file db/shop.sqlite3");
  EXPECT_EQ(Parsed("sqlite3:///srv/shop.db?timeout=5"), "SQLite file /srv/shop.db");
}

TEST(ServiceUrl, AnythingElseIsNone) {
  for (const char* text : {"", "postgres", "https://x/", "postgres:x", "://", ":", "x"}) {
    EXPECT_EQ(Parsed(text), "none") << text;
  }
}

TEST(ServiceUrl, WhoListensIsReached) {
  const base::UniqueFd server(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(server.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(getsockname(server.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string text = "postgres://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x";
  EXPECT_EQ(WhyUnreachable(*ParseServiceUrl(text)), "Connection refused");
  ASSERT_EQ(listen(server.get(), 1), 0);
  EXPECT_EQ(WhyUnreachable(*ParseServiceUrl(text)), "");
  EXPECT_EQ(WhyUnreachable(*ParseServiceUrl("postgres:///x?host=/nonexistent")),
            "No such file or directory");
  EXPECT_EQ(WhyUnreachable(*ParseServiceUrl("sqlite3:/nonexistent/x")),
            "No such file or directory");
}

}  // namespace
}  // namespace cli
