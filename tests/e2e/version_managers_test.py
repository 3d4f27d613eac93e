"""The interpreters that a release's version files name, where rbenv and nvm keep them; and what is not installed.

The managers' folders are the test's own, where the app file's env says: below the home, tests would meet each other's.
"""

import harness


class VersionManagers(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.rbenv = cls.directory / "home/.rbenv"
        cls.nvm = cls.directory / "home/.nvm"
        for folder, program in ((cls.rbenv / "versions/3.1.2", "ruby"), (cls.rbenv / "versions/2.7.8", "ruby"),
                                (cls.nvm / "versions/node/v16.20.2", "node"),
                                (cls.nvm / "versions/node/v18.1.0", "node")):
            (folder / "bin").mkdir(parents=True)
            (folder / "bin" / program).write_text(f'#!/bin/sh\necho {folder.name} "$@"\n')
            (folder / "bin" / program).chmod(0o755)
        (cls.nvm / "alias/lts").mkdir(parents=True)
        (cls.nvm / "alias/lts/gallium").write_text("v16.20.2\n")
        cls.plain.write("releases/v2/.ruby-version", "3.1.2\n")
        cls.plain.write("releases/v2/.nvmrc", "lts/gallium\n")
        cls.plain.write("releases/v1/.ruby-version", "3.0.0\n")
        cls.plain.own()
        cls.gateway.app("plain", cls.plain.directory, path=["/opt/first"],
                        env={"RBENV_ROOT": str(cls.rbenv), "NVM_DIR": str(cls.nvm)})
        cls.gateway.app("unmanaged", cls.plain.directory, isolation="none")

    def test_each_program_is_the_named_version(self):
        self.assert_ran(self.ssh("plain", "ruby -e 'x y'"), "3.1.2 -e x y\n")
        self.assert_ran(self.ssh("plain", "node"), "v16.20.2\n")

    def test_they_stand_behind_the_apps_path_and_ahead_of_the_systems(self):
        path = self.ssh("plain", "printenv PATH").stdout.decode()
        self.assertEqual(path, f"/opt/first:{self.rbenv}/versions/3.1.2/bin:{self.nvm}/versions/node/v16.20.2/bin:"
                         "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n")

    def test_explain_says_which_and_why(self):
        said = self.ssh("plain", "run:explain ruby").stdout.decode()
        self.assertIn("isolation:  ruby 3.1.2 of rbenv, named in .ruby-version\n", said)
        self.assertIn("isolation:  node v16.20.2 of nvm, named in .nvmrc\n", said)
        self.assertIn("  PATH                    base, with path of ", said)

    def test_a_version_that_is_not_installed_is_named(self):
        file = self.gateway.root / "etc/apps/plain.json"
        self.assert_refused(self.ssh("plain+v1", "ruby"), 69,
                            "oneoff: plain+v1: .ruby-version names ruby 3.0.0, which rbenv does not have in "
                            f"{self.rbenv}/versions; installed are 3.1.2, 2.7.8; install it, or leave \"versions\" out "
                            f"of \"isolation\" in {file}\n")

    def test_isolation_may_leave_them_out(self):
        self.assert_ran(self.ssh("unmanaged+v1", "printenv PATH"),
                        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n")


class MiseAndVolta(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.mise, cls.volta, cls.global_ = (cls.directory / name for name in ("mise", "volta", "config/mise"))
        for folder, program in ((cls.mise / "installs/python/3.11.4", "python3"), (cls.mise / "installs/node/20.9.0", "node"),
                                (cls.mise / "installs/ruby/3.2.2", "ruby"), (cls.mise / "installs/erlang/26.1", "erl"),
                                (cls.volta / "tools/image/node/18.1.0", "node"), (cls.volta / "tools/image/pnpm/8.6.0", "pnpm")):
            (folder / "bin").mkdir(parents=True)
            (folder / "bin" / program).write_text(f"#!/bin/sh\necho {folder.parent.name} {folder.name}\n")
            (folder / "bin" / program).chmod(0o755)
        cls.global_.mkdir(parents=True)
        (cls.global_ / "config.toml").write_text("[tools]\nruby = '3.2'\nnode = 'latest'\n")
        cls.plain.write("releases/v2/mise.toml", "[env]\nA = \"\"\"\n[tools]\nnode = '1'\n\"\"\"\n[tools] # ours\n"
                        "node = \"20\"\npython = [\"3.11\", '3.10']\n\"npm:x\" = '1'\nerlang = {version = '26.1'}\n")
        cls.plain.write("releases/v2/mise.local.toml", "tools.python = '3.11.4'\n")
        cls.plain.write("releases/v1/package.json",
                        '{"volta": {"node": "18.1.0"}, "packageManager": "pnpm@8.6.0+sha256.ab"}')
        cls.plain.write("releases/none/package.json", '{"volta": {"node": "16.0.1"}}')
        cls.plain.write("releases/none/.mise.toml", "[tools]\npython = '2.7'\n")
        cls.plain.own()
        cls.gateway.app("plain", cls.plain.directory, env={
            "MISE_DATA_DIR": str(cls.mise), "MISE_CONFIG_DIR": str(cls.global_), "VOLTA_HOME": str(cls.volta)})
        cls.gateway.app("bare", cls.plain.directory, env={
            "MISE_DATA_DIR": "/nonexistent", "MISE_CONFIG_DIR": "/nonexistent", "VOLTA_HOME": "/nonexistent"})

    def test_mise_toml_says_which(self):
        for program, said in (("node", "node 20.9.0"), ("python3", "python 3.11.4"), ("erl", "erlang 26.1"),
                              ("ruby", "ruby 3.2.2")):
            with self.subTest(program=program):
                self.assert_ran(self.ssh("plain", program), said + "\n")
        said = self.ssh("plain", "run:explain node").stdout.decode()
        self.assertIn("isolation:  node 20.9.0 of mise, named in mise.toml\n", said)
        self.assertIn("isolation:  python 3.11.4 of mise, named in mise.local.toml\n", said)
        self.assertIn(f"isolation:  ruby 3.2.2 of mise, named in {self.global_}/config.toml\n", said)

    def test_package_json_says_which(self):
        self.assert_ran(self.ssh("plain+v1", "node"), "node 18.1.0\n")
        self.assert_ran(self.ssh("plain+v1", "pnpm"), "pnpm 8.6.0\n")

    def test_what_is_not_installed_is_refused(self):
        result = self.ssh("plain+none", "true")
        self.assertEqual(result.status, 69)
        self.assertIn("package.json names node 16.0.1, which volta does not have in ", result.stderr)

    def test_where_no_manager_has_it_the_terminal_says_so(self):
        terminal = self.run_terminal("bare+none", "true", columns=500)
        terminal.expect(rb" as alice; node may not be the 16\.0\.1 that package\.json names; "
                        rb"python may not be the 2\.7 that \.mise\.toml names\r\n")


class NoVersionManager(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v2/.ruby-version", "3.1.2\n")
        cls.plain.write("releases/v2/script/fix-it", "#!/bin/sh\n", 0o755)
        cls.plain.own()
        cls.gateway.app("plain", cls.plain.directory, env={"RBENV_ROOT": "/nonexistent", "rvm_path": "/nonexistent",
                                                           "ASDF_DATA_DIR": "/nonexistent",
                                                           "MISE_DATA_DIR": "/nonexistent"})

    def test_the_version_is_a_warning(self):
        self.assert_ran(self.ssh("plain", "true"), "")
        self.assertIn("warning:    .ruby-version names ruby 3.1.2, and no version manager of the user's has any ruby: "
                      "the one on the PATH is taken as it is\n", self.ssh("plain", "run:explain true").stdout.decode())

    def test_a_program_that_is_not_on_the_path_is_shown_where_it_is(self):
        self.assert_refused(self.ssh("plain", "fix-it"), 127,
                            "oneoff: fix-it: no such program in the PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:"
                            "/usr/bin:/sbin:/bin; there is script/fix-it in the release\n")


if __name__ == "__main__":
    harness.main()
