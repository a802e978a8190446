#include <imgui_internal.h>

#include <functional>
#include <set>

#include "engine/session/command.hpp"
#include "engine/session/state.hpp"
#include "tests/engine/support.hpp"
#include "tests/ui/faults.hpp"
#include "tests/ui/screen.hpp"
#include "ui/panels/panel.hpp"

using namespace headwise;

namespace {

struct Size {
  float width, height, text_scale;
};

const Size sizes[] = {{1280, 720, 1}, {1920, 1080, 1}, {390, 844, 1}, {1280, 720, 2}};

/// Looks at what a screen shows, some frames after a change, and tells of each kind of fault in a panel once.
class Watch {
 public:
  explicit Watch(Screen& screen) : screen_(screen) {
    ImGuiContext& context = *ImGui::GetCurrentContext();
    context.ErrorCallback = [](ImGuiContext*, void*, const char* message) { FAIL_CHECK(message); };
    screen.ui.item_log();
    screen.frames(3);
  }

  /// What grows needs a frame for each box around it, and again where a scroll bar takes some of its width.
  void look() {
    screen_.frames(8);
    for (const std::string& fault : faults(screen_.ui.item_log())) {
      const std::string kind = fault.substr(0, fault.find('"'));
      const std::string place = fault.substr(fault.rfind(" in "));
      if (!told_.insert(kind + place.substr(0, place.find(" at "))).second) continue;
      const ImVec2 size = ImGui::GetIO().DisplaySize;
      FAIL_CHECK(fault << "\n  " << size.x << " x " << size.y << ", text " << ImGui::GetStyle().FontScaleDpi << ", "
                       << screen_.session.hash());
    }
  }

 private:
  Screen& screen_;
  std::set<std::string> told_;
};

/// What there is, and what is drawn at random: every pipeline, lesson page and state listed, and settings
/// from the table of keys; each with every view, and with what a person may open.
std::vector<Assignments> states(const Lessons& lessons) {
  std::vector<Assignments> all = usual_states();
  const Settings settings(state_keys());
  for (const std::string& pipeline : settings.key("pipeline").choices) all.push_back({{"pipeline", pipeline}});
  for (const Lesson& lesson : lessons.all()) {
    for (std::size_t page = 1; page <= lesson.pages.size(); ++page) {
      all.push_back(lessons.completed({{"lesson", lesson.name}, {"page", std::to_string(page)}}));
    }
  }
  for (int i = 0; i < test::samples(10, 300); ++i) {
    test::Random random(81000 + static_cast<std::uint64_t>(i));
    const Settings drawn = i % 2 == 0 ? test::random_variant(random) : test::random_settings(random);
    Assignments& state = all.emplace_back();
    for (const Key& key : drawn.keys()) {
      if (!drawn.is_default(key.name)) state.emplace_back(key.name, drawn.get(key.name));
    }
  }
  return all;
}

}  // namespace

TEST_CASE("no item has another's id, and no label is cut") {
  std::size_t turn = 0;
  for (const Size& size : sizes) {
    Screen screen(size.width, size.height);
    ImGui::GetStyle().FontScaleDpi = size.text_scale;
    Watch watch(screen);
    const std::vector<std::string>& views = screen.session.settings().key("view").choices;
    for (const Assignments& state : states(screen.lessons)) {
      // One view and one stage of each, or all views and every ninth stage: others each time.
      const std::size_t first = turn++;
      for (std::size_t v = 0; v < static_cast<std::size_t>(test::samples(1, static_cast<int>(views.size()))); ++v) {
        screen.session.load(state);
        screen.session.set("view", views[(first + v) % views.size()]);
        const std::vector<std::size_t>& stages = screen.session.graph().stages();
        const std::size_t stride = test::samples(1, 0) == 1 ? stages.size() : 9;
        for (std::size_t i = (first + v) % stride; i < stages.size(); i += stride) {
          screen.session.go_to_stage(stages[i]);
          watch.look();
        }
      }
    }
  }
}

TEST_CASE("neither where something changed, is wrong, is open or is edited") {
  for (const Size& size : sizes) {
    Screen screen(size.width, size.height);
    ImGui::GetStyle().FontScaleDpi = size.text_scale;
    Watch watch(screen);
    for (const char* key : {"num_heads", "d_model", "pipeline"}) {
      screen.session.load({});
      screen.session.set(key, key == std::string("pipeline") ? "block" : "16");
      watch.look();
    }
    screen.session.set("num_heads", "7");
    watch.look();
    screen.session.load({{"stage", "w_q"}});
    perform(screen.session, "edit w_q 0,1 -12345.678");
    watch.look();
    perform(screen.session, "follow mask 0,0,0");
    watch.look();
    screen.press(ImGuiKey_Slash);
    watch.look();
    screen.press(ImGuiKey_Escape);
    screen.session.load({{"tokens", "a"}, {"d_model", "65536"}});
    watch.look();
    screen.session.load({{"tokens", "pneumonoultramicroscopicsilicovolcanoconiosis supercalifragilisticexpialidocious"}});
    watch.look();
    screen.ui.notify("A message of some length, as it is shown when a link or a script was copied.");
    watch.look();
  }
}

TEST_CASE("each of these faults is found") {
  HeadlessWindow window(400, 300);
  ItemLog log;
  log.start();
  const auto found = [&](const std::function<void()>& draw) {
    window.frames(3, [&] {
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize({200, 100});
      ImGui::Begin("window", nullptr, ImGuiWindowFlags_NoDecoration);
      draw();
      ImGui::End();
    });
    std::string all;
    for (const std::string& fault : faults(log)) all += fault + "\n";
    return all;
  };
  const auto has = [](const std::string& all, const char* part) { return all.find(part) != all.npos; };
  const char* const long_text = "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm";
  CHECK(found([] { ImGui::Button("one"); ImGui::TextUnformatted("two"); }) == "");
  CHECK(has(found([] { ImGui::Button("same"); ImGui::Button("same"); }), "one id for \"same\" and \"same\""));
  CHECK(has(found([] { ImGui::Button("some words", {40, 0}); }), "label wider than its item: \"some words\""));
  CHECK(has(found([] { ImGui::Button("some words", {40, 0}); }), "cut text"));
  CHECK(has(found([] { ImGui::Button("##wide", {300, 0}); }), "cut item: \"##wide\", right"));
  CHECK(has(found([&] { ImGui::TextUnformatted(long_text); }), "cut text"));
  CHECK(has(found([&] { ImGui::TextUnformatted(long_text); }), "more beside"));
  CHECK(has(found([] { ImGui::Dummy({1, 200}); }), "more below"));
  CHECK(has(found([&] {
    ImGui::GetWindowDrawList()->AddText({14, 10}, 0xffffffff, long_text);
  }), "cut text"));
  CHECK(has(found([&] {
    const ImVec4 clip{10, 10, 43, 30};
    ImGui::GetWindowDrawList()->AddText(nullptr, 0, {10, 10}, 0xffffffff, long_text, nullptr, 0, &clip);
  }), "cut text"));
  // Where it scrolls, all can be read.
  CHECK(found([&] {
    ImGui::BeginChild("child", {0, 0}, 0, ImGuiWindowFlags_HorizontalScrollbar);
    for (int i = 0; i < 20; ++i) ImGui::TextUnformatted(long_text);
    ImGui::EndChild();
  }) == "");
}

TEST_CASE("what is written on an item finds it") {
  Screen screen;
  CHECK(!screen.ui.find("item:help"));
  screen.frames(1);
  const Landmark help = screen.place("item:help");
  const Landmark same = screen.place("header:help");
  CHECK(help.x == same.x);
  CHECK(help.width == same.width);
  CHECK(!screen.ui.find("item:no such thing"));
}
