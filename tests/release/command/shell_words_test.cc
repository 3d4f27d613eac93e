#include "release/command/shell_words.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using Lines = std::vector<std::vector<std::string>>;

// What the program prints: words that end with a NUL, lines that end with the word "\1".
Lines PrintedBy(const std::string& command) {
  struct Close {
    void operator()(FILE* file) const { pclose(file); }
  };
  const std::unique_ptr<FILE, Close> output(popen(command.c_str(), "r"));
  std::string text;
  for (int c = fgetc(output.get()); c != EOF; c = fgetc(output.get())) text += static_cast<char>(c);
  Lines lines(1);
  std::string word;
  for (const char c : text) {
    if (c != '\0') {
      word += c;
    } else if (word == "\1") {
      lines.emplace_back();
      word.clear();
    } else {
      lines.back().push_back(word);
      word.clear();
    }
  }
  lines.pop_back();
  return lines;
}

// Random strings that this splitter splits to the end, and their words.
void MakeStrings(std::string_view alphabet, unsigned seed, std::vector<std::string>& strings,
                 Lines& expected) {
  std::mt19937 random(seed);
  while (strings.size() < 2000) {
    std::string string;
    for (std::size_t length = random() % 16; length > 0; --length) {
      string += alphabet[random() % alphabet.size()];
    }
    const ShellSplit split = SplitShellWords(string);
    if (split.stop) continue;
    strings.push_back(string);
    expected.emplace_back();
    for (const ShellWord& word : split.words) expected.back().push_back(word.text);
  }
}

void ExpectSame(const std::vector<std::string>& strings, const Lines& ours, const Lines& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < strings.size(); ++i) {
    EXPECT_EQ(ours[i], theirs[i]) << base::Quote(strings[i]);
  }
}

// Without the blanks and newlines in front: behind `set --` a newline would end the command.
std::string_view WithoutLeadingSpace(std::string_view string) {
  while (true) {
    if (!string.empty() && std::string_view(" \t\n").find(string[0]) != std::string_view::npos) {
      string.remove_prefix(1);
    } else if (string.starts_with("\\\n")) {
      string.remove_prefix(2);
    } else {
      return string;
    }
  }
}

TEST(ShellWords, AreWhatASystemShellFinds) {
  std::vector<std::string> strings;
  Lines ours;
  MakeStrings("abc  \t\n''\"\"\\\\$`=[]{}.,#~!@%^:;*?\xc3\xa9", 1, strings, ours);
  std::string script = "set -f\n";
  for (const std::string& string : strings) {
    script += "set -- " + std::string(WithoutLeadingSpace(string)) +
              "\nfor w; do printf '%s\\000' \"$w\"; done; printf '\\001\\000'\n";
  }
  const TemporaryFolder folder;
  ExpectSame(strings, ours, PrintedBy("/bin/sh " + folder.Write("script", script)));
}

TEST(ShellWords, AreWhatPythonsShlexFinds) {
  std::vector<std::string> strings;
  Lines ours;
  MakeStrings("abc  \t''\"\"\\\\=[]{}.!@%^:;*?", 2, strings, ours);
  std::string input;
  for (const std::string& string : strings) input += string + '\0';
  const TemporaryFolder folder;
  const std::string file = folder.Write("input", input);
  const std::string program =
      folder.Write("split.py",
                   "import shlex, sys\n"
                   "for s in open(sys.argv[1], newline='').read().split('\\0')[:-1]:\n"
                   "    for w in shlex.split(s):\n"
                   "        sys.stdout.write(w + '\\0')\n"
                   "    sys.stdout.write('\\1\\0')\n");
  ExpectSame(strings, ours, PrintedBy("python3 " + program + " " + file));
}

TEST(ShellWords, RememberWhereTheyBegin) {
  const ShellSplit split = SplitShellWords(" 'a'b  c\\ d");
  ASSERT_EQ(split.words.size(), 2U);
  EXPECT_EQ(split.words[0].begin, 1U);
  EXPECT_EQ(split.words[0].unquoted, 0U);
  EXPECT_EQ(split.words[1].begin, 7U);
  EXPECT_EQ(split.words[1].unquoted, 1U);
}

}  // namespace
}  // namespace release
