#include "engine/attention/feature.hpp"
#include "engine/attention/layer.hpp"
#include "engine/ops/catalog.hpp"

namespace headwise {

/// Which keys a query may see.
std::vector<Key> masks_keys() {
  using Type = Key::Type;
  return {
      {"mask", Type::choices, "none", 0, 0, {"none", "causal", "padding", "window", "custom"}, "mask",
       "causal: no query sees later keys (decoding always is). padding: no query sees <pad>. window: only keys near the query. "
       "custom: starts open, to be edited cell by cell."},
      {"align", Type::choice, "top-left", 0, 0, {"top-left", "bottom-right"}, "align",
       "Where queries stand among the keys when T_q \u2260 T_kv. top-left: query 0 at key 0 (PyTorch's is_causal). "
       "bottom-right: the last query at the last key (decoding with a cache).", "context_tokens"},
      {"window", Type::count, "3", 1, 65536, {}, "window", "Keys this far away or further are masked.", "mask=window"},
      {"mask_when", Type::choice, "before", 0, 0, {"before", "after"}, "mask when",
       "before softmax is right. after shows the classic mistake: weights set to 0 leave rows that do not sum to 1.", "mask"},
  };
}

void check_masks(Recipe&) {}

std::optional<NodeRef> mask_node(Graph& g, const Recipe& r, const Places& at) {
  if (r.is("mask", "none")) return std::nullopt;
  const std::int64_t first = at.queries.first + (r.is("align", "bottom-right") ? r.keys - r.tokens : 0);
  return g.add(NodeKind::input, "mask", "Mask", Role::mask,
               make_op("attention_mask",
                       {{"axes", Axes{at.batch, at.queries, at.keys}},
                        {"causal", std::int64_t{r.is("mask", "causal")}},
                        {"window", r.is("mask", "window") ? r.settings.count("window") : std::int64_t{0}},
                        {"first", first},
                        {"lengths", r.is("mask", "padding") ? r.key_batch().lengths : std::vector<std::int64_t>{}}}),
               {});
}

}  // namespace headwise
