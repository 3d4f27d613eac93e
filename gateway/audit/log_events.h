// Events about the audit log itself. Only the log or its writer makes them; a client may not send
// them.
#ifndef ONEOFF_GATEWAY_AUDIT_LOG_EVENTS_H_
#define ONEOFF_GATEWAY_AUDIT_LOG_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace audit {

// Made by the log alone: an interrupted write left lines before this record that are not records.
struct Recovered {
  std::string file;         // the file of the first such line
  std::uint64_t bytes = 0;  // of these lines and their newlines; 0: only a newline was missing
  std::string sha256;       // of those bytes, hex
  std::string cause;
  // Records that were written and are gone: those just before this one's number.
  std::uint64_t cut = 0;
};

// Made by the writer alone: events that clients did not wait for and that could not be written.
// It counts events, not bytes. Nothing that a client waited for is among them.
struct Lost {
  std::uint64_t count = 0;
  std::string cause;
};

// Made by the writer alone: a signature of the chain up to a record (chain_key.h).
// VERIFICATION.md has the text that is signed.
struct Checkpoint {
  std::uint64_t covers = 0;  // the sequence number of the record before this one
  std::string head;          // the digest of that record's line
  std::string key;           // the public key
  std::string signature;     // base64, of CheckpointText
};

// Made by the writer alone: from this record on another key signs.
struct KeyRotated {
  std::string old;            // public keys
  std::string key;            // the new one
  std::string old_signature;  // base64, of RotationText, by the old and by the new key
  std::string signature;
};

// Made by the writer alone: records whose copies could not be sent.
// The records are in the log all the same.
struct CopiesLost {
  std::string to;           // "syslog", "journal"
  std::uint64_t count = 0;  // of records
  std::uint64_t first = 0;  // sequence numbers
  std::uint64_t last = 0;
};

// Made by the writer alone: events that clients did not wait for, summed instead of written one by
// one (shares.h).
// Written within ten seconds after the first of them, or when there is room again.
struct Summed {
  std::string of;      // the name of the summed events: "run.denied"
  std::string person;  // empty: no person, or several
  std::uint64_t count = 0;
  std::string first;  // base::FormatUtc
  std::string last;
  std::vector<std::string> sources;  // some of them
  std::string command;               // of the last one, or what it asked for; may be empty
  std::string cause;                 // "share": too many of one person; "reserve": too little room
  std::vector<std::string> commands = {};  // the first different ones, cut; empty: none has one
};

}  // namespace audit

#endif  // ONEOFF_GATEWAY_AUDIT_LOG_EVENTS_H_
