"""Ansible's raw and script, with an inventory of app@host."""

import json
import os
import subprocess

import harness


class Ansible(harness.GatewayTest):
    def variables(self):
        """What an inventory has to say, as docs/operating.md has it."""
        return {"ansible_ssh_use_tty": "no", "ansible_ssh_transfer_method": "piped",
                "ansible_remote_tmp": str(self.plain.directory / "releases/v2/tmp/ansible")}

    def ansible(self, module, arguments, person="alice"):
        """The module's result, as Ansible tells it."""
        said = {"ansible_ssh_common_args": f"-F {self.client.config}", "ansible_ssh_private_key_file":
                str(self.client.key(person)), "ansible_user": "plain", **self.variables()}
        (self.directory / "inventory.json").write_text(json.dumps({"all": {"hosts": {"gateway": said}}}))
        masters = self.directory / f"masters-{person}"  # Ansible's own: its connections are kept, each person's apart
        self.addCleanup(self.end_masters, masters)
        environment = {**self.client.environment(), "ANSIBLE_HOME": str(self.directory / "ansible"),
                       "ANSIBLE_LOCAL_TEMP": str(self.directory / "ansible/tmp"),
                       "ANSIBLE_SSH_CONTROL_PATH_DIR": str(masters)}
        done = subprocess.run(["ansible", "gateway", "-i", self.directory / "inventory.json", "-m", module,
                               "-a", arguments, "--tree", self.directory / "results"], env=environment,
                              capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        result = self.directory / "results/gateway"
        self.assertTrue(result.exists(), done.stdout + done.stderr)
        return json.loads(result.read_text())

    @staticmethod
    def end_masters(folder):
        for socket in folder.glob("*"):
            subprocess.run(["ssh", "-S", socket, "-O", "exit", "gateway"], check=False, capture_output=True)

    def script(self):
        path = self.directory / "script.sh"
        path.write_text("#!/bin/sh\necho \"$ONEOFF_APP $(pwd -P) $1\"\necho to stderr >&2\nexit 3\n")
        return path

    def test_raw_runs_a_command_as_it_is(self):
        result = self.ansible("raw", "bin/which", person="carol")
        self.assertEqual((result["rc"], result["stdout"], result["stderr"]), (0, "v2\n", ""))

    def test_raw_tells_of_a_refusal(self):
        result = self.ansible("raw", "ls /", person="carol")
        self.assertEqual((result["rc"], result["stdout"]), (77, ""))
        self.assertRegex(result["stderr"], r"\Aoneoff: ")

    def test_script_works_where_everything_may_be_run(self):
        for person in ("bob", "alice"):  # without and with "shell": true
            with self.subTest(person=person):
                result = self.ansible("script", f"{self.script()} 'an argument'", person=person)
                here = os.path.realpath(self.plain.directory / "releases/v2")
                self.assertEqual((result["rc"], result["stdout"], result["stderr"]),
                                 (3, f"plain {here} an argument\n", "to stderr\n"))

    def test_script_is_refused_where_it_may_not(self):
        result = self.ansible("script", str(self.script()), person="carol")
        self.assertRegex(result["msg"], "exited with result 77")
        self.assertTrue(result["unreachable"])


if __name__ == "__main__":
    harness.main()
