#include <imgui.h>

#include <algorithm>

#include "engine/lesson/html.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/field.hpp"

namespace headwise {

namespace {

/// What a class may be shown without, or shown and not allowed to change.
struct Choice {
  std::string name;
  std::string title;
};

std::vector<Choice> can_hide() {
  std::vector<Choice> all;
  for (const Panel& panel : panel_table()) {
    if (panel.dock != Dock::overlay && panel.dock != Dock::stretch) all.push_back({panel.id, panel.title});
  }
  return all;
}

std::vector<Choice> can_lock(const Session& session) {
  std::vector<Choice> all;
  for (const Key& key : state_keys()) {
    if (is_recipe_key(key.name) && (has_control(session, key) || key.name == "tokens")) all.push_back({key.name, key.label});
  }
  return all;
}

/// `set hide=a,b` with one more or one less.
std::string switched(const Session& session, const std::string& key, const std::string& name) {
  std::vector<std::string> words = session.settings().list(key);
  if (std::erase(words, name) == 0) words.push_back(name);
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return "set " + key + "=" + text;
}

/// With a lesson open and `as_written`, only what opens its page, and what a class is given.
std::string link_hash(const Context& ui) {
  const Settings& now = ui.session.settings();
  if (now.get("lesson").empty() || !ui.teacher.as_written) return ui.session.hash();
  Settings link(state_keys());
  for (const char* key : {"lesson", "page", "student", "hide", "lock", "theme", "projector"}) link.set(key, now.get(key));
  return to_hash(link);
}

std::string link(const Context& ui) {
  const std::string& page = ui.options.page_address;
  return (page.empty() ? "https://YOUR-SERVER/headwise/" : page) + "#" + link_hash(ui);
}

std::string frame(const Context& ui) {
  const Lesson* lesson = ui.lessons.find(ui.session.settings().get("lesson"));
  return "<iframe src=\"" + escape_html(link(ui)) + "\" title=\"" + escape_html("Headwise: " + (lesson ? lesson->title : "multi-head attention")) +
         "\" width=\"100%\" height=\"640\" allow=\"clipboard-write\"></iframe>";
}

void draw_choices(Context& ui, const char* key, const std::vector<Choice>& choices) {
  const Session& session = ui.session;
  const float edge = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  float right = 0;
  for (const Choice& choice : choices) {
    const float width = ImGui::GetFrameHeight() + ImGui::GetStyle().ItemInnerSpacing.x + ImGui::CalcTextSize(choice.title.c_str()).x;
    if (right > 0 && right + ImGui::GetStyle().ItemSpacing.x * 2 + width < edge) {
      ImGui::SameLine(0, ImGui::GetStyle().ItemSpacing.x * 2);
    }
    bool chosen = session.settings().has(key, choice.name);
    ImGui::PushID((std::string(key) + choice.name).c_str());
    if (ImGui::Checkbox(choice.title.c_str(), &chosen)) run_command(ui, switched(session, key, choice.name));
    ui.landmark_item(std::string("teacher:") + key + ":" + choice.name);
    ImGui::PopID();
    right = ImGui::GetItemRectMax().x;
  }
}

void draw_text(Context& ui, const std::string& text) {
  ui.push(ui.mono_font, 0.9F);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(text.c_str());
  ImGui::PopTextWrapPos();
  Context::pop();
}

}  // namespace

bool teacher_visible(const Context& ui) { return ui.teacher.is_open; }

void run_teacher(Context& ui, std::string_view what) {
  if (what.empty()) {
    ui.teacher.is_open = !ui.teacher.is_open;
  } else if (what == "link") {
    ui.requests.copy = Copied{link(ui), "the link"};
  } else if (what == "frame") {
    ui.requests.copy = Copied{frame(ui), "the frame's HTML"};
  } else if (what == "as written") {
    ui.teacher.as_written = !ui.teacher.as_written;
  } else {
    throw Error("teacher takes nothing, link, frame or as written");
  }
}

void draw_teacher(Context& ui) {
  const Session& session = ui.session;
  if (title_and_close(ui, "A link for a class")) run_command(ui, "close");
  muted(ui, "The link opens what you see. Choose the lesson, the page and the view as usual, then what your class may not see or change.");
  ImGui::Spacing();
  if (!session.settings().get("lesson").empty()) {
    bool as_written = ui.teacher.as_written;
    if (ImGui::Checkbox("open the lesson's page as it is written", &as_written)) run_command(ui, "teacher as written");
    ui.landmark_item("teacher:as written");
  }
  bool projector = session.settings().toggle("projector");
  if (ImGui::Checkbox("projector: large type, one view", &projector)) run_command(ui, "projector");
  heading(ui, "A NAME OR NUMBER IN THE LINK");
  muted(ui, "Exercises draw their numbers from it. Left empty, everyone types their own.");
  const TextEdit field{.key = "student", .label = "Name or number", .value = session.settings().get("student"), .command = "set student="};
  ImGui::PushID("student");
  if (const auto typed = committed_field(ui, field, std::min(ImGui::GetContentRegionAvail().x, ui.em * 14))) run_command(ui, "set student=" + *typed);
  ui.landmark_item("teacher:student");
  ImGui::PopID();
  heading(ui, "HIDDEN");
  draw_choices(ui, "hide", can_hide());
  heading(ui, "SHOWN, AND NOT TO BE CHANGED");
  draw_choices(ui, "lock", can_lock(session));
  heading(ui, "THE LINK");
  draw_text(ui, link(ui));
  if (button(ui, "copy the link")) run_command(ui, "teacher link");
  ui.landmark_item("teacher:link");
  beside_or_below(ui, ImGui::CalcTextSize("copy HTML that embeds it").x + ImGui::GetStyle().FramePadding.x * 2);
  if (button(ui, "copy HTML that embeds it")) run_command(ui, "teacher frame");
  ui.landmark_item("teacher:frame");
}

void describe_teacher(const Context& ui, Description& out) {
  const Session& session = ui.session;
  out.heading("For teachers: a link for a class");
  out.button(ui.teacher.is_open ? "Close the panel for teachers" : "Open the panel for teachers", "teacher");
  if (!ui.teacher.is_open) return;
  out.text("The link opens what is shown now.");
  out.field("A name or number in the link", "student", session.settings().get("student"));
  const auto add = [&](const char* key, const char* does, const char* undoes, const std::vector<Choice>& choices) {
    for (const Choice& choice : choices) {
      out.button((session.settings().has(key, choice.name) ? undoes : does) + choice.title, switched(session, key, choice.name));
    }
  };
  add("hide", "Hide: ", "Show again: ", can_hide());
  add("lock", "Lock: ", "Unlock: ", can_lock(session));
  if (!session.settings().get("lesson").empty()) {
    out.button(ui.teacher.as_written ? "Link to exactly this view" : "Link to the lesson's page as it is written", "teacher as written");
  }
  out.text(link(ui), "teacher-link");
  out.button("Copy the link", "teacher link");
  out.text(frame(ui), "teacher-frame");
  out.button("Copy HTML that embeds it", "teacher frame");
}

}  // namespace headwise
