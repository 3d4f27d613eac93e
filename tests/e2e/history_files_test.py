"""On a terminal each person has history files of their own; a command learns by ONEOFF_PERSON whose it is."""

import os

import harness


class HistoryFiles(harness.GatewayTest):
    people = ("alice", "bob")

    def typed_by(self, person, line):
        """What that person's bash wrote down, which was given the line."""
        terminal = self.run_terminal("plain", "bash --norc -i", person=person)
        terminal.send(f"{line}\n")
        terminal.send("echo $HISTFILE-$ONEOFF_PERSON; exit\n")
        path = terminal.expect(rb"\r(/[^\r\n]*)-%s\r\n" % person.encode()).group(1).decode()
        self.assertEqual(terminal.wait(), 0)
        with open(path, encoding="utf-8") as file:
            return path, file.read()

    def test_people_do_not_read_what_others_have_typed(self):
        alices, typed = self.typed_by("alice", "true alices-token")
        self.assertIn("true alices-token\n", typed)
        bobs, typed = self.typed_by("bob", "true bobs-token")
        self.assertNotIn("alices-token", typed)
        self.assertEqual(os.path.dirname(os.path.dirname(alices)), os.path.dirname(os.path.dirname(bobs)))
        self.assertEqual(os.stat(os.path.dirname(alices)).st_mode & 0o777, 0o700)

    def test_explain_names_them_and_no_value_is_in_the_environment_without_a_terminal(self):
        said = self.run_terminal("plain", "run:explain bash -i")
        said.expect(rb"history: +this person's own, in /[^\r]*/alice: HISTFILE, ")
        self.assertEqual(said.wait(), 0)
        result = self.ssh("plain", "sh -c 'echo ${HISTFILE-none} $ONEOFF_PERSON'")
        self.assertEqual(result.stdout, b"none alice\n")


class SharedHistory(harness.GatewayTest):
    app = {"history": False}

    def test_an_app_may_share_them(self):
        terminal = self.run_terminal("plain", "sh -c 'echo ${HISTFILE-none}'")
        terminal.expect(rb"none\r\n")
        self.assertEqual(terminal.wait(), 0)


if __name__ == "__main__":
    harness.main()
