// AuthorityReader: reads the list "authorities" of policy.json.
#ifndef ONEOFF_AUTHZ_AUTHORITY_READER_H_
#define ONEOFF_AUTHZ_AUTHORITY_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "authz/authority.h"
#include "config/json_reader.h"

namespace authz {

class AuthorityReader {
 public:
  // `document` and `problems` must outlive the reader.
  AuthorityReader(const config::Document& document, config::Problems& problems)
      : document_(document), problems_(problems) {}

  // `list` is part of the document. Adds each error to the problems, and leaves out an entry
  // without a valid key, or with the key of an entry before it. Other errors of an entry leave it
  // in, with what could be read: a caller that needs a complete list asks HasErrors(). More than
  // 100 entries are one error, and none is returned.
  std::vector<Authority> Read(const config::Node& list);

 private:
  std::optional<Authority> ReadOne(const config::Node& node);
  std::optional<PublicKey> ReadKey(config::ObjectReader& reader, const config::Node& node);
  void ReadRevoked(config::ObjectReader& reader, const config::Node& node, Authority& authority);

  const config::Document& document_;
  config::Problems& problems_;
};

}  // namespace authz

#endif  // ONEOFF_AUTHZ_AUTHORITY_READER_H_
