#pragma once
#include <iosfwd>

#include "engine/attention/recipe.hpp"
#include "engine/graph/trace.hpp"

namespace headwise {

/// A trace as JSON, one stage a line:
///
///     {"headwise": version, "state": {key: text},
///      "stages": [{"id", "title", "role", "axes": [names], "shape": [sizes], "formula", "pytorch",
///                  "parameters", "matmul_flops", "other_flops", "bytes", "values"?}],
///      "totals": {"parameters", "matmul_flops", "other_flops", "kv_cache_bytes_per_token"}}
///
/// `state` has every key of the recipe as KEY=VALUE takes it. `values`, flat and row-major, is
/// there where `with_values`; a number is the shortest that reads back as the same float32. JSON
/// has no infinity: those are the strings "-inf" and "inf", and what is not a number is "nan".
void write_trace_json(std::ostream& out, const Settings& settings, const Recipe& recipe,
                      const Trace& trace, bool with_values);

}  // namespace headwise
