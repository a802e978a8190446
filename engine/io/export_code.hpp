#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/attention/key.hpp"
#include "engine/graph/trace.hpp"
#include "engine/io/stored_tensors.hpp"

namespace headwise {

enum class CodeLanguage { pytorch, numpy };
/// By its name in code and keys, `pytorch` or `numpy`; Error for others.
CodeLanguage code_language(const std::string& name);

/// Where a script has its numbers from: all within it, or those of large tensors in an npz file of
/// the script's own name beside it.
enum class CodeNumbers { inside, beside };

/// How many numbers a script has inside that can stand alone: weights, inputs, and every stage to
/// compare with.
std::int64_t code_number_count(const Graph& graph);
/// The most that is sensible to have in text: about 1 MB.
inline constexpr std::int64_t most_code_numbers = 100'000;

/// A script of Python that computes every stage of a trace anew, in double precision, by the
/// line that its op gives, and compares it with the trace's values: equal is |ours - the trace's|
/// <= 1e-5 + 1.3e-6 * max|the trace's|. It prints a line a stage, stops with status 1 at the first
/// that differs, and ends with `all N stages equal`. `command` is what a reader may type to get it
/// again. The trace must have values.
std::string export_code(CodeLanguage language, CodeNumbers numbers, const Settings& settings,
                        const Trace& trace, const std::string& command);

/// The tensors that such a script reads from its npz file; none where all are small. They refer to
/// the trace.
std::vector<NamedTensor> code_tensors(const Trace& trace);

}  // namespace headwise
