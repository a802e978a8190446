#include <algorithm>
#include <cmath>

#include "engine/session/command.hpp"
#include "engine/tensor/print.hpp"
#include "tests/ui/screen.hpp"

using namespace headwise;

namespace {

/// The row of a described table.
std::vector<std::string> row_of(const Description& all, const std::string& table, const std::string& header) {
  const Block* found = block(all, table);
  REQUIRE_MESSAGE(found, table);
  for (std::size_t r = 0; r < found->rows.size(); ++r) {
    if (found->row_headers[r] == header) return found->rows[r];
  }
  FAIL("no row " << header << " in " << table);
  return {};
}

std::string text_of(const Screen& screen, const std::string& id) {
  const Description all = screen.ui.describe();
  const Block* found = block(all, id);
  return found ? found->text : "";
}

}  // namespace

TEST_CASE("a preset shows two runs; the largest difference is the one that subtracting finds, and leads there") {
  Screen screen;
  screen.session.set("view", "compare");
  screen.frames(3);
  CHECK(!text_of(screen, "compare-invitation").empty());
  screen.click("compare:preset:no positions vs RoPE");
  CHECK(screen.session.settings().get("compare") == "position=rope");
  REQUIRE(screen.session.compared());
  CHECK(screen.session.node().id() == "attn_weights");
  const Trace& a = screen.session.trace();
  const Trace& b = screen.session.compared()->second()->trace;
  const std::size_t in_a = *a.graph().find("attn_weights");
  const std::size_t in_b = *b.graph().find("attn_weights");
  const Axes& axes = a.graph()[in_a].axes();
  double largest = 0;
  Index at;
  for (std::int64_t k = 0; k < cell_count(axes); ++k) {
    const Index index = index_at(axes, k);
    const double d = std::fabs(static_cast<double>(a.value({in_a, index})) - static_cast<double>(b.value({in_b, index})));
    if (d <= largest) continue;
    largest = d;
    at = index;
  }
  CHECK(text_of(screen, "compare-largest").find("Largest difference " + print_number(largest) + " at " + a.cell_name({in_a, at})) == 0);
  const Block difference = *block(screen.ui.describe(), "compare-difference");
  for (std::int64_t r = 0; r < 8; ++r) {
    for (std::int64_t c = 0; c < 8; ++c) {
      CHECK(difference.rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] ==
            print_number(static_cast<double>(b.value({in_b, {0, 0, r, c}}) - a.value({in_a, {0, 0, r, c}}))));
    }
  }
  screen.frames(3);
  screen.click("compare:largest");
  CHECK(screen.session.cursor() == Cell{in_a, at});
}

TEST_CASE("cursor and hover are locked: a cell of any picture is the same cell of all") {
  Screen screen;
  screen.session.load({{"view", "compare"}, {"compare", "num_kv_heads=1"}, {"stage", "scores"}});
  screen.frames(3);
  const Landmark a = screen.place("compare:a:2,5");
  const Landmark b = screen.place("compare:b:2,5");
  const Landmark d = screen.place("compare:difference:2,5");
  CHECK(a.y == b.y);
  CHECK(a.y == d.y);
  CHECK(a.width == doctest::Approx(b.width));
  CHECK(b.x - a.x > 8 * a.width);
  for (const char* picture : {"compare:b:2,5", "compare:difference:6,1", "compare:a:3,3"}) {
    screen.click(picture);
    const std::string place = std::string(picture).substr(std::string(picture).rfind(':') + 1);
    CHECK(screen.session.settings().get("view") == "compare");
    CHECK(screen.session.cursor().index == Index{0, 0, place[0] - '0', place[2] - '0'});
  }
  // What is lit in one is lit in the others: outlines in all three.
  screen.window.move_mouse(1, 1);
  screen.frames(3);
  const int idle = screen.window.vertices();
  screen.point_at("compare:b:1,1");
  CHECK(screen.window.vertices() > idle);
  // Steps walk through A, and B goes along.
  screen.press(ImGuiKey_RightArrow);
  CHECK(screen.session.cursor().index == Index{0, 0, 3, 4});
  screen.press(ImGuiKey_DownArrow);
  CHECK(screen.session.node().id() == "scaled_scores");
  CHECK(screen.ui.find("compare:b:0,0"));
}

TEST_CASE("swap exchanges, take adopts, clear ends; the largest difference stays") {
  Screen screen;
  screen.session.load({{"view", "compare"}, {"compare", "mask=causal"}, {"stage", "attn_weights"}});
  screen.frames(3);
  const auto largest_and_where = [&] {
    const std::string text = text_of(screen, "compare-largest");
    return text.substr(0, text.find(';'));
  };
  const std::string largest = largest_and_where();
  const std::vector<std::string> counts = row_of(screen.ui.describe(), "compare-table", "activations");
  screen.click("compare:swap");
  CHECK(screen.session.settings().get("mask") == "causal");
  CHECK(screen.session.settings().get("compare") == "mask=none");
  CHECK(largest_and_where() == largest);
  const std::vector<std::string> swapped = row_of(screen.ui.describe(), "compare-table", "activations");
  CHECK(swapped[0] == counts[1]);
  CHECK(swapped[1] == counts[0]);
  screen.click("compare:take");
  CHECK(screen.session.settings().get("mask") == "none");
  CHECK(screen.session.settings().get("compare").empty());
  screen.session.undo();
  screen.frames(3);
  CHECK(screen.session.compared());
  screen.click("compare:clear");
  CHECK(screen.session.settings().get("compare").empty());
  CHECK(screen.ui.find("compare:preset:MHA vs MQA"));
}

TEST_CASE("any one setting can be chosen, or typed; what is wrong is said") {
  Screen screen;
  screen.session.set("view", "compare");
  screen.frames(3);
  screen.click("compare:choose");
  screen.click("compare:menu:position");
  screen.click("compare:menu:position:alibi");
  CHECK(screen.session.settings().get("compare") == "position=alibi");
  screen.click("compare:choose");
  screen.click("compare:menu:mask");
  screen.click("compare:menu:mask:causal");
  CHECK(screen.session.settings().get("compare") == "mask=causal;position=alibi");
  screen.click("control:compare");
  screen.window.type("num_kv_heads=3");
  screen.press(ImGuiKey_Enter);
  CHECK(screen.session.problem().find("compare=num_kv_heads=3: num_kv_heads=3 does not divide num_heads=2") == 0);
  CHECK(screen.session.settings().get("compare") == "mask=causal;position=alibi");
  screen.frames(3);
  screen.click("control:compare");
  screen.window.type("num_kv_heads=1");
  screen.press(ImGuiKey_Enter);
  CHECK(screen.session.settings().get("compare") == "num_kv_heads=1");
}

TEST_CASE("shapes that differ and stages that are missing are said, with nothing subtracted") {
  Screen screen;
  screen.session.load({{"view", "compare"}, {"compare", "num_kv_heads=1"}, {"stage", "k_heads"}});
  screen.frames(3);
  CHECK(text_of(screen, "compare-largest") ==
        "The shapes differ, so there is no difference to take: A (B, h_kv, T_kv, d_k) = (1, 2, 8, 4), B (B, h_kv, T_kv, d_k) = (1, 1, 8, 4).");
  CHECK(!block(screen.ui.describe(), "compare-difference"));
  CHECK(!screen.ui.find("compare:difference:0,0"));
  CHECK(screen.ui.find("compare:b:0,0"));
  CHECK(text_of(screen, "compare-only-b") == "Only in B: k_shared, v_shared.");
  CHECK(text_of(screen, "compare-weights") == "Weights with the same numbers in both: w_q, w_o. "
                                              "Of another shape in B, and drawn for it from the seed, not made from A's: w_k, w_v.");
  CHECK(row_of(screen.ui.describe(), "compare-table", "parameters") == std::vector<std::string>{"256", "192", "\u00d7 0.750"});
  CHECK(row_of(screen.ui.describe(), "compare-table", "KV cache per token") == std::vector<std::string>{"64 B", "32 B", "\u00d7 0.500"});
  CHECK(row_of(screen.ui.describe(), "compare-stages", "q") == std::vector<std::string>{"same"});
  CHECK(row_of(screen.ui.describe(), "compare-stages", "k") == std::vector<std::string>{"other shape"});
  screen.click("stage:x");
  CHECK(text_of(screen, "compare-largest").find("The same in A and B, to the last bit. They first differ at") == 0);
  screen.frames(2);
  screen.click("compare:largest");
  CHECK(screen.session.node().id() == "k");
  screen.session.load({{"view", "compare"}, {"compare", "mask=none"}, {"mask", "causal"}, {"stage", "masked_scores"}});
  screen.frames(3);
  CHECK(text_of(screen, "compare-largest") == "B has no masked_scores.");
}

TEST_CASE("flash is standard up to rounding; with a cache cells are blank that no step computes") {
  Screen screen;
  screen.session.set("view", "compare");
  screen.frames(3);
  screen.click("compare:preset:standard vs flash");
  CHECK(screen.session.node().id() == "head_outputs");
  CHECK(text_of(screen, "compare-largest").find("the same up to rounding") != std::string::npos);
  screen.session.set("compare", "");
  screen.frames(3);
  screen.click("compare:preset:recompute vs cache");
  CHECK(screen.session.settings().get("mask") == "causal");
  CHECK(text_of(screen, "compare-origin") ==
        "In B this is prefill/attn_weights, step0/attn_weights, step1/attn_weights. Blank: cells that B does not compute.");
  const Description all = screen.ui.describe();
  const Block* b = block(all, "compare-b");
  REQUIRE(b);
  CHECK(b->rows[0][7].empty());
  CHECK(b->rows[6][7].empty());
  CHECK(!b->rows[7][7].empty());
}

TEST_CASE("the comparison draws at every size, theme and state, large ones too") {
  const Assignments states[] = {
      {{"compare", ""}},
      {{"compare", "pipeline=flash"}, {"theme", "dark"}},
      {{"compare", "pipeline=decode"}, {"mask", "causal"}, {"head", "all"}},
      {{"pipeline", "decode"}, {"compare", "new_tokens=1"}},
      {{"compare", "num_kv_heads=1"}, {"num_heads", "4"}, {"tokens", "one two | three"}, {"batch_item", "1"}},
      {{"compare", "d_model=12288;num_heads=96"}},
      {{"d_model", "12288"}, {"num_heads", "96"}, {"compare", "seed=1"}},
      {{"compare", "num_kv_heads=2"}, {"num_heads", "1"}},
      {{"compare", "d_model=256"}, {"d_model", "512"}},
  };
  for (const auto& [width, height, density] : {std::tuple{1280.0F, 720.0F, 1.0F}, {1920.0F, 1080.0F, 1.0F}, {390.0F, 844.0F, 3.0F}, {320.0F, 240.0F, 1.0F}}) {
    Screen screen(width, height, density);
    ImGui::GetIO().ConfigDebugHighlightIdConflicts = true;
    for (Assignments state : states) {
      state.emplace_back("view", "compare");
      screen.session.load(state);
      CAPTURE(screen.session.hash());
      for (std::size_t node = 0; node < screen.session.graph().nodes().size(); node += width == 1280 ? 1 : 5) {
        screen.session.go_to_stage(node);
        screen.frames(2);
        CHECK(screen.window.vertices() > 500);
        CHECK(to_json(screen.ui.describe()).size() > 1000);
      }
    }
  }
}

TEST_CASE("every button of the description can be done") {
  Screen screen;
  int tried = 0;
  for (const char* compare : {"", "mask=causal", "num_kv_heads=1"}) {
    screen.session.load({{"view", "compare"}, {"compare", compare}, {"stage", "attn_weights"}});
    screen.frames(2);
    for (const Block& found : screen.ui.describe().blocks) {
      if (found.action.find("compare") == std::string::npos || found.kind != Block::Kind::button) continue;
      Session copy = screen.session;
      perform(copy, found.action);
      CAPTURE(found.action);
      CHECK(copy.problem().empty());
      ++tried;
    }
  }
  CHECK(tried > 6);
}
