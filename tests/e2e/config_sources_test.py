"""An app's config from all its sources: their order, what overrides what, what may be missing, and who may read it."""

import os
import socket
import time
import unittest

import harness

SECRET = "s3cr3t-of-a-source"


class ConfigSources(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.etc = cls.directory / "etc"
        (cls.etc / "env").mkdir(parents=True)
        for path in (cls.etc, cls.etc / "env"):
            path.chmod(0o755)
        cls.put("default", "WHO=systemd\nSYSTEMD='a'\"b\"\nexport DROPPED=1\n")
        cls.put("env/WHO", "envdir \n")
        cls.put("env/LANG", "")
        cls.put("docker.env", f"DOCKER=\"{SECRET}\"\n")
        cls.put("root.env", f"ROOT_ONLY={SECRET}\n", 0o600)
        cls.plain.write("shared/js.env", "JS=`x`\nREF=$JS\n")
        cls.plain.write("shared/py.env", "PY=${JS:-none}\n")
        cls.plain.write("shared/foreman.env", "FOREMAN=\"a\\tb\"\n")
        cls.plain.own()
        cls.configure()

    @classmethod
    def put(cls, name, text, mode=0o644):
        path = cls.etc / name
        path.write_text(text)
        path.chmod(mode)
        return path

    @classmethod
    def sources(cls):
        return [{"file": "shared/.env", "dialect": "dotenv"},
                {"file": str(cls.etc / "default"), "dialect": "systemd"},
                {"envdir": str(cls.etc / "env")},
                {"file": "shared/js.env", "dialect": "dotenv-js"},
                {"file": "shared/py.env", "dialect": "python-dotenv"},
                {"file": "shared/foreman.env", "dialect": "foreman"},
                {"file": str(cls.etc / "docker.env"), "dialect": "docker"},
                {"file": "shared/none.env", "dialect": "dotenv", "optional": True},
                {"envdir": "shared/none", "optional": True}]

    @classmethod
    def configure(cls, *further):
        cls.gateway.app("plain", cls.plain.directory, config=[*cls.sources(), *further])

    def setUp(self):
        self.configure()

    def environment(self):
        result = self.ssh("plain", "env -0")
        self.assertEqual((result.status, result.stderr), (0, ""))
        return dict(pair.split("=", 1) for pair in result.stdout.decode().split("\0")[:-1])

    def refused(self, message):
        self.assert_refused(self.ssh("plain", "env"), 78, f"oneoff: {message}\n")

    def test_each_source_follows_its_dialect_and_later_ones_win(self):
        seen = self.environment()
        self.assertEqual({name: seen.get(name) for name in (
            "GREETING", "WHO", "SYSTEMD", "LANG", "JS", "REF", "PY", "FOREMAN", "DOCKER", "DROPPED")}, {
                "GREETING": "from shared/.env", "WHO": "envdir", "SYSTEMD": "ab", "LANG": None, "JS": "x",
                "REF": "$JS", "PY": "x", "FOREMAN": "atb", "DOCKER": f'"{SECRET}"', "DROPPED": None})

    def test_explain_names_the_sources_and_what_they_overrode(self):
        result = self.ssh("plain", "run:explain", "env")
        said = result.stdout.decode()
        etc = str(self.etc)
        for line in (f"WHO {etc}/env/WHO:1 (over {etc}/default:1)", f"LANG unset by {etc}/env/LANG",
                     "JS shared/js.env:1", f"SYSTEMD {etc}/default:2", "GREETING shared/.env:2",
                     f"warning: {etc}/default:3: the name is not of letters, digits and '_': systemd ignores it"):
            self.assertIn(line, [" ".join(words.split()) for words in said.splitlines()])
        self.assertNotIn(SECRET, said + result.stderr)

    def test_a_source_that_is_missing_is_a_refusal(self):
        self.configure({"file": "shared/gone.env", "dialect": "foreman"})
        self.refused("plain: shared/gone.env: No such file or directory "
                     f"({self.gateway.root}/etc/apps/plain.json)")

    def test_a_broken_line_is_named_and_not_shown(self):
        for dialect, text, message in (
                ("dotenv", f"A=1\nTOKEN=$({SECRET})\n",
                 "2: TOKEN: a command substitution: dotenv would run it, oneoff does not"),
                ("docker", f"A=1\nmy {SECRET}=1\n",
                 "2: white space in what is before the '=', which docker refuses"),
                ("python-dotenv", f"A=1\n'{SECRET}='=1\n", "2: the name holds a '=' or a zero byte")):
            with self.subTest(dialect=dialect):
                path = self.put("broken.env", text)
                self.configure({"file": str(path), "dialect": dialect})
                self.refused(f"plain: {path}:{message}")
                result = self.ssh("plain", "run:explain", "env")
                self.assertNotIn(SECRET, result.stdout.decode() + result.stderr)
        self.assertNotIn(SECRET, self.gateway.stderr())
        self.assertFalse([record for record in self.gateway.audit() if SECRET in str(record)])

    @unittest.skipUnless(harness.ROOT, "as one uid there is no file that only root reads")
    def test_a_file_that_only_root_reads(self):
        self.configure({"file": str(self.etc / "root.env"), "dialect": "systemd"})
        self.assertEqual(self.environment()["ROOT_ONLY"], SECRET)

    @unittest.skipUnless(harness.ROOT, "as one uid there is no folder that only root reads")
    def test_an_envdir_that_only_root_reads(self):
        folder = self.etc / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        self.put("secrets/TOKEN", SECRET, 0o600)
        self.configure({"envdir": str(folder)})
        self.assertEqual(self.environment()["TOKEN"], SECRET)

    @unittest.skipUnless(harness.ROOT, "as one uid there is no file that only root reads")
    def test_root_reads_only_what_is_roots_on_a_way_that_is_roots(self):
        theirs = self.directory / "theirs"
        theirs.mkdir(exist_ok=True)
        harness.apps.hand_over(theirs)
        link = theirs / "link.env"
        if not link.is_symlink():
            link.symlink_to(self.etc / "root.env")
        self.configure({"file": str(link), "dialect": "systemd"})
        self.refused(f"plain: {link}: Permission denied, and root does not read it: {theirs} does not belong to root "
                     f"({self.gateway.root}/etc/apps/plain.json)")
        self.plain.write("shared/root.env", f"A={SECRET}", 0o600)
        os.chown(self.plain.directory / "shared/root.env", 0, 0)
        self.configure({"file": str(self.plain.directory / "shared/root.env"), "dialect": "systemd"})
        self.refused(f"plain: shared/root.env: Permission denied ({self.gateway.root}/etc/apps/plain.json)")

    def test_without_a_service_manager_a_unit_is_a_refusal(self):
        self.configure({"unit": "shop-web.service"})
        result = self.ssh("plain", "env")
        self.assertEqual((result.status, result.stdout), (78, b""))
        self.assertRegex(result.stderr, r"\Aoneoff: plain: the environment of shop-web\.service: [^\n]+\n\Z")

    def test_a_system_bus_that_does_not_answer_is_not_waited_for(self):
        self.configure({"unit": "shop-web.service"})
        bus = self.directory / "bus"
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(bus))
            server.listen()
            begin = time.monotonic()
            result = self.gateway.oneoff("env", "--app", "plain",
                                         env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"})
            self.assertLess(time.monotonic() - begin, 9)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (
            78, "", "oneoff: plain: the environment of shop-web.service: the system bus does not answer in time "
            f"({self.gateway.root}/etc/apps/plain.json)\n"))

    def test_an_unknown_dialect_is_an_error_of_the_configuration(self):
        self.gateway.app("plain", self.plain.directory, config=[{"file": "shared/.env", "dialect": "yaml"}])
        result = self.gateway.oneoff("config", "check")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("\"dialect\" is 'yaml', not one of: dotenv, dotenv-js, python-dotenv, foreman, docker, systemd",
                      result.stdout + result.stderr)


if __name__ == "__main__":
    harness.main()
