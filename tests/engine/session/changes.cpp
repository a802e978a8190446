// What a change did downstream, against comparing every cell.
#include "engine/session/changes.hpp"

#include <cmath>
#include <cstring>

#include "engine/session/session.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

TEST_CASE("differences are the largest there are, at their cell, the largest stage first") {
  int met = 0;
  for (int i = 0; i < samples(25, 200); ++i) {
    Random random(83000 + static_cast<std::uint64_t>(i));
    const Settings first = random_settings(random);
    const Settings second = with_random_edits(random, first);
    INFO(describe(second));
    const Trace before = run(first);
    const Trace after = run(second);
    const std::vector<Change> changes = compare(before, after);
    REQUIRE(changes.size() == after.graph().nodes().size());
    std::size_t differing = 0;
    for (std::size_t n = 0; n < changes.size(); ++n) {
      const Change& change = changes[n];
      const Axes& axes = after.graph()[n].axes();
      double largest = 0;
      for (std::int64_t k = 0; k < cell_count(axes); ++k) {
        const Cell cell{n, index_at(axes, k)};
        const float a = before.value(cell);
        const float b = after.value(cell);
        if (a != b) largest = std::max(largest, std::fabs(static_cast<double>(a) - static_cast<double>(b)));
      }
      CHECK(change.largest == largest);
      if (largest == 0) continue;
      differing += after.graph()[n].kind == NodeKind::stage;
      CHECK(change.values);
      CHECK(change.before == before.value({n, change.at}));
      CHECK(change.after == after.value({n, change.at}));
      CHECK(std::fabs(static_cast<double>(change.before) - static_cast<double>(change.after)) == largest);
    }
    const std::vector<std::size_t> order = largest_first(after.graph(), changes);
    CHECK(order.size() == differing);
    for (std::size_t k = 1; k < order.size(); ++k) CHECK(changes[order[k - 1]].largest >= changes[order[k]].largest);
    met += static_cast<int>(differing);
  }
  CHECK(met > 100);
}

TEST_CASE("an edit reaches what depends on it, and nothing else") {
  Session session;
  session.set("num_heads", "4");
  session.set("edits", "w_k:0,5=3");
  const auto change = [&](const char* id) -> const Change& { return session.change(node(session.trace(), id)); };
  for (const char* id : {"x", "w_q", "q", "v", "q_heads", "v_heads"}) CHECK_FALSE(change(id).any());
  for (const char* id : {"w_k", "k", "k_heads", "scores", "attn_weights", "output"}) CHECK(change(id).largest > 0);
  CHECK(change("w_k").at == Index{0, 5});
  CHECK(change("k").at[2] == 5);
  CHECK(change("scores").at[1] == 2);  // column 5 is head 2's
  CHECK(what_was_set(*session.previous(), session.run()).at(0).find("w_k[0,5]: ") == 0);
  session.set("d_model", "12");
  CHECK(what_was_set(*session.previous(), session.run()) == std::vector<std::string>{"d_model: 8 to 12"});
  for (const std::size_t stage : largest_first(session.graph(), session.changes())) {
    CHECK(session.previous()->trace.graph()[stage].axes() == session.graph()[stage].axes());
  }
  CHECK(change("q").shape);
  CHECK(change("scores").largest > 0);
}

TEST_CASE("masking a key changes its score to minus infinity: an infinite difference, and no NaN") {
  Session session;
  session.set("mask", "causal");
  session.set("edits", "mask:0,5,2=0");
  const std::size_t masked = node(session.trace(), "masked_scores");
  CHECK(std::isinf(session.change(masked).largest));
  CHECK(session.change(masked).at == Index{0, 0, 5, 2});
  CHECK(largest_first(session.graph(), session.changes()).front() == masked);
}

TEST_CASE("the changed cells of a slice are those whose values differ") {
  std::int64_t met = 0;
  for (int i = 0; i < samples(15, 150); ++i) {
    Random random(84000 + static_cast<std::uint64_t>(i));
    const Settings first = random_settings(random);
    const Run before(first);
    const Run now(with_random_edits(random, first));
    for (std::size_t n = 0; n < now.trace.graph().nodes().size(); ++n) {
      const Axes& axes = now.trace.graph()[n].axes();
      const Slice slice = slice_at(axes, random.cell(axes));
      const ChangedCells cells = changed_cells(&before, now, n, slice.region(axes));
      std::int64_t differing = 0;
      for (std::int64_t r = 0; r < slice.rows(axes); ++r) {
        for (std::int64_t c = 0; c < slice.columns(axes); ++c) {
          const Cell cell{n, slice.index(r, c)};
          const float was = before.trace.value(cell);
          const float is = now.trace.value(cell);
          const bool differs = std::memcmp(&was, &is, sizeof was) != 0;
          differing += differs;
          const auto at = static_cast<std::size_t>(r * slice.columns(axes) + c);
          CHECK_UNARY((!cells.at.empty() && cells.at[at]) == differs);
          CHECK_UNARY(change_text(&before, now, cell).empty() != differs);
        }
      }
      CHECK(cells.count == differing);
      met += differing;
    }
  }
  CHECK(met > 500);
}

TEST_CASE("before and now in words; nothing where there is no such cell to compare with") {
  Session session;
  session.set("edits", "w_q:0,0=0.25");
  session.set("edits", "w_q:0,0=0.31");
  const Cell cell{node(session.trace(), "w_q"), {0, 0}};
  CHECK(change_text(session.previous(), session.run(), cell) == "before 0.250, now 0.310 (+0.060)");
  CHECK(change_text(nullptr, session.run(), cell).empty());
  CHECK(change_text(session.previous(), session.run(), {cell.node, {0, 1}}).empty());
  const Axes& axes = session.graph()[cell.node].axes();
  const Region slice = slice_at(axes, cell.index).region(axes);
  CHECK(changed_cells(nullptr, session.run(), cell.node, slice).count == 0);
  CHECK(changed_cells(session.previous(), session.run(), cell.node, slice).count == 1);
  session.set("d_model", "12");
  CHECK(changed_cells(session.previous(), session.run(), cell.node, slice).count == 0);
  CHECK(change_text(session.previous(), session.run(), cell).empty());
  session.load({{"mask", "causal"}});
  session.set("edits", "mask:0,5,2=0");
  const Cell masked{node(session.trace(), "masked_scores"), {0, 0, 5, 2}};
  CHECK(change_text(session.previous(), session.run(), masked).find("now -\u221e") != std::string::npos);
}
