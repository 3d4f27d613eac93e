// What the audit log tells of itself. Made by the log or its writer alone: nobody else may send
// one.
#ifndef ONEOFF_GATEWAY_AUDIT_LOG_EVENTS_H_
#define ONEOFF_GATEWAY_AUDIT_LOG_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace audit {

// Made by the log alone: lines that are no records stand before this one, left by a write that was
// cut.
struct Recovered {
  std::string file;         // where they begin
  std::uint64_t bytes = 0;  // of those lines with their newlines; 0: only a newline was missing
  std::string sha256;       // of those bytes, hex
  std::string cause;
  // Records that were written and are no longer there: those right before this one's number.
  std::uint64_t cut = 0;
};

// Made by the writer alone: events that nobody waited for and that could not be written.
struct Lost {
  std::uint64_t count = 0;
  std::string cause;
};

// Made by the writer alone: the chain up to a record, signed (chain_key.h).
struct Checkpoint {
  std::uint64_t covers = 0;  // that record's sequence number: the one before this
  std::string head;          // the digest of its line
  std::string key;           // the public key
  std::string signature;     // base64, of CheckpointText
};

// Made by the writer alone: from here on another key signs.
struct KeyRotated {
  std::string old;            // public keys
  std::string key;            // the new one
  std::string old_signature;  // base64, of RotationText, by each of the two
  std::string signature;
};

// Made by the writer alone: records whose copies did not get to where they were to be sent.
struct CopiesLost {
  std::string to;           // "syslog", "journal"
  std::uint64_t count = 0;  // of them
  std::uint64_t first = 0;  // sequence numbers
  std::uint64_t last = 0;
};

// Made by the writer alone: events that nobody waited for and that were not written each by itself
// (shares.h).
struct Summed {
  std::string of;      // the name of these events: "run.denied"
  std::string person;  // empty: of no person, or of several
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  std::vector<std::string> sources;  // some of them
  std::string command;               // the last one's, or what it asked for; or empty
  std::string cause;                 // "share": more than the person's; "reserve": too little room
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_LOG_EVENTS_H_
