"""A release's virtualenv: its python and its programs run, also when it was moved; its variables are no other's."""

import os
import shutil
import subprocess

import harness

MANAGE = "#!/usr/bin/env python3\nimport sys\nprint(sys.prefix, *sys.argv[1:])\n"
TOOL = "#!{python}\nimport sys\nprint('tool of', sys.prefix, *sys.argv[1:])\n"


class Virtualenv(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.plain.write("releases/v2/manage.py", MANAGE)
        cls.plain.write("releases/v1/manage.py", MANAGE)
        cls.current = (cls.plain.directory / "releases/v2").resolve()
        cls.venv = cls.current / "venv"
        made = cls.directory / "made-here"
        subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", made], check=True,
                       env={"PATH": os.environ["PATH"]})
        (made / "bin/tool").write_text(TOOL.format(python=made / "bin/python"))
        (made / "bin/tool").chmod(0o755)
        shutil.move(made, cls.venv)
        broken = cls.plain.directory / "releases/v1/.venv"
        (broken / "bin").mkdir(parents=True)
        (broken / "pyvenv.cfg").write_text("home = /opt/python3.6/bin\n")
        (broken / "bin/python").symlink_to("/opt/python3.6/bin/python3.6")
        cls.plain.own()

    def test_manage_py_is_run_by_its_python(self):
        self.assert_ran(self.ssh("plain", "manage.py migrate 'a b'"), f"{self.venv} migrate a b\n")

    def test_python_is_its_python(self):
        self.assert_ran(self.ssh("plain", "python -c 'import sys; print(sys.prefix)'"), f"{self.venv}\n")

    def test_a_script_of_a_moved_virtualenv_runs_all_the_same(self):
        self.assert_ran(self.ssh("plain", "tool x"), f"tool of {self.venv} x\n")

    def test_its_bin_is_first_in_the_path(self):
        lines = self.ssh("plain", "env").stdout.decode().splitlines()
        self.assertIn(f"VIRTUAL_ENV={self.venv}", lines)
        self.assertTrue([line for line in lines if line.startswith(f"PATH={self.venv}/bin:/usr/local/")], lines)

    def test_console_is_its_python(self):
        said = self.ssh("plain", "run:explain console").stdout.decode()
        self.assertIn("found:      the framework's own console: Python, by manage.py\n", said)
        self.assertIn("runs:       python\n", said)
        self.assertIn(f"isolation:  virtualenv, {self.venv} (Python 3.", said)
        self.assertIn("  PATH                    isolation (virtualenv) (over base)\n", said)

    def test_a_virtualenv_whose_python_is_gone_is_named(self):
        result = self.ssh("plain+v1", "manage.py migrate")
        where = self.current.parent / "v1/.venv"
        self.assert_refused(result, 69, "oneoff: manage.py belongs to a virtualenv that is broken: the virtualenv "
                            f"{where}, made with the Python in /opt/python3.6/bin, has no bin/python that can be run; "
                            "make it again\n")
        self.assertEqual(self.ssh("plain+v1", "python -V").status, 69)


class DemandedVirtualenv(harness.GatewayTest):
    app = {"isolation": ["virtualenv"]}

    def test_a_missing_one_is_said(self):
        result = self.ssh("plain", "true")
        self.assertEqual(result.status, 69, result)
        self.assertIn("has no virtualenv", result.stderr)


if __name__ == "__main__":
    harness.main()
