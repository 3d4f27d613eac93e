// Omissions: what passed through a run and is not in its recording, as its events.jsonl counts it.
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
  std::array<std::uint64_t, kStreamFiles.size()>
      dropped{};             // bytes of each stream: above its bound
  std::uint64_t hidden = 0;  // bytes: typed without echo

  // "29 bytes of stdout, 12 bytes typed without echo"; empty if there is nothing to say.
  std::string Text() const;
};

// Nothing for a recording that is still being made: it is counted at the end. kNotFound if there is
// no such recording; kInvalid if its events are damaged.
base::Result<Omissions> ReadOmissions(const Store& store, const std::string& id);

}  // namespace record

#endif  // ONEOFF_GATEWAY_RECORD_OMISSIONS_H_
