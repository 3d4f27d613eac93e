"""A real Rails application: migrations run in its release, with its gems, as its user."""

import harness
import planted

V2 = "20240301090000"


class RailsMigrate(planted.Planted):
    shop = True

    @classmethod
    def prepare(cls):
        cls.plant("shop", SECRET_KEY_BASE=cls.rails.variable("SECRET_KEY_BASE"))

    def argv(self, command):
        return self.gateway.wait_for_audit("run.started", command=command)["argv"]

    def test_migrations(self):
        result = self.ssh("shop+v1", "rake db:migrate")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertIn(b"== 20240201090000 CreateOrders: migrated (", result.stdout)
        self.assertNotIn(b"AddPaidAt", result.stdout)
        self.assert_ran(self.ssh("shop", "rake db:version"), "Current version: 20240201090000\n")

        failing = self.ssh("shop", "BREAK_MIGRATION=1 rake db:migrate")
        self.assertEqual(failing.status, 1)
        self.assertIn("this migration was asked to fail", failing.stderr)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", app="shop", status=1)["how"], "exited")
        self.assert_ran(self.ssh("shop", "rake db:version"), "Current version: 20240201090000\n")

        result = self.ssh("shop", "bundle exec rake db:migrate")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertIn(b"AddPaidAtToOrders: migrated", result.stdout)
        self.assert_ran(self.ssh("shop", "rake db:version"), f"Current version: {V2}\n")

        result = self.ssh("shop", "rake db:rollback")
        self.assertEqual((result.status, result.stderr), (0, ""))
        self.assertIn(b"AddPaidAtToOrders: reverted", result.stdout)
        self.assert_ran(self.ssh("shop", "rake db:version"), "Current version: 20240201090000\n")

        self.assertEqual(self.argv("rake db:version"), ["bundle", "exec", "rake", "db:version"])
        self.assertEqual(self.argv("bundle exec rake db:migrate"), ["bundle", "exec", "rake", "db:migrate"])

    def test_runner_reads_a_script_from_stdin(self):
        result = self.ssh("shop", "rails runner -", stdin=b'puts [Rails.env, $stdin.read.inspect].join(" ")')
        self.assert_ran(result, 'production ""\n')

    def test_the_bundle_is_the_releases(self):
        result = self.ssh("shop+v1", "rails runner 'puts ENV[\"BUNDLE_GEMFILE\"]; puts Dir.pwd'")
        here = (self.rails.directory / "releases/v1").resolve()
        self.assert_ran(result, f"{here}/Gemfile\n{here}\n")

    def test_a_gem_that_is_missing_is_bundlers_own_refusal(self):
        release = self.rails.new_release("v3-gemless")
        for name, text in (("Gemfile", 'gem "no-such-gem"\n'), ("Gemfile.lock", None)):
            path = release / name
            content = path.read_text()
            path.write_text(content + text if text else
                            content.replace("\nDEPENDENCIES\n", "\nDEPENDENCIES\n  no-such-gem\n")
                            .replace("  specs:\n", "  specs:\n    no-such-gem (1.0)\n", 1))
        self.rails.own()
        result = self.ssh("shop+v3-gemless", "rake db:version")
        self.assertEqual((result.status, result.stdout), (1, b""))
        self.assertIn("Could not find no-such-gem-1.0", result.stderr)
        self.assertNotIn("oneoff:", result.stderr)
        self.assertEqual(self.gateway.wait_for_audit("run.ended", app="shop", status=1)["how"], "exited")

    def test_a_dropped_database_is_denied_by_name(self):
        result = self.ssh("shop", "bundle exec rake db:drop")
        self.assertEqual((result.status, result.stdout), (77, b""))
        self.assertIn("no drops", result.stderr)


class RailsBinstub(harness.GatewayTest):
    shop = True
    shop_options = ("--bin-rake",)

    def test_a_binstub_that_loads_bundler_runs_as_it_is(self):
        self.assert_ran(self.ssh("shop", "rake --version"), "rake, version 13.0.6\n")
        self.assert_ran(self.ssh("shop", "bin/rake --version"), "rake, version 13.0.6\n")
        for command in ("rake --version", "bin/rake --version"):
            argv = self.gateway.wait_for_audit("run.started", command=command)["argv"]
            self.assertNotIn("bundle", argv)
            self.assertRegex(argv[0], r"(^|/)bin/rake\Z")


if __name__ == "__main__":
    harness.main()
