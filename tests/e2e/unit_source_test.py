"""{"unit": NAME} gives a one-off the variables that a real systemd gives to the unit's process, and says from where."""

import json
import unittest

import processes
import systemd_host

UNIT = r"""[Service]
User=shop
ExecStart=/bin/sleep infinity
PassEnvironment=OF_THE_MANAGER NOT_THERE
Environment=WHO=unit "QUOTED=a b" SPECIFIER=%%n=%n GONE=1 KEPT=1
EnvironmentFile=/etc/default/shop
EnvironmentFile=-/etc/default/none
EnvironmentFile=/etc/shop.d/*.conf
EnvironmentFile=/srv/shop/shared.env
UnsetEnvironment=LANG GONE KEPT=2
"""
APP = {"root": "/srv/shop", "config": [{"file": "before.env", "dialect": "dotenv"}, {"unit": "shop-web.service"},
                                       {"file": "after.env", "dialect": "dotenv"}]}
NAMES = ("WHO", "QUOTED", "SPECIFIER", "GONE", "KEPT", "OF_THE_MANAGER", "NOT_THERE", "ONLY_ROOT", "CONTINUED", "DROPPED",
         "SHARED", "LANG")


class UnitSource(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.host = systemd_host.start(cls)
        cls.host.install()
        cls.host.run("useradd", "--system", "--create-home", "shop")
        cls.host.write("/etc/default/shop", "WHO=file\nONLY_ROOT=s3cr3t-of-roots\nexport DROPPED=1\n", 0o600)
        cls.host.write("/etc/shop.d/1.conf", "WHO=first\nCONTINUED=a\\\n b\n")
        cls.host.write("/etc/shop.d/2.conf", "WHO='second'\n")
        cls.host.write("/srv/shop/shared.env", "SHARED=\"$WHO\"\n", 0o600)
        cls.host.write("/srv/shop/before.env", "WHO=before\nBEFORE=$WHO\n")
        cls.host.write("/srv/shop/after.env", "AFTER=$WHO-$LANG\n")
        cls.host.run("chown", "-R", "shop:", "/srv/shop")
        cls.host.write("/etc/oneoff/apps/shop.json", json.dumps(APP))
        cls.host.write("/etc/systemd/system/shop-web.service", UNIT)
        cls.host.run("systemctl", "set-environment", "OF_THE_MANAGER=yes")
        cls.host.run("systemctl", "daemon-reload")
        cls.host.run("systemctl", "start", "shop-web.service")

    def environment(self):
        return json.loads(self.host.run("oneoff", "env", "--json", "--app", "shop").stdout)

    def test_it_is_what_the_units_process_has(self):
        web = processes.read(self.host.main_process("shop-web.service"), "environ").decode()
        web = dict(pair.split("=", 1) for pair in web.split("\0")[:-1])
        seen = self.environment()
        self.assertEqual({name: seen.get(name) for name in NAMES}, {name: web.get(name) for name in NAMES})
        self.assertEqual((seen["WHO"], seen["ONLY_ROOT"], seen["QUOTED"]), ("second", "s3cr3t-of-roots", "a b"))

    def test_other_sources_stand_before_and_behind_it(self):
        seen = self.environment()
        self.assertEqual((seen["BEFORE"], seen["AFTER"]), ("before", "second-"))

    def test_explain_names_the_unit_its_files_and_their_lines(self):
        said = self.host.run("oneoff", "explain", "--app", "shop", "env").stdout
        lines = [" ".join(line.split()) for line in said.splitlines()]
        for line in ("WHO /etc/shop.d/2.conf:1 (shop-web.service) (over /etc/shop.d/1.conf:1 (shop-web.service), "
                     "/etc/default/shop:1 (shop-web.service), shop-web.service (Environment=), before.env:1)",
                     "QUOTED shop-web.service (Environment=)",
                     "OF_THE_MANAGER shop-web.service (PassEnvironment=)",
                     "SHARED shared.env:1 (shop-web.service)",
                     "GONE unset by shop-web.service (UnsetEnvironment=)",
                     "warning: shop-web.service: PassEnvironment=NOT_THERE: systemd's own environment has none",
                     "warning: /etc/default/shop:3: the name is not of letters, digits and '_': systemd ignores it"):
            self.assertIn(line, lines)
        self.assertNotIn("s3cr3t", said)

    def refused(self, config):
        self.host.write("/etc/oneoff/apps/other.json", json.dumps({**APP, "user": "shop", "config": config}))
        result = self.host.run("oneoff", "env", "--app", "other", check=False)
        self.assertEqual((result.returncode, result.stdout), (78, ""))
        return result.stderr

    def test_a_unit_that_there_is_not(self):
        self.assertEqual(self.refused([{"unit": "none.service"}]),
                         "oneoff: other: the environment of none.service: systemd has no such unit; see: systemctl "
                         "list-units (/etc/oneoff/apps/other.json)\n")

    def test_a_unit_that_systemd_cannot_load(self):
        self.host.run("systemctl", "mask", "masked.service")
        self.assertEqual(self.refused([{"unit": "masked.service"}]),
                         "oneoff: other: the environment of masked.service: systemd says that it is 'masked', not loaded; "
                         "see: systemctl status (/etc/oneoff/apps/other.json)\n")


if __name__ == "__main__":
    unittest.main()
