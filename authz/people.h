// People: the people and their keys: all files etc/people/NAME.pub (authz/FORMAT.md).
//
// It reads no file itself: the caller passes the texts. What a person may run is Policy's part.
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
  std::string text;  // its content; the caller bounds the size
};

// A key and the person who has it.
struct Key {
  std::string person;
  std::string path;
  std::size_t line = 0;  // from 1
  KeyLine settings;
  // A second list that must admit the client, too (People::Narrow).
  std::optional<AddressList> also_from = {};
  // Why the key is not accepted although a file holds it; empty: it is accepted.
  std::string contested = {};
};

// The person that a key or certificate lets in.
struct Admission {
  std::string person;
  std::string fingerprint;  // of the key that signs; for a certificate, of the certified key
  // Set for certificates only:
  std::string certificate = {};          // "ID 'alice' (serial 7) CA SHA256:…", for audit records
  std::vector<std::string> groups = {};  // the certificate's groups, in addition to the policy's
  std::optional<std::string> forced_command = {};  // runs instead of the typed command
  bool permits_pty = true;
};

// Why a key or certificate is refused. For logs only: the client does not learn it. `reason` is
// safe to print.
struct Rejection {
  std::string fingerprint;  // empty if the key could not be parsed
  std::string person;       // the key's person; empty: it has none
  std::string reason;  // "is used from 192.0.2.7, which from=\"10.0.0.0/8\" … does not admit"
  // A certificate of an authority in the policy: its holder is no stranger.
  bool vouched_for = false;
};

struct PeopleReading;

class People {
 public:
  People() = default;

  // nullopt, with each error added to `problems`: bad names, bad lines, one key in two places, more
  // than 1000 keys of one person, a private key (whose text no message shows). A file without a key
  // is valid: its person can come by a certificate.
  static std::optional<People> Load(const std::vector<PersonFile>& files,
                                    config::Problems& problems);
  // Reads everything that can be read, and adds the same problems. A key in two places is not
  // accepted: its person is not certain. A person whose file has errors keeps the keys of its good
  // lines, and is in names().
  static PeopleReading Read(const std::vector<PersonFile>& files, config::Problems& problems);

  // Removes what `newest` lacks or restricts, and adds nothing: people and keys that `newest`
  // lacks, and keys that it has in two places. A key must satisfy its own line and its newest line:
  // the earlier expiry, both lists of addresses. People in `unread` stay unchanged.
  void Narrow(const People& newest, const std::set<std::string>& unread);

  // The key's entry, or nullptr. The entry may be contested or expired. The pointer is valid until
  // the next change.
  const Key* Find(std::string_view blob) const;

  // Whether the key would be accepted: asked before the client signs (RFC 4252 7,
  // SSH_MSG_USERAUTH_PK_OK). `source` is the client's address as text, without a port. Certificates
  // are unknown keys here: Admittance knows them.
  std::variant<Admission, Rejection> Probe(std::string_view blob, std::string_view source,
                                           base::WallTime now) const;
  // As Probe, after a signature was verified. Also requires that a FIDO key was touched, unless its
  // line has no-touch-required, and that it verified its user if the line has verify-required.
  std::variant<Admission, Rejection> Authenticate(std::string_view blob, std::string_view source,
                                                  base::WallTime now,
                                                  const SignatureFacts& facts) const;

  // Whether the person has a file.
  bool Has(std::string_view person) const;
  // The people who have a file with a valid name, sorted.
  const std::vector<std::string>& names() const { return names_; }
  std::size_t key_count() const { return keys_.size(); }

 private:
  static void LoadFile(const PersonFile& file, PeopleReading& reading, config::Problems& problems);
  static void AddKey(Key key, std::string_view line, PeopleReading& reading,
                     config::Problems& problems);
  static void NarrowKey(Key& key, const Key& newest);

  std::unordered_map<std::string, std::optional<Key>> keys_;  // by key blob; each value is set
  std::vector<std::string> names_;
};

// The result of People::Read.
struct PeopleReading {
  People people;
  std::set<std::string> bad;        // people whose own file has an error
  std::set<std::string> contested;  // people with a key that is in two places
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_PEOPLE_H_
