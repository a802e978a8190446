// Cells set by hand: how they are written, what is refused, and that everything else stays.
#include "engine/graph/edits.hpp"

#include <cmath>
#include <cstring>

#include "engine/session/run.hpp"
#include "engine/tensor/error.hpp"
#include "engine/session/state.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::string refusal(const std::string& text) {
  try {
    parse_edits(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

Settings settings_of(const std::string& query) {
  return headwise::apply(Settings(state_keys()), parse_query(query));
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("edits have one way of being written, and come back from it to the bit") {
  CHECK(to_text(parse_edits("x:0,1,4=-1.250;mask:0,2,3=0;mask:0,2,10=1e0;b/w_q:00,1=5e-1")) ==
        "b/w_q:0,1=0.5;mask:0,2,3=0;mask:0,2,10=1;x:0,1,4=-1.25");
  CHECK(to_text(parse_edits("w:0=-0")) == "w:0=0");
  CHECK(parse_edits("").empty());
  for (int i = 0; i < samples(300, 3000); ++i) {
    Random random(80000 + static_cast<std::uint64_t>(i));
    Edits edits;
    for (std::int64_t n = random.range(1, 20); n > 0; --n) {
      const double size = std::pow(10.0, static_cast<double>(random.range(-40, 36)));
      const auto value = static_cast<float>(random.normal() * size);
      edits = with(edits, {random.pick({"w_q", "x", "block0/attn/b_o"}), {random.below(4), random.below(1000)}, value});
    }
    const Edits back = parse_edits(to_text(edits));
    REQUIRE(back.size() == edits.size());
    for (std::size_t k = 0; k < edits.size(); ++k) {
      CHECK(back[k].same_cell(edits[k]));
      CHECK(back[k].value == edits[k].value);
    }
    CHECK(to_text(back) == to_text(edits));
  }
}

TEST_CASE("a link has room for a stated length of edits") {
  Edits edits;
  std::int64_t n = 0;
  while (to_text(edits).size() + 12 <= most_edit_text) edits = with(std::move(edits), {"w", {n++}, 0.5F});
  CHECK(refusal(to_text(edits)).empty());
  for (int k = 0; k < 3; ++k) edits = with(std::move(edits), {"w", {n++}, 0.5F});
  const std::string said = refusal(to_text(edits));
  CHECK(said.find("at most 4096 are allowed: put that many values into a file, and load it with --weights") != said.npos);
}

TEST_CASE("one cell is set, replaced and reset, and the others stay") {
  Edits edits = with({}, {"w_q", {0, 1}, 1});
  edits = with(edits, {"w_k", {0, 1}, 2});
  edits = with(edits, {"w_q", {0, 1}, 3});
  CHECK(to_text(edits) == "w_k:0,1=2;w_q:0,1=3");
  REQUIRE(find_edit(edits, "w_q", {0, 1}));
  CHECK(find_edit(edits, "w_q", {0, 1})->value == 3);
  CHECK(find_edit(edits, "w_q", {1, 0}) == nullptr);
  CHECK(to_text(without(edits, "w_k", {0, 1})) == "w_q:0,1=3");
  CHECK(to_text(without(edits, "w_v", {0, 1})) == to_text(edits));
}

TEST_CASE("an edited tensor holds its edits and else what it held, and says so") {
  for (int i = 0; i < samples(25, 200); ++i) {
    Random random(81000 + static_cast<std::uint64_t>(i));
    const Settings plain = random_settings(random);
    const Settings edited = with_random_edits(random, plain);
    INFO(describe(edited));
    const Trace before = run(plain);
    const Trace after = run(edited);
    const Edits edits = parse_edits(edited.get("edits"));
    for (std::size_t n = 0; n < after.graph().nodes().size(); ++n) {
      const Node& node = after.graph()[n];
      if (!is_editable(node)) continue;
      bool right = true;
      for (std::int64_t k = 0; k < cell_count(node.axes()); ++k) {
        const Cell cell{n, index_at(node.axes(), k)};
        const CellEdit* edit = find_edit(edits, node.id(), cell.index);
        right = right && after.value(cell) == (edit ? edit->value : before.value(cell));
        const Expression now = after.explain(cell);
        right = right && static_cast<float>(now.evaluate()) == after.value(cell);
        if (!edit) continue;
        CHECK(now.note().find("set by hand, was ") == 0);
        CHECK(node.op->pytorch(node.signature).find("; " + node.id() + "[") != std::string::npos);
      }
      CHECK(right);
    }
  }
  Settings settings(recipe_keys());
  settings.set("edits", "w_q:0,1=0.5");
  const Trace trace = run(settings);
  const Node& w_q = trace.graph()[node(trace, "w_q")];
  CHECK(w_q.op->pytorch(w_q.signature) == "w_q = weights[\"w_q\"]; w_q[0, 1] = 0.5  # (8, 8), stored (in, out)");
  CHECK(w_q.op->formula(w_q.signature).find("by hand: w_q[0,1] = 0.500") != std::string::npos);
  CHECK(w_q.op->summary().find("One cell is set by hand.") != std::string::npos);
}

TEST_CASE("a run that shares tensors with another has the same bits as one of its own") {
  int shared = 0;
  int all = 0;
  for (int i = 0; i < samples(60, 1000); ++i) {
    Random random(82000 + static_cast<std::uint64_t>(i));
    const Settings first = random_variant(random);
    Settings second = first;
    if (random.chance(40)) {
      second = with_random_edits(random, first);
    } else if (random.chance(80)) {  // one setting, of those that fit
      const Settings other = random_variant(random);
      const Key& key = recipe_keys()[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(recipe_keys().size())))];
      second.set(key.name, other.get(key.name));
      try {
        second = with_fitting_edits(fitted(second));
        make_recipe(second);
      } catch (const Error&) {
        second = first;
      }
    } else {
      second = random_variant(random);
    }
    INFO(describe(first));
    INFO(describe(second));
    const Run before(first);
    const Run like(second, &before, Trace::When::now);
    const Run alone(second);
    for (std::size_t n = 0; n < alone.trace.graph().nodes().size(); ++n) {
      const Node& node = alone.trace.graph()[n];
      INFO(node.id());
      CHECK(same_bits(like.trace.read(n, whole(node.axes())), alone.trace.read(n, whole(node.axes()))));
      const auto then = before.trace.graph().find(node.id());
      ++all;
      if (then) shared += like.trace.shares(n, before.trace, *then);
    }
  }
  CHECK(shared > all / 4);
  CHECK(shared < all);
}

TEST_CASE("mask cells set by hand count like any other, also where a row is left with no key") {
  const Run run(settings_of("mask=causal&edits=mask:0,0,0=0;mask:0,1,7=1"));
  const Trace& trace = run.trace;
  const std::size_t weights = node(trace, "attn_weights");
  for (std::int64_t j = 0; j < 8; ++j) CHECK(trace.value({weights, {0, 0, 0, j}}) == 0);
  CHECK(trace.value({weights, {0, 0, 1, 7}}) > 0);
  CHECK(trace.value({weights, {0, 0, 1, 6}}) == 0);
}
