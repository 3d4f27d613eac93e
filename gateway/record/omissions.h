// Omissions: the bytes that passed through a run and are not in its recording, as its events.jsonl
// counts them.
#ifndef ONEOFF_GATEWAY_RECORD_OMISSIONS_H_
#define ONEOFF_GATEWAY_RECORD_OMISSIONS_H_

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "gateway/record/store.h"
#include "gateway/record/stream.h"

namespace record {

struct Omissions {
  std::array<std::uint64_t, kStreamFiles.size()> dropped{};  // bytes of each stream above its limit
  std::uint64_t hidden = 0;                                  // bytes typed without echo

  // Returns "29 bytes of stdout, 12 bytes typed without echo"; empty if nothing was left out.
  std::string Text() const;
};

// Empty for a recording that is still being made, because the end counts them. kNotFound if there
// is no such recording; kInvalid if its events are damaged.
// Reads all of events.jsonl, in lines of at most 2 MiB.
base::Result<Omissions> ReadOmissions(const Store& store, const std::string& id);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_OMISSIONS_H_
