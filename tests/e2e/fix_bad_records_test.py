"""The factor's own example, `php scripts/fix_bad_records.php`: it changes real rows, and fails in its own words."""

import sqlite3

import apps
import harness
import planted


class FixBadRecords(planted.Planted):
    @classmethod
    def prepare(cls):
        cls.ledger = apps.Ledger(cls.directory / "apps/ledger")
        cls.database = cls.ledger.directory / "db/ledger.sqlite3"
        cls.plant("ledger", LEDGER_TOKEN=cls.ledger.variable("LEDGER_TOKEN"))
        cls.gateway.app("ledger", cls.ledger.directory)

    def amounts(self):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as ledger:
            return [cents for cents, in ledger.execute("SELECT cents FROM entries ORDER BY id")]

    def test_it_repairs_them_once(self):
        self.assertEqual(self.amounts(), [1200, -300, -450])
        self.assert_ran(self.ssh("ledger", "php scripts/fix_bad_records.php"), "2 bad records\n")
        self.assertEqual(self.amounts(), [1200, 300, 450])
        self.assert_ran(self.ssh("ledger", "php scripts/fix_bad_records.php"), "0 bad records\n")

    def test_without_its_database_it_says_so_itself(self):
        away = self.database.rename(self.database.with_suffix(".away"))
        self.addCleanup(away.rename, self.database)
        self.assert_ran(self.ssh("ledger", "php scripts/fix_bad_records.php"), "", status=3,
                        stderr="fix_bad_records: no ledger: Unable to open database: unable to open database file\n")
        self.assertEqual(self.gateway.wait_for_audit("run.ended", app="ledger", status=3)["how"], "exited")


if __name__ == "__main__":
    harness.main()
