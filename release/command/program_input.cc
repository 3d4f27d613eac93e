#include "release/command/program_input.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "config/program_name.h"
#include "config/starters.h"

namespace release {
namespace {

using Words = std::span<const std::string>;

constexpr int kMaxDepth = 8;   // of shells in shells
constexpr int kMaxKnown = 64;  // programs in one command

// "-", or a path that ends in dev/stdin or fd/0: /dev//stdin, /proc/self/fd/0.
bool IsStdin(std::string_view word) {
  std::vector<std::string_view> parts;
  for (const std::string_view part : base::Split(word, '/')) {
    if (!part.empty() && part != ".") parts.push_back(part);
  }
  if (parts.size() < 2) return word == "-";
  const std::string_view folder = parts[parts.size() - 2];
  return (folder == "dev" && parts.back() == "stdin") || (folder == "fd" && parts.back() == "0");
}

// An interpreter: its options that name the program, and those that take a word.
struct Interpreter {
  std::string_view names;    // with a blank around each
  std::string_view program;  // options that name the program in a word, or that run none
  std::string_view valued;   // options that take the next word
  bool bundles = false;      // single letters may be combined, as in perl -ne
  int operands = 0;          // operands that are not a script: a database's file, its user
};

constexpr std::array kInterpreters = std::to_array<Interpreter>({
    {" python pypy ipython ", " -c -m ", " -W -X -Q --check-hash-based-pycs ", false, 0},
    {" ruby jruby irb pry ", " -e ", " -I -r -C -E ", true, 0},
    {" perl ", " -e -E ", " -I ", true, 0},
    {" node nodejs bun ", " -e --eval -p --print -pe -c --check ",
     " -r --require --import --loader --experimental-loader -C --conditions ", false, 0},
    {" php ", " -r -R -B -E -S --run --process-code --server ", " -d -c -z --define --php-ini ",
     false, 0},
    {" lua luajit tclsh guile elixir iex escript ", " -e -c ", " -l -r -S ", false, 0},
    {" R ", " -e --file ", " -g ", false, 0},
    {" psql ", " -c --command -l --list ",
     " -d -h -p -U -v -o -L -P -F -R -T --dbname --host --port --username --set --variable "
     "--output "
     "--log-file --pset --field-separator --record-separator ",
     false, 2},
    {" mysql mariadb ", " -e --execute ",
     " -h -u -P -S -D --host --user --port --socket --database ", false, 1},
    {" sqlite ", " -version -help ", " -init -separator -nullvalue -newline -cmd -vfs -mmap ",
     false, 1},
    {" mongosh mongo ", " --eval ", " --host --port -u -p --username --password ", false, 1},
    {" redis-cli ", " -x -X --eval --pipe --scan --stat ", " -h -p -a -n -s -u --user --pass ",
     false, 0},
});

bool Holds(std::string_view list, std::string_view word) {
  return !word.empty() && list.find(" " + std::string(word) + " ") != std::string_view::npos;
}

// Whether one of the combined letters brings the program. The rest of the word after a letter with
// a value is that value.
bool BundleBringsProgram(const Interpreter& interpreter, std::string_view word) {
  if (!interpreter.bundles || word.starts_with("--")) return false;
  constexpr std::string_view kTakesTheRest = "ImMrCx0ilFD";
  for (const char letter : word.substr(1)) {
    if (Holds(interpreter.program, std::string{'-', letter})) return true;
    if (kTakesTheRest.find(letter) != std::string_view::npos) return false;
  }
  return false;
}

bool InterpretsInput(const Interpreter& interpreter, Words words) {
  int operands = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (IsStdin(word)) return true;
    if (word.starts_with('-') && word != "--") {
      const std::string_view name = word.substr(0, word.find('='));
      if (name == "-f" || name == "--file") {  // psql -f FILE, php -f FILE
        const std::string_view file = name != word           ? word.substr(name.size() + 1)
                                      : i + 1 < words.size() ? std::string_view(words[i + 1])
                                                             : "";
        return IsStdin(file);
      }
      if (Holds(interpreter.program, name) || BundleBringsProgram(interpreter, word)) return false;
      if (Holds(interpreter.valued, word)) ++i;
    } else if (word != "--" && ++operands > interpreter.operands) {
      return false;
    }
  }
  return true;
}

bool ReadsProgram(Words words, int depth);

// Checks each simple command of a shell's text. Does not parse quotes and expansions.
bool TextReadsProgram(std::string_view text, int depth) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (const char c : text) {
    if (c == ' ' || c == '\t') {
      end_word();
    } else if (std::string_view(";|&\n()`{}").find(c) != std::string_view::npos) {
      end_word();
      if (ReadsProgram(words, depth)) return true;
      words.clear();
    } else if (c != '\'' && c != '"') {
      word += c;
    }
  }
  end_word();
  return ReadsProgram(words, depth);
}

bool ShellReadsProgram(Words words, int depth) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (IsStdin(word) && word != "-") return true;
    if (word == "--" || word == "-") return i + 1 == words.size();
    if (!word.starts_with('-') && !word.starts_with('+')) return false;  // a script
    if (word.starts_with("--")) {
      if (word == "--rcfile" || word == "--init-file") ++i;
      continue;
    }
    if (word.find('c') != std::string_view::npos && word.front() == '-') {
      return i + 1 < words.size() && TextReadsProgram(words[i + 1], depth + 1);
    }
    if (word.find('s') != std::string_view::npos) return true;
    if (word.ends_with('o') || word.ends_with('O')) ++i;
  }
  return true;
}

// The consoles of frameworks: "rails console", "manage.py shell", "artisan tinker".
bool IsConsole(std::string_view program, Words words) {
  struct Console {
    std::string_view programs;
    std::string_view words;
  };
  constexpr std::array kConsoles = std::to_array<Console>({
      {" rails ", " console c dbconsole db "},
      {" manage.py ", " shell shell_plus dbshell "},
      {" artisan ", " tinker db "},
      {" flask ", " shell "},
      {" console ", " psysh dbal:run-sql "},
  });
  if (words.empty()) return false;
  for (const Console& console : kConsoles) {
    if (!Holds(console.programs, program)) continue;
    if (Holds(console.words, words.front())) return true;
    return words.size() > 1 && (words.front() == "runner" || words.front() == "r") &&
           IsStdin(words[1]);
  }
  return false;
}

// Programs whose input is commands, or the words of commands.
bool TakesCommands(std::string_view program) {
  return Holds(" at batch crontab ed red ex gdb xargs parallel eval ", program);
}

// Programs that take a program from the file that an option names: `make -f -`, `sed --file=-`, and
// a shell's `. /dev/stdin`.
bool TakesFile(std::string_view program) {
  return Holds(" make gmake bmake remake rake awk gawk mawk nawk sed just task . source ", program);
}

bool NamesStdinAsFile(std::string_view program, Words words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const std::string_view before = i > 0 ? std::string_view(words[i - 1]) : program;
    const bool is_file =
        before == "." || before == "source" ||
        (before.starts_with('-') && (before.ends_with('f') || before.ends_with("file")));
    if (is_file && IsStdin(word)) return true;
    if (word.starts_with("-f") && IsStdin(word.substr(2))) return true;
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos && IsStdin(word.substr(equals + 1))) return true;
  }
  return false;
}

// Whether the program at the first word reads its program from its input; nullopt: the program is
// not known.
std::optional<bool> StartReadsProgram(Words words, int depth) {
  constexpr std::string_view kShells = " sh bash dash zsh ksh mksh ash fish rbash ";
  std::string_view program = config::ProgramName(words.front());
  if (program.starts_with('-')) program.remove_prefix(1);  // a login shell
  const Words arguments = words.subspan(1);
  if (TakesCommands(program)) return true;
  if (TakesFile(program)) return NamesStdinAsFile(program, arguments);
  if (Holds(kShells, program)) return ShellReadsProgram(arguments, depth);
  if (IsConsole(program, arguments)) return true;
  for (const Interpreter& interpreter : kInterpreters) {
    if (!Holds(interpreter.names, program)) continue;
    if (InterpretsInput(interpreter, arguments)) return true;
    // python manage.py shell, php artisan tinker, ruby bin/rails console.
    const auto script = std::find_if(arguments.begin(), arguments.end(),
                                     [](const auto& word) { return !word.starts_with('-'); });
    const auto at = static_cast<std::size_t>(script - arguments.begin());
    return script != arguments.end() &&
           IsConsole(config::ProgramName(*script), arguments.subspan(at + 1));
  }
  return std::nullopt;
}

// A wrapper's options take values in many ways. So each word behind one may start a program.
bool ReadsProgram(Words words, int depth) {
  // Skips assignments in front of a command in a shell's text.
  while (!words.empty() && words.front().find('=') != std::string::npos) words = words.subspan(1);
  // The careful answer: what is taken for a program is recorded whole.
  if (depth > kMaxDepth) return true;
  bool wrapped = false;
  int known = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i == 0 || wrapped) {
      const auto reads = StartReadsProgram(words.subspan(i), depth);
      // The work stays bounded for a command that names very many programs.
      if (reads && (*reads || ++known > kMaxKnown)) return true;
    }
    wrapped = wrapped || config::IsStarter(words[i]);
  }
  return false;
}

}  // namespace

bool ReadsProgramFromInput(const std::vector<std::string>& argv) { return ReadsProgram(argv, 0); }

}  // namespace release
