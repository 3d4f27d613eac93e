"""Rails on a real PostgreSQL: migrations there and back, runner, console; and how it fails when the database is down."""

import apps
import harness
import planted
import postgresql

PASSWORD = "planted-database-password"
V2 = "20240301090000"


class RailsPostgresql(planted.Planted):
    @classmethod
    def prepare(cls):
        cls.database = postgresql.Cluster(cls.directory / "postgresql", "shop", PASSWORD)
        cls.addClassCleanup(cls.database.stop)
        cls.database.start()
        cls.database.query("postgres", "CREATE DATABASE shop")
        cls.rails = apps.Shop(cls.directory / "apps/shop", "--with", "pg",
                              "--database", cls.database.url("shop"))
        cls.plant("shop", DATABASE_URL=PASSWORD, SECRET_KEY_BASE=cls.rails.variable("SECRET_KEY_BASE"))
        cls.gateway.app("shop", cls.rails.directory)

    def migrations(self):
        """The versions that the database has, oldest first."""
        return self.database.query("shop", "SELECT version FROM schema_migrations ORDER BY 1").split("\n")

    def test_it_works(self):
        """One test: each step needs the one before, and a Rails takes seconds to boot."""
        # A migration that fails has its own status and changes nothing.
        self.assertEqual(self.ssh("shop+v1", "rake db:migrate").status, 0)
        failing = self.ssh("shop", "BREAK_MIGRATION=1 rake db:migrate")
        self.assertEqual(failing.status, 1)
        self.assertIn("this migration was asked to fail", failing.stderr)
        self.assertNotIn("oneoff:", failing.stderr)
        self.assertNotIn(V2, self.migrations())

        result = self.ssh("shop", "rake db:migrate")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertIn(b"AddPaidAtToOrders: migrated", result.stdout)
        self.assertIn(V2, self.migrations())

        script = 'c = Customer.create!(name: "Zoë"); puts c.class.connection.adapter_name, c.name'.encode()
        self.assert_ran(self.ssh("shop", "rails runner -", stdin=script), "PostgreSQL\nZoë\n")
        self.assertEqual(self.database.query("shop", "SELECT name FROM customers"), "Zoë")

        self.console()

        result = self.ssh("shop", "rake db:rollback")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertIn(b"AddPaidAtToOrders: reverted", result.stdout)
        self.assertNotIn(V2, self.migrations())

        # A database that is down: Rails' own message and status.
        self.database.stop()
        down = self.ssh("shop", "rake db:migrate")
        self.assertEqual((down.status, down.stdout), (1, b""))
        self.assertIn("PG::ConnectionBad", down.stderr)
        self.assertNotIn("oneoff:", down.stderr)
        ended = self.gateway.wait_for_audit("run.ended", app="shop", status=1)
        self.assertEqual(ended["how"], "exited")

    def console(self):
        terminal = self.run_terminal("shop", "rails console", env={"TERM": "dumb"})
        terminal.expect(rb"Loading production environment", patience=60)
        terminal.expect(rb"> ")
        terminal.send('Customer.create!(name: "Yves"); Customer.order(:id).pluck(:name)\n')
        terminal.expect(rb'=> \["Zo\xc3\xab", "Yves"\]')
        terminal.expect(rb"> ")
        terminal.send("exit\n")
        self.assertEqual(terminal.wait(), 0)


if __name__ == "__main__":
    harness.main()
