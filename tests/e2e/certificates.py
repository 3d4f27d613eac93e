"""OpenSSH certificates for a test's people, by ssh-keygen."""

import shutil
import subprocess

import harness


class CertificateTest(harness.GatewayTest):
    """With the authorities `people` and `groups`, whose certificates the policy takes, and `stranger`."""

    @classmethod
    def prepare(cls):
        for name in ("people", "groups", "stranger"):
            cls.make_key(f"ca-{name}")
        cls.gateway.person("bob", "# by certificate only\n")
        cls.gateway.policy(cls.policy())

    @classmethod
    def authority(cls, name, principals=None, **keys):
        """An entry of "authorities"."""
        line = (cls.directory / f"keys/ca-{name}.pub").read_text().strip()
        return {"key": line, "principals": principals or name, **keys}

    @classmethod
    def policy(cls, authorities=None, **keys):
        return {"groups": {"dev": [], "ops": []},
                "authorities": [cls.authority("people"), cls.authority("groups")]
                if authorities is None else authorities,
                "rules": [{"name": "ops", "who": ["group:ops"], "apps": ["*"], "run": ["..."], "shell": True},
                          {"name": "dev", "who": ["group:dev", "bob"], "apps": ["plain"],
                           "run": ["echo *", "true", "sleep *", "sh -...", "tty"]}], **keys}

    @classmethod
    def certify(cls, name, authority, *options, principals="bob", key=None, identity=None):
        """A certificate of `key` (a key of its own, if None) that ssh offers for the person `name`."""
        path = cls.directory / "keys" / name
        if key is None and not path.exists():
            cls.make_key(name)
        elif key is not None:
            for end in ("", ".pub"):
                shutil.copy(f"{cls.directory}/keys/{key}{end}", f"{path}{end}")
        named = ("-n", principals) if principals else ()
        subprocess.run(["ssh-keygen", "-q", "-s", str(cls.directory / f"keys/ca-{authority}"),
                        "-I", identity or name, *named, *options, str(path) + ".pub"], check=True)

    def assert_not_let_in(self, result):
        self.assertEqual((result.status, result.stdout), (255, b""))
        self.assertIn("Permission denied (publickey).", result.stderr)

    def wait_for_log(self, words):
        harness.wait_until(lambda: words in self.gateway.stderr(), f"the log's {words!r}")
