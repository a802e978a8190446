#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "engine/tensor/print.hpp"
#include "tests/ui/screen.hpp"
#include "ui/panels/panel.hpp"

using namespace headwise;

namespace {

struct Size {
  float width, height, density;
};

const Size sizes[] = {{1280, 720, 1}, {1920, 1080, 1}, {390, 844, 3}, {1024, 768, 1.25F}, {320, 240, 1}, {3840, 2160, 2}};

}  // namespace

TEST_CASE("every panel draws every stage of every state at every size") {
  for (const Size& size : sizes) {
    Screen screen(size.width, size.height, size.density);
    for (const Assignments& state : usual_states()) {
      CAPTURE(size.width);
      screen.session.load(state);
      CAPTURE(screen.session.hash());
      // Every stage at the first size; at the others, between them.
      const std::size_t stride = &size == sizes || std::getenv("HEADWISE_FULL") ? 1 : std::size(sizes) - 1;
      for (std::size_t node = (&size - sizes) % stride; node < screen.session.graph().nodes().size(); node += stride) {
        CAPTURE(screen.session.graph()[node].id());
        screen.session.go_to_stage(node);
        screen.frames(size.width == 1280 ? 3 : 1);
        CHECK(screen.window.vertices() > 500);
        const Description all = screen.ui.describe();
        REQUIRE(block(all, "stage-id"));
        CHECK(block(all, "stage-id")->text == screen.session.graph()[node].id());
        CHECK(to_json(all).size() > 1000);
      }
    }
  }
}

TEST_CASE("panels have distinct ids, a title and help") {
  std::vector<std::string> ids;
  for (const Panel& panel : panel_table()) {
    CHECK(std::find(ids.begin(), ids.end(), panel.id) == ids.end());
    ids.emplace_back(panel.id);
    CHECK(std::string(panel.title) != "");
    CHECK(std::string(panel.help).back() == '.');
    CHECK((panel.draw != nullptr));
  }
}

TEST_CASE("the key view names exactly the panels that are views") {
  std::vector<std::string> views;
  for (const Panel& panel : panel_table()) {
    if (panel.dock == Dock::stretch) views.emplace_back(panel.id);
  }
  CHECK(views == Session().settings().key("view").choices);
}

TEST_CASE("a tall text size still draws, and Dear ImGui reports no conflicting ids") {
  Screen screen(1280, 720, 1);
  ImGui::GetIO().ConfigDebugHighlightIdConflicts = true;
  ImGui::GetStyle().FontScaleDpi = 2;
  screen.session.load({{"num_heads", "4"}, {"head", "all"}, {"stage", "attn_weights"}});
  screen.frames(3);
  CHECK(screen.window.vertices() > 500);
}

TEST_CASE("the description of a slice is what the trace holds, as printed, at most 64 by 64") {
  Screen screen;
  screen.session.load({{"tokens", "a b c d e"}, {"d_model", "96"}, {"num_heads", "3"}, {"stage", "q"}, {"cell", "2,90"}});
  const Description all = screen.ui.describe();
  const Block* slice = block(all, "slice");
  REQUIRE(slice);
  CHECK(slice->rows.size() == 5);
  REQUIRE(slice->columns.size() == 64);
  CHECK(slice->columns.back() == "95");
  CHECK(slice->row_headers == std::vector<std::string>{"a", "b", "c", "d", "e"});
  for (std::int64_t r = 0; r < 5; ++r) {
    for (std::int64_t c = 0; c < 64; ++c) {
      const float value = screen.session.trace().value({screen.session.cursor().node, {0, r, c + 32}});
      CHECK(slice->rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] ==
            print_number(static_cast<double>(value)));
    }
  }
}
