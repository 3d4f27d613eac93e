// People: who has which keys: the files etc/people/NAME.pub, all of them.
#ifndef ONEOFF_AUTHZ_PEOPLE_H_
#define ONEOFF_AUTHZ_PEOPLE_H_

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "authz/key_line.h"
#include "authz/public_key.h"
#include "base/clock.h"
#include "config/problem.h"

namespace authz {

// [a-z][a-z0-9._-]{0,31}
bool IsPersonName(std::string_view name);

struct PersonFile {
  std::string name;  // the file's name without ".pub"
  std::string path;  // for messages
  std::string text;
};

// A key that somebody has.
struct Key {
  std::string person;
  std::string path;
  std::size_t line = 0;  // from 1
  KeyLine settings;
  // A second list, which has to admit the client too (People::Narrow).
  std::optional<AddressList> also_from = {};
  // Why the key lets no one in although it stands in a file; empty: it does.
  std::string contested = {};
};

// Whom a key lets in.
struct Admission {
  std::string person;
  std::string fingerprint;  // of the key that signs; a certificate's is the key that it certifies
  // By certificate alone:
  std::string certificate = {};  // "ID 'alice' (serial 7) CA SHA256:…", for records; else empty
  std::vector<std::string> groups = {};  // that it puts the person in, beside the policy's own
  std::optional<std::string> forced_command = {};  // runs instead of what was typed
  bool permits_pty = true;
};

// Why a key lets nobody in. For logs; the client is told nothing of it.
struct Rejection {
  std::string fingerprint;  // of any key that could be read
  std::string person;       // whose it is; empty: nobody's
  std::string reason;  // "is used from 192.0.2.7, which from=\"10.0.0.0/8\" … does not admit"
  // A certificate that an authority of the policy has signed: no stranger's.
  bool vouched_for = false;
};

struct PeopleReading;

class People {
 public:
  People() = default;

  // nullopt, with all that is wrong added to `problems`: bad names, bad lines, one key at two
  // places.
  static std::optional<People> Load(const std::vector<PersonFile>& files,
                                    config::Problems& problems);
  // Reads all that can be read, and adds the same problems. A key that stands at two places lets
  // no one in: it cannot be said whose it is.
  static PeopleReading Read(const std::vector<PersonFile>& files, config::Problems& problems);

  // Takes away what `newest` takes away, and adds nothing: people and keys that are not there,
  // keys that stand at two places there; a key's line counts together with its newest one: the
  // earlier expiry, both lists of addresses. Leaves the people of `unread` as they are.
  void Narrow(const People& newest, const std::set<std::string>& unread);

  // The key's entry, or nullptr. Valid while this object lives unchanged.
  const Key* Find(std::string_view blob) const;

  // Whether the key would let somebody in: what is asked before the client signs (RFC 4252 7,
  // PK_OK). `source` is the client's address as text, without a port.
  std::variant<Admission, Rejection> Probe(std::string_view blob, std::string_view source,
                                           base::WallTime now) const;
  // As Probe, after a signature was verified: also that a FIDO key was touched as its line asks.
  std::variant<Admission, Rejection> Authenticate(std::string_view blob, std::string_view source,
                                                  base::WallTime now,
                                                  const SignatureFacts& facts) const;

  bool Has(std::string_view person) const;
  // Sorted.
  const std::vector<std::string>& names() const { return names_; }
  std::size_t key_count() const { return keys_.size(); }

 private:
  static void LoadFile(const PersonFile& file, PeopleReading& reading, config::Problems& problems);
  static void AddKey(Key key, std::string_view line, PeopleReading& reading,
                     config::Problems& problems);
  static void NarrowKey(Key& key, const Key& newest);

  std::unordered_map<std::string, std::optional<Key>> keys_;  // by blob; never empty
  std::vector<std::string> names_;
};

// What People::Read has found.
struct PeopleReading {
  People people;
  std::set<std::string> bad;        // people whose file has an error of its own
  std::set<std::string> contested;  // people one of whose keys stands at two places
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_PEOPLE_H_
