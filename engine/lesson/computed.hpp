#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "engine/session/run.hpp"

namespace headwise {

/// What a lesson's placeholder shows: computed from the run, so that prose cannot be wrong about
/// a number. Indices are those of the tensor's axes, from 0, all of them.
///   value NODE I,J,...    a cell
///   sum NODE I,J,...      of the row there (all indices but the last)
///   most NODE I,J,...     what the largest entry of that row is called: `river`
///   size NODE AXIS        an axis's size, the axis by its number
///   shape NODE            `(1, 2, 8, 8)`
///   token I               a word of the sentence; `token I B` of sentence B
///   key_token I           a word that keys stand for: in cross-attention, of the context; likewise
///   = CALCULATION         what calculation.hpp says of it: `2,359,296`
/// An Error where there is no such thing. `compute` makes the run's values, where they are not there yet.
std::string computed(const Run& run, std::string_view request, const std::function<void()>& compute = {});

}  // namespace headwise
