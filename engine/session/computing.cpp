// Long computations, a slice at a time.
#include "engine/session/session.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

void Session::compare_with_previous() {
  if (previous_) comparison_.emplace(previous_->trace, run_->trace);
}

void Session::compute(Duration budget) {
  if (is_computing() && !stopped_ && advance(budget)) ++generation_;
}

bool Session::advance(Duration budget) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const auto more = [&] { return budget == Duration::max() || Clock::now() - start < budget; };
  bool arrived = false;
  if (unfinished_) {
    unfinished_->trace.compute(more);
    if (unfinished_->trace.is_computing()) return false;
    unfinished_.reset();
    compare_with_previous();
    arrived = true;
  }
  if (comparison_) {
    comparison_->compute(more);
    if (!comparison_->complete()) return arrived;
    changes_ = comparison_->changes();
    comparison_.reset();
    arrived = true;
  }
  if (compared_ && compared_->compute(more)) arrived = true;
  return arrived;
}

std::string Session::why_no_values() const {
  if (trace().has_values()) return {};
  if (is_stopped()) return "Stopped. Shapes and counts are exact; go on to see values.";
  if (unfinished_) return "Computing. Shapes and counts are exact already.";
  return "Too large to run: the tensors need " + print_bytes(memory_needed(graph())) + ", more than " +
         print_bytes(memory_limit) + ". Shapes and counts are exact; make it smaller to see values.";
}

}  // namespace headwise
