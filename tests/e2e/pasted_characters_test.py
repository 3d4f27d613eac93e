"""What a chat made of a command is named: the character, its column, and what to type."""

import harness


class PastedCharacters(harness.GatewayTest):
    def test_a_refusal_names_the_character_and_its_column(self):
        result = self.ssh("plain", "rake\u00a0db:migrate", person="carol")
        self.assertEqual(result.status, 77)
        self.assertIn("column 5 holds a no-break space (U+00A0): type a plain space\n", result.stderr)

    def test_a_program_that_is_not_there_does(self):
        result = self.ssh("plain", "rake\u00a0db:migrate", person="bob")
        self.assertEqual(result.status, 127)
        self.assertIn("; column 5 holds a no-break space (U+00A0): type a plain space\n", result.stderr)

    def test_what_is_quoted_is_meant(self):
        self.assert_ran(self.ssh("plain", "echo '\u201ca\u00a0b\u201d'", person="bob"), "\u201ca\u00a0b\u201d\n")

    def test_explain_names_it_too(self):
        result = self.ssh("plain", "run:explain echo \u201ca\u201d", person="bob")
        self.assertIn("column 6 holds a typographic quote (U+201C)", result.stdout.decode())


if __name__ == "__main__":
    harness.main()
