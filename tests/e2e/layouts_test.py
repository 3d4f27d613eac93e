"""Releases as Deployer and Mina lay them out: current, previous, latest and commits, by their own logs."""

import json

import harness


class Layouts(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.deployer = cls.root_of("deployer", {"7": "4d5e6f7", "hotfix": "3f2a91c", "9": "1a2b3c4", "10": "9c8b7a6"},
                                   "REVISION", "hotfix")
        (cls.deployer / ".dep").mkdir()
        (cls.deployer / ".dep/releases_log").write_text("".join(
            json.dumps({"created_at": "2026-03-01T09:30:00+0000", "release_name": name, "user": "deploy",
                        "target": "HEAD"}) + "\n" for name in ("7", "9", "removed", "hotfix")))
        (cls.deployer / "releases/9/BAD_RELEASE").write_text("2026-03-01T10:00:00+0000,deploy\n")
        cls.mina = cls.root_of("mina", {"9": "4d5e6f7", "10": "3f2a91c", "11": "1a2b3c4"}, ".mina_git_revision", "10")
        (cls.mina / "scm/objects").mkdir(parents=True)
        for root in (cls.deployer, cls.mina):
            harness.apps.hand_over(root)

    @classmethod
    def root_of(cls, app, releases, revision, current):
        """An app's root with these releases, each with a program that says which it is."""
        root = cls.directory / "apps" / app
        for name, commit in releases.items():
            (root / "releases" / name).mkdir(parents=True)
            (root / "releases" / name / revision).write_text(commit.ljust(40, "0") + "\n")
            (root / "releases" / name / "which").write_text(f"#!/bin/sh\necho {name}\n")
            (root / "releases" / name / "which").chmod(0o755)
        (root / "current").symlink_to(f"releases/{current}")
        cls.gateway.app(app, root)
        return root

    def assert_releases(self, app, expected):
        for selector, release in expected.items():
            with self.subTest(app=app, selector=selector):
                self.assert_ran(self.ssh(app + selector, "./which"), release + "\n")

    def test_deployers_are_found_by_its_log(self):
        self.assert_releases("deployer", {"": "hotfix", "+9": "9", "+previous": "7", "+latest": "hotfix",
                                          "+1a2b3c4": "9", "+hotfix": "hotfix"})

    def test_deployers_latest_is_what_is_being_deployed(self):
        (self.deployer / "release").symlink_to("releases/10")
        self.addCleanup((self.deployer / "release").unlink)
        self.assert_releases("deployer", {"+latest": "10", "": "hotfix"})

    def test_minas_are_found_by_their_numbers(self):
        self.assert_releases("mina", {"": "10", "+9": "9", "+previous": "9", "+latest": "11", "+3f2a91c": "10"})

    def checkout(self, app, *files, **keys):
        root = self.directory / "apps" / app
        for name in files:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("")
        harness.apps.hand_over(root)
        self.gateway.app(app, root, **keys)
        return root.resolve()

    def test_a_checkout_with_a_folder_called_releases_is_a_checkout(self):
        for app, files in {"elixir": ("releases/0.1.0/env.sh", "releases/start_erl.data", "bin/shop"),
                           "notes": ("releases/v1.2/notes.md", "package.json"), "go": ("releases/x/y", "go.mod"),
                           "rust": ("releases/x/y", "Cargo.toml"), "maven": ("releases/x/y", "pom.xml"),
                           "gradle": ("releases/x/y", "build.gradle"), "mix": ("releases/x/y", "mix.exs")}.items():
            with self.subTest(app=app):
                root = self.checkout(app, *files)
                self.assert_ran(self.ssh(app, "pwd"), f"{root}\n")

    def test_an_elixir_release_has_a_console(self):
        self.checkout("beam", "releases/start_erl.data", "bin/shop")
        said = self.ssh("beam", "run:explain console").stdout.decode()
        self.assertIn("found:      the framework's own console: an Elixir release, by releases/start_erl.data\n", said)
        self.assertIn("runs:       bin/shop remote\n", said)

    def test_where_it_is_unclear_the_message_says_how_to_tell(self):
        root = self.checkout("unclear", "releases/one/file", "main.c")
        result = self.ssh("unclear", "pwd")
        self.assertEqual((result.status, result.stdout), (69, b""))
        self.assertIn(f"; if {self.directory}/apps/unclear is itself the app, say \"layout\": \"checkout\" in ",
                      result.stderr)
        self.checkout("unclear", layout="checkout")
        self.assert_ran(self.ssh("unclear", "pwd"), f"{root}\n")

    def test_apps_add_writes_down_what_it_tried(self):
        self.checkout("added", "releases/0.1.0/env.sh", "releases/start_erl.data", "bin/shop")
        (self.gateway.root / "etc/apps/added.json").unlink()
        owner = [] if harness.ROOT else ["--user", harness.apps.user()]
        result = self.gateway.oneoff("apps", "add", str(self.directory / "apps/added"), *owner)
        self.assertEqual(result.returncode, 0, result)
        self.assertEqual(json.loads((self.gateway.root / "etc/apps/added.json").read_text())["layout"], "checkout")
        self.assertIn("  release: checkout, in ", result.stdout)

    def test_a_folder_named_as_a_label_is_no_release(self):
        for label in ("current", "previous", "latest"):
            (self.mina / "releases" / label).mkdir()
            self.addCleanup((self.mina / "releases" / label).rmdir)
        self.assert_releases("mina", {"": "10", "+current": "10", "+previous": "9", "+latest": "11"})

    def test_an_unknown_release_names_the_newest(self):
        self.assert_refused(self.ssh("mina+12", "./which"), 65,
                            "oneoff: mina+12: no such release; the newest are 9, 10 (current), 11\n")


if __name__ == "__main__":
    harness.main()
