"""ssh-audit finds nothing but what the README's limitations name."""

import re
import subprocess

import harness

README = " ".join((harness.REPOSITORY / "README.md").read_text().split())
FINDING = re.compile(r"(?:^\((\w+)\) (\S+)[^\n]*?|^ +`)-+ ?\[(fail|warn|info)\] ([^\n]+)$", re.M)
# Debian 12's ssh-audit is older than this remedy against the Terrapin attack.
UNKNOWN = ("kex-strict-s-v00@openssh.com", "warn", "unknown algorithm")
CURVES = [(f"ecdh-sha2-nistp{bits}", level, text) for bits in (256, 384, 521)
          for level, text in (("fail", "using weak elliptic curves"),)]
# An operator who makes such a host key has clients that need it.
NIST = [("ecdsa-sha2-nistp256", "fail", "using weak elliptic curves"),
        ("ecdsa-sha2-nistp256", "warn", "using weak random number generator could reveal the key")]


class SshAudit(harness.GatewayTest):
    def findings(self):
        """(name, level, text) of each failure and warning."""
        done = subprocess.run(["ssh-audit", "-n", "-p", str(self.gateway.port), "127.0.0.1"], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertIn("# message authentication code algorithms", done.stdout, done.stderr)
        found, name = [], None
        for match in FINDING.finditer(done.stdout):
            name = match[2] or name
            if match[3] != "info":
                found.append((name, match[3], match[4]))
        self.assertEqual(len(found), len(re.findall(r"\[(?:fail|warn)\]", done.stdout)), done.stdout)
        return found

    def test_of_a_gateway_as_it_comes(self):
        self.assertEqual(sorted(self.findings()), sorted([UNKNOWN, *CURVES]))


class WithoutNistCurves(SshAudit):
    settings = {"nist_curves": False}

    def test_of_a_gateway_as_it_comes(self):
        self.assertEqual(self.findings(), [UNKNOWN])


class AllHostKeys(SshAudit):
    @classmethod
    def prepare(cls):
        for kind, *arguments in (("ed25519",), ("rsa", "-b", "3072"), ("ecdsa", "-b", "256")):
            harness.make_key(cls.gateway.root / f"etc/host_keys/ssh_host_{kind}_key", kind, *arguments)

    def test_of_a_gateway_as_it_comes(self):
        self.assertEqual(sorted(self.findings()), sorted([UNKNOWN, *CURVES, *NIST]))

    def test_the_readme_names_them(self):
        limitations = README[README.index("## Limitations"):]
        for name, _, _ in (UNKNOWN, *CURVES, *NIST):
            self.assertIn(f"`{name}`", limitations)
        self.assertIn("no post-quantum key exchange", limitations)  # what a newer ssh-audit warns of


if __name__ == "__main__":
    harness.main()
