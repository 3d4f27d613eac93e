"""The environments that Poetry and pipenv keep outside the project are found; without one, it is said."""

import base64
import hashlib
import os
import shutil
import subprocess

import harness


def digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(os.fsencode(text)).digest()).decode()[:8]


def make(folder):
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", folder], check=True,
                   env={"PATH": os.environ["PATH"]})
    return folder.resolve()


class PythonEnvironments(harness.GatewayTest):
    @classmethod
    def prepare(cls):
        cls.kept = cls.directory / "kept"
        cls.kept.mkdir()
        releases = cls.plain.directory.resolve() / "releases"
        cls.plain.write("releases/poetry/pyproject.toml", "[tool.poetry]\nname = \"My Shop\" # ours\n")
        cls.plain.write("releases/pipenv/Pipfile", "[packages]\n")
        cls.plain.write("releases/alone/pyproject.toml", "[project]\nname = 'alone'\n[tool.poetry]\npackage-mode = false\n")
        cls.plain.write("releases/lost/Pipfile", "[packages]\n")
        cls.poetry = make(cls.kept / f"my_shop-{digest(releases / 'poetry')}-py3.11")
        cls.pipenv = make(cls.kept / f"pipenv-{digest(releases / 'pipenv/Pipfile')}")
        harness.apps.hand_over(cls.kept)
        cls.plain.own()
        cls.gateway.app("plain", cls.plain.directory,
                        env={"POETRY_VIRTUALENVS_PATH": str(cls.kept), "WORKON_HOME": str(cls.kept)})

    def test_python_is_the_projects(self):
        for release, folder in (("poetry", self.poetry), ("pipenv", self.pipenv)):
            with self.subTest(release=release):
                self.assert_ran(self.ssh(f"plain+{release}", "python3 -c 'import sys; print(sys.prefix)'"), f"{folder}\n")

    def test_where_there_is_none_explain_and_the_terminal_say_so(self):
        for release, said in (("alone", r"python3 is not the project's: pyproject\.toml is Poetry's, and there is no "
                                        r"environment \S+/kept/alone-\S{8}-py\*"),
                              ("lost", r"python3 is not the project's: Pipfile is pipenv's, and there is no environment "
                                       r"\S+/kept/lost-\S{8}\*")):
            with self.subTest(release=release):
                self.assertRegex(self.ssh(f"plain+{release}", "run:explain python3").stdout.decode(), rf"warning: +{said}\n")
                terminal = self.run_terminal(f"plain+{release}", "true", columns=500)
                terminal.expect(f" as alice; {said}\r\n".encode())

    def test_the_names_are_those_of_the_real_tools(self):
        if shutil.which("pipenv") is None:
            self.skipTest("pipenv is not installed")
        project = self.directory / "real [x]"
        project.mkdir()
        (project / "Pipfile").write_text("[packages]\n")
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "WORKON_HOME": str(self.directory / "w"),
                       "LANG": "C.UTF-8"}
        subprocess.run(["pipenv", "--python", "/usr/bin/python3"], cwd=project, env=environment, check=True,
                       capture_output=True, timeout=120)
        harness.apps.hand_over(self.directory / "w")
        harness.apps.hand_over(project)
        self.gateway.app("real", project, env={"WORKON_HOME": str(self.directory / "w")})
        name = f"real__x_-{digest(project.resolve() / 'Pipfile')}"
        self.assert_ran(self.ssh("real", "python3 -c 'import sys; print(sys.prefix)'"), f"{self.directory.resolve()}/w/{name}\n")


if __name__ == "__main__":
    harness.main()
