#include "config/confined_word.h"

#include <algorithm>

namespace config {
namespace {

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool Separates(char c) {
  return !IsAlphanumeric(c) && static_cast<unsigned char>(c) < 0x80 &&
         std::string_view("._-+/~").find(c) == std::string_view::npos;
}

bool IsParent(std::string_view word, std::size_t at) {
  return word.substr(at, 2) == ".." &&
         (at + 2 == word.size() || word[at + 2] == '/' || Separates(word[at + 2]));
}

// The states of the glob after some characters of the word: true at each position up to which the
// glob has matched.
class States {
 public:
  explicit States(std::string_view glob) : glob_(glob), reached_(glob.size() + 1, 0) {
    reached_[0] = 1;
    PassStars();
  }

  // `absolute`: the character begins an absolute part, which no wildcard matches.
  void Take(char c, bool absolute) {
    std::vector<char> next(reached_.size(), 0);
    for (std::size_t g = 0; g < glob_.size(); ++g) {
      if (reached_[g] == 0) continue;
      const bool behind_star = g > 0 && glob_[g - 1] == '*';
      if (glob_[g] == '*') {
        if (!absolute && (c != '/' || IsDouble(g))) next[g] = 1;
      } else if (glob_[g] == c && !(absolute && behind_star)) {
        next[g + 1] = 1;
      }
    }
    reached_ = std::move(next);
    PassStars();
  }

  bool matched() const { return reached_.back() != 0; }

 private:
  bool IsDouble(std::size_t g) const {
    return (g > 0 && glob_[g - 1] == '*') || (g + 1 < glob_.size() && glob_[g + 1] == '*');
  }

  // A star also matches the empty text.
  void PassStars() {
    for (std::size_t g = 0; g < glob_.size(); ++g) {
      if (reached_[g] != 0 && glob_[g] == '*') reached_[g + 1] = 1;
    }
  }

  std::string_view glob_;
  std::vector<char> reached_;
};

}  // namespace

WordPaths PathsOf(std::string_view word) {
  WordPaths paths;
  bool part = true;      // a part begins here
  bool options = false;  // after letters of one-letter options: a part may begin here, too
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    const bool begins = part || options;
    // A shell or a program may expand ~USER to that user's home.
    if (begins && (c == '/' || c == '~')) paths.absolute.push_back(i);
    if ((begins || word[i - 1] == '/') && IsParent(word, i)) paths.parent = true;
    // `tar -f/etc/x` has a path behind one-letter options.
    options = (part && c == '-') || (options && IsAlphanumeric(c));
    part = Separates(c);
  }
  return paths;
}

bool IsConfined(std::string_view word) {
  const WordPaths paths = PathsOf(word);
  return !paths.parent && paths.absolute.empty();
}

bool MatchesConfined(std::string_view glob, std::string_view word) {
  const std::size_t literal = glob.find('*');
  if (literal == std::string_view::npos) return glob == word;
  if (word.substr(0, literal) != glob.substr(0, literal)) return false;
  const WordPaths paths = PathsOf(word);
  // A pattern such as `cat log/*` must not reach log/../config/secrets.yml.
  if (paths.parent) return false;
  States states(glob);
  auto absolute = paths.absolute.begin();
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool here = absolute != paths.absolute.end() && *absolute == i;
    if (here) ++absolute;
    states.Take(word[i], here);
  }
  return states.matched();
}

}  // namespace config
