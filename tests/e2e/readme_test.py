"""What the README and the pages name is there: tests, fuzz targets, files and the oneoff command's own commands."""

import pathlib
import re
import subprocess
import unittest

import gateway

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()
FOLDERS = ("authz", "config", "docs", "gateway", "release", "tests")
PAGES = {page: page.read_text() for page in [ROOT / "README.md", *(page for folder in FOLDERS
                                                                  for page in (ROOT / folder).rglob("*.md"))]}


class Readme(unittest.TestCase):
    def test_each_test_exists(self):
        names = set(re.findall(r"`e2e\.(\w+)`", "".join(PAGES.values())))
        self.assertGreater(len(names), 10)
        self.assertEqual([name for name in sorted(names) if not (ROOT / f"tests/e2e/{name}_test.py").exists()], [])

    def test_each_fuzz_target_exists(self):
        names = re.findall(r"targets? `(\w+)`", README)
        self.assertTrue(names)
        self.assertEqual([name for name in names if not (ROOT / f"tests/fuzz/{name}_fuzz.cc").exists()], [])

    def test_each_link_leads_to_a_file(self):
        for page, text in PAGES.items():
            links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
            missing = [link for link in links if not (page.parent / link).exists()]
            self.assertEqual(missing, [], f"links of {page.relative_to(ROOT)}")

    def test_each_source_file_exists(self):
        for page, text in PAGES.items():
            names = re.findall(r"`((?:authz|base|config|gateway|release|tests)/[\w/.-]+\.(?:h|cc|py))`", text)
            missing = [name for name in names if not (ROOT / name).exists()]
            self.assertEqual(missing, [], f"source files of {page.relative_to(ROOT)}")

    def test_the_list_of_folders_is_the_tree(self):
        listed = re.findall(r"^    ([a-z]+(?:/[a-z]+)*)/ ", README, re.M)
        self.assertEqual([folder for folder in listed if not (ROOT / folder).is_dir()], [])
        sources = {str(file.parent.relative_to(ROOT)) for layer in ("authz", "base", "config", "gateway", "release")
                   for file in (ROOT / layer).rglob("*.cc")}
        self.assertEqual(sources - set(listed), set())

    def test_each_script_exists(self):
        scripts = re.findall(r"^    ((?:config|tests)/[\w/-]+)", README, re.M)
        self.assertTrue(scripts)
        self.assertEqual([script for script in scripts if not (ROOT / script).exists()], [])

    def test_each_command_explains_itself(self):
        commands = re.findall(r"^    oneoff ((?:[a-z]+ )*?[a-z]+)(?=  | --| alice)", README, re.M)
        self.assertGreater(len(commands), 4)
        for command in commands:
            result = subprocess.run([gateway.ONEOFF, *command.split(), "--help"], capture_output=True, text=True, timeout=60)
            self.assertEqual(result.returncode, 0, f"oneoff {command} --help: {result.stderr}")
            self.assertIn("Example", result.stdout, f"oneoff {command} --help has no example")


if __name__ == "__main__":
    unittest.main()
