#pragma once
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "engine/attention/key.hpp"
#include "engine/graph/trace.hpp"
#include "engine/io/stored_tensors.hpp"

namespace headwise {

/// Every stage, weight and mask of a trace that has values, under its id, in the graph's order; they
/// refer to the trace.
std::vector<NamedTensor> named_tensors(const Trace& trace);
/// The recipe's keys as a file's metadata has them.
std::map<std::string, std::string> state_metadata(const Settings& settings);

/// Writes every stage, weight and mask of a trace that has values under its id, and the recipe's
/// keys as metadata.
void save_trace(std::ostream& out, const Settings& settings, const Trace& trace,
                TensorFormat format = TensorFormat::safetensors);

/// Gives a graph the weights of a file, and what enters the projections (`x`, `x_kv`), in the place
/// of random ones; those that the file lacks stay as they are. Weights are stored (in, out), the
/// transpose of PyTorch's nn.Linear. Stages in the file are passed over, so that what save_trace
/// wrote can be loaded. Error naming both shapes where they differ, and for names that this graph
/// has no place for, values that are not finite, and a file with nothing to load.
/// Returns the names that were taken.
std::vector<std::string> load_weights(Graph& graph, const StoredTensors& file);

/// Replaces the computation of every stage that a file holds by the file's values; weights and
/// masks in it are passed over. Errors likewise; minus infinity is allowed among scores, where it
/// means masked.
std::vector<std::string> replace_stages(Graph& graph, const StoredTensors& file);

}  // namespace headwise
