#include "ui/widgets/memory_words.hpp"

#include <algorithm>

#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// `1·4 + 2·8 + 3·1 = 23`, every index times its stride.
std::string arithmetic(const Strides& strides, const Index& index) {
  std::string text;
  for (std::size_t a = 0; a < index.size(); ++a) {
    text += (a > 0 ? " + " : "") + std::to_string(index[a]) + "\u00b7" + std::to_string(strides.steps[a]);
  }
  return text + " = " + std::to_string(strides.address(index));
}

/// `[b 0, h 1, t 2, d 3]`.
std::string place(const Strides& strides, const Index& index) {
  std::string text = "[";
  for (std::size_t a = 0; a < index.size(); ++a) {
    const AxisKind kind = strides.axes[a].kind;
    const char* letter = kind == AxisKind::batch                            ? "b "
                         : kind == AxisKind::feature                        ? "d "
                         : kind == AxisKind::query || kind == AxisKind::key ? "t "
                                                                            : "h ";
    text += (a > 0 ? ", " : "") + std::string(letter) + std::to_string(index[a]);
  }
  return text + "]";
}

std::string of_token(const Context& ui, const MemoryView& view, std::int64_t address) {
  const Index meaning = view.meaning(address);
  const Node& whole = ui.session.graph()[view.split->whole];
  return "token " + std::to_string(meaning[2]) + " \"" +
         ui.session.trace().label(whole.axes()[1], meaning[2], meaning[0]) + "\" at feature " +
         std::to_string(meaning[1] * whole.axes()[2].group + meaning[3]) + " (head " + std::to_string(meaning[1]) +
         ", entry " + std::to_string(meaning[3]) + ")";
}

/// The addresses that the transposed tensor reads, in the order of its axes.
std::string order(const HeadSplit& split) {
  std::string text;
  const std::int64_t shown =
      std::min<std::int64_t>(cell_count(split.right.axes), split.right.axes[3].size > 8 ? 4 : 12);
  const std::int64_t step = split.right.axes[3].size > 8 ? split.right.axes[3].size : 1;
  for (std::int64_t n = 0; n < shown && n * step < cell_count(split.right.axes); ++n) {
    text += std::to_string(split.right.address(index_at(split.right.axes, n * step))) + (step > 1 ? " \u2026 " : " ");
  }
  return text + (step > 1 ? "" : "\u2026");
}

}  // namespace

std::vector<MemoryLine> memory_lines(const Context& ui, const MemoryView& view) {
  const HeadSplit& split = *view.split;
  const Index right = split.right.index_at(view.lit);
  const Index stored = split.stored.index_at(view.lit);
  const std::int64_t instead = split.wrong.address(right);
  const Trace& trace = ui.session.trace();
  const auto value = [&](std::size_t node, const Index& index) {
    return trace.has_values() ? "value " + print_number(static_cast<double>(trace.value({node, index})), 4)
                              : std::string();
  };
  const Graph& graph = ui.session.graph();
  std::vector<MemoryLine> all{
      {(view.is_example && view.lit == view.chosen ? "for example, address " : "address ") + print_count(view.lit) +
           ": " + of_token(ui, view, view.lit),
       value(split.source(), split.in_node(graph, split.source(), stored)), false},
      {"stored as " + axis_names(split.stored.axes) + ", " + place(split.stored, stored),
       arithmetic(split.stored, stored), false},
      {"transposed " + axis_names(split.right.axes) + ", " + place(split.right, right), arithmetic(split.right, right),
       false},
  };
  if (!split.differ()) return all;
  const std::string other = instead == view.lit ? "the same, by chance" : of_token(ui, view, instead);
  const Index found = split.in_node(graph, split.source(), split.stored.index_at(instead));
  const std::string wrong_value = value(split.source(), found);
  all.push_back({"wrong reshape, at the same place: " + other,
                 arithmetic(split.wrong, right) + (wrong_value.empty() ? "" : "\n" + wrong_value), true});
  return all;
}

std::vector<MemoryShape> memory_shapes(const Context& ui, const MemoryView& view) {
  const HeadSplit& split = *view.split;
  const Graph& graph = ui.session.graph();
  const Strides whole = Strides::row_major(graph[split.whole].axes());
  if (!split.back) {
    std::vector<MemoryShape> all{MemoryShape{graph[split.whole].id(), whole},
                                 MemoryShape{".view" + axis_names(split.stored.axes), split.stored},
                                 MemoryShape{".transpose(1, 2)", split.right}};
    if (split.differ()) all.push_back(MemoryShape{"wrong: .view" + axis_names(split.wrong.axes), split.wrong, true});
    return all;
  }
  std::vector<MemoryShape> all{MemoryShape{graph[split.heads].id(), split.stored},
                               MemoryShape{".transpose(1, 2)", split.right},
                               MemoryShape{".contiguous(): a copy", Strides::row_major(split.right.axes)},
                               MemoryShape{".view" + axis_names(whole.axes), whole}};
  if (split.differ()) all.push_back(MemoryShape{"wrong: .view" + axis_names(whole.axes) + " at once", whole, true});
  return all;
}

std::string memory_about(const Context& ui, const MemoryView& view) {
  const HeadSplit& split = *view.split;
  const std::string id = ui.session.graph()[split.result()].id();
  if (!split.differ()) {
    return "With one head or one token both orders are the same, and even the wrong reshape is right. Add heads or "
           "tokens to see them differ.";
  }
  if (split.back) {
    return "The way back: " + id +
           " lays the heads of each token side by side again. Without the transpose, tokens and heads "
           "would be mixed, and no error would say so.";
  }
  return "The split: each token's long vector is cut into pieces (view), then the head goes in front of the token "
         "(transpose). "
         "Reshaping straight to " +
         axis_names(split.right.axes) + " gives the right shape with other tokens' numbers.";
}

std::string memory_contiguity(const MemoryView& view) {
  const HeadSplit& split = *view.split;
  if (!split.differ()) return "Contiguous in every order: nothing to copy.";
  const std::int64_t cells = cell_count(split.right.axes);
  const std::string read = "In the order of its axes the transposed tensor reads addresses " + order(split);
  if (!split.back) {
    return "No number moves: view and transpose change only how memory is counted. " + read +
           " That order is not the memory's, so it is not contiguous. Matrix products can use the strides as they are.";
  }
  return read + " That order is not the memory's, so it is not contiguous: heads are " +
         std::to_string(split.right.steps[2]) +
         " cells apart, and no single stride walks through h and d. So .view() refuses. .contiguous() copies " +
         print_count(cells) + " numbers (" + print_bytes(cells * 4) +
         ") into the new order; after that .view() costs nothing. .reshape() does both.";
}

std::string MemoryShape::steps() const {
  std::string text = "(";
  for (std::size_t a = 0; a < strides.steps.size(); ++a) {
    text += (a > 0 ? ", " : "") + std::to_string(strides.steps[a]);
  }
  return text + ")";
}

}  // namespace headwise
