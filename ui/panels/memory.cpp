#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/attention/head_split.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/tensor/print.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/marks.hpp"
#include "ui/widgets/memory_cells.hpp"
#include "ui/widgets/memory_words.hpp"

namespace headwise {

namespace {

using Splits = std::vector<HeadSplit>;

const Splits& splits(const Context& ui) {
  return ui.of_run<Splits>([&ui] { return head_splits(ui.session.graph()); });
}

/// The split that the cursor is at or behind.
std::optional<MemoryView> memory_view(const Context& ui) {
  const Session& session = ui.session;
  const Graph& graph = session.graph();
  const Splits& all = splits(ui);
  const std::optional<std::size_t> nearest = nearest_split(graph, all, session.cursor().node);
  if (!nearest) return std::nullopt;
  MemoryView view;
  view.split = &all[*nearest];
  view.batch_item = session.batch_item();
  const auto address = [&](const Cell& cell) { return address_of(graph, *view.split, cell.node, cell.index); };
  const HeadSplit& split = *view.split;
  const std::int64_t head = std::min<std::int64_t>(1, graph[split.heads].axes()[1].size - 1);
  const std::optional<std::int64_t> at_cursor = address(session.cursor());
  view.is_example = !at_cursor;
  view.chosen = at_cursor.value_or(split.right.address(view.in_order(split.right, {view.batch_item, head, 0, 0})));
  view.by_token = session.settings().get("memory_colors") == "token";
  view.lit = ui.hovered ? address(*ui.hovered).value_or(view.chosen) : view.chosen;
  view.batch_item = view.split->stored.index_at(view.lit)[0];
  return view;
}

/// The pipeline that runs the wrong reshape too.
const Pipeline* with_numbers() {
  for (const Pipeline& pipeline : pipelines()) {
    if (pipeline.picture == PictureKind::memory) return &pipeline;
  }
  return nullptr;
}

std::string open_command(const Pipeline& pipeline) { return "set pipeline=" + std::string(pipeline.name); }

/// The splits on the cursor's path (a layer, a step of decoding).
std::vector<const HeadSplit*> beside(const Context& ui, const MemoryView& view) {
  const Graph& graph = ui.session.graph();
  const auto path = [&](const HeadSplit& s) {
    return graph[s.whole].id().substr(0, graph[s.whole].id().rfind('/') + 1);
  };
  std::vector<const HeadSplit*> all;
  for (const HeadSplit& s : splits(ui)) {
    if (path(s) == path(*view.split)) all.push_back(&s);
  }
  return all;
}

/// False where another run has come of it.
bool draw_choice(Context& ui, const MemoryView& view) {
  const Graph& graph = ui.session.graph();
  ImGui::AlignTextToFramePadding();
  muted(ui, "memory of");
  for (const HeadSplit* split : beside(ui, view)) {
    const std::string& id = graph[split->whole].id();
    beside_or_below(ui, ImGui::CalcTextSize(id.c_str()).x + ImGui::GetStyle().FramePadding.x * 2);
    if (choice_button(ui, id.c_str(), split == view.split)) ui.session.go_to_stage(split->whole);
    ui.landmark_item("memory:" + id);
  }
  beside_or_below(ui, ui.em * 13);
  ImGui::AlignTextToFramePadding();
  muted(ui, "colours by");
  for (const std::string& choice : ui.session.settings().key("memory_colors").choices) {
    ImGui::SameLine();
    if (choice_button(ui, choice.c_str(), ui.session.settings().get("memory_colors") == choice))
      run_command(ui, "set memory_colors=" + choice);
    ui.landmark_item("control:memory_colors:" + choice);
  }
  const Pipeline* pipeline = with_numbers();
  if (view.split->reshaped || view.split->back || !pipeline) return true;
  const std::string label = "run the wrong reshape";
  beside_or_below(ui, ImGui::CalcTextSize(label.c_str()).x + ImGui::GetStyle().FramePadding.x * 2);
  const bool open = ImGui::Button(label.c_str());
  ui.landmark_item("memory:open");
  tooltip(ui, std::string(pipeline->title) +
                  ": a pipeline in which the wrong reshape is a stage, so that its numbers can be seen.");
  if (open) run_command(ui, open_command(*pipeline));
  return !open;
}

void draw_lines(const Context& ui, const MemoryView& view) {
  bool first = true;
  for (const MemoryLine& line : memory_lines(ui, view)) {
    ui.push(first ? ui.strong_font : ui.text_font, first ? 0.95F : 0.85F);
    ImGui::PushStyleColor(ImGuiCol_Text, line.wrong ? ui.theme->warning : first ? ui.theme->text : ui.theme->muted);
    ImGui::TextWrapped("%s", line.what.c_str());
    Context::pop();
    if (!line.numbers.empty()) {
      ui.push(ui.mono_font, 0.9F);
      if (!line.wrong) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->text);
      ImGui::TextWrapped("%s", line.numbers.c_str());
      if (!line.wrong) ImGui::PopStyleColor();
      Context::pop();
    }
    ImGui::PopStyleColor();
    first = false;
  }
}

void draw_strides(const Context& ui, const MemoryView& view) {
  ui.push(ui.mono_font, 0.82F);
  if (ImGui::BeginTable("strides", 4, ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_ScrollX,
                        {0, ImGui::GetTextLineHeight() * 1.6F * static_cast<float>(memory_shapes(ui, view).size() + 1) +
                                ui.em * 0.8F})) {
    for (const char* title : {"", "shape", "strides", "contiguous"}) ImGui::TableSetupColumn(title);
    ImGui::TableHeadersRow();
    for (const MemoryShape& each : memory_shapes(ui, view)) {
      if (each.wrong) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->warning);
      const std::string cells[] = {each.what, axis_sizes(each.strides.axes), each.steps(),
                                   each.strides.is_contiguous() ? "yes" : "no"};
      ImGui::TableNextRow();
      for (const std::string& cell : cells) {
        ImGui::TableNextColumn();
        ImGui::TextUnformatted(cell.c_str());
      }
      if (each.wrong) ImGui::PopStyleColor();
    }
    ImGui::EndTable();
  }
  Context::pop();
}

void caption(const Context& ui, ImVec2 at, ImU32 color, const std::string& text, float width) {
  draw_text(ui, ui.strong_font, 0.85F, at, color, text, width);
}

/// The right split and the wrong one beside it, or below; the height used.
float draw_grids(Context& ui, const MemoryView& view, ImVec2 at, float width, float height, float& used) {
  const HeadSplit& split = *view.split;
  const bool stacked = ui.narrow || width < ui.em * 30;
  const float gap = ui.em;
  const float line = ui.em * 1.1F;
  const float room = memory_grid_width(ui, view, stacked || !split.differ() ? width : (width - gap) * 0.5F);
  caption(ui, at, ui.theme->text,
          "right: " + axis_names(split.right.axes) + ", " + (split.back ? "transposed" : "view, then transpose"), room);
  ImVec2 low = at + ImVec2{0, line};
  const ImVec2 right = draw_memory_grid(ui, view, {"right", &split.right, false}, low, {room, height - line});
  used = right.x;
  float tall = line + right.y;
  if (!split.differ()) return tall;
  ImVec2 other = stacked ? at + ImVec2{0, tall + gap} : at + ImVec2{right.x + gap, 0};
  caption(ui, other, ui.theme->warning,
          std::string("wrong: ") + (split.back ? "no transpose" : "straight to ") +
              (split.back ? "" : axis_names(split.wrong.axes)),
          room);
  other.y += line;
  const ImVec2 wrong = draw_memory_grid(ui, view, {"wrong", &split.wrong, true}, other, {room, height - line});
  used = stacked ? std::max(used, wrong.x) : used + gap + wrong.x;
  if (stacked) tall += gap + line + wrong.y;
  return tall;
}

}  // namespace

void draw_memory(Context& ui) {
  const std::optional<MemoryView> found = memory_view(ui);
  if (!found) {
    muted(ui, "Nothing here is split into heads.");
    return;
  }
  const MemoryView& view = *found;
  if (!draw_choice(ui, view)) return;
  const float width = ImGui::GetContentRegionAvail().x;
  const float aside = ui.em * 17;
  const bool beside = !ui.narrow && width > ui.em * 50;
  const std::string what = print_count(cell_count(view.split->stored.axes)) + " numbers in one row, counted from 0";
  ui.push(ui.text_font, 0.9F);
  beside_or_below(ui, ImGui::CalcTextSize(what.c_str()).x);
  muted(ui, what);
  Context::pop();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().y;
  const float strip = draw_stored(ui, view, start, width, ui.narrow ? 4 : 3);
  const ImVec2 at = start + ImVec2{0, strip + ui.em * 0.15F};
  float used = 0;
  const float tall =
      draw_grids(ui, view, at, beside ? width - aside - ui.em : width,
                 ui.narrow ? ui.em * 14 : std::clamp(room - strip - ui.em * 0.3F, ui.em * 10, ui.em * 18), used);
  if (beside) {
    ImGui::SetCursorScreenPos(at + ImVec2{used + ui.em, 0});
    ImGui::BeginGroup();
    ImGui::PushTextWrapPos(0);
    draw_lines(ui, view);
    ImGui::PopTextWrapPos();
    ImGui::EndGroup();
  }
  const float below = beside ? std::max(tall, ImGui::GetItemRectMax().y - at.y) : tall;
  ImGui::SetCursorScreenPos({start.x, at.y + below + ui.em * 0.5F});
  ImGui::Dummy({1, 1});
  if (!beside) draw_lines(ui, view);
  muted(ui, memory_about(ui, view));
  ImGui::Spacing();
  draw_strides(ui, view);
  muted(ui, memory_contiguity(view));
}

void describe_memory(const Context& ui, Description& out) {
  out.heading("Memory");
  const std::optional<MemoryView> found = memory_view(ui);
  if (!found) return out.text("Nothing here is split into heads.", "memory-about");
  const MemoryView& view = *found;
  const HeadSplit& split = *view.split;
  const Graph& graph = ui.session.graph();
  out.text(memory_about(ui, view), "memory-about");
  std::string told;
  for (const MemoryLine& line : memory_lines(ui, view)) {
    std::string numbers = line.numbers;
    std::replace(numbers.begin(), numbers.end(), '\n', ',');
    told += line.what + (numbers.empty() ? ". " : ": " + numbers + ". ");
  }
  out.text(told, "memory-arithmetic", true);
  Block& table = out.table("Shapes and strides, in cells", "memory-strides");
  table.columns = {"axes", "shape", "strides", "contiguous"};
  for (const MemoryShape& each : memory_shapes(ui, view)) {
    table.row_headers.push_back(each.what);
    table.rows.push_back({axis_names(each.strides.axes), axis_sizes(each.strides.axes), each.steps(),
                          each.strides.is_contiguous() ? "yes" : "no"});
  }
  out.text(memory_contiguity(view), "memory-contiguity");
  const auto grid = [&](const char* id, const std::string& caption, const Strides& strides) {
    Block& cells = out.table(caption, id);
    const Index lit = view.by_head(strides, strides.index_at(view.lit));
    const Axes by_head = Strides::row_major(graph[split.heads].axes()).axes;
    const Range tokens = around(by_head[2].size, lit[2], 16);
    const Range heads = around(by_head[1].size, lit[1], 4);
    const Range entries = around(by_head[3].size, lit[3], 8);
    for (std::int64_t h = heads.begin; h < heads.end; ++h) {
      for (std::int64_t d = entries.begin; d < entries.end; ++d) {
        cells.columns.push_back("head " + std::to_string(h) + ", entry " + std::to_string(d));
      }
    }
    for (std::int64_t t = tokens.begin; t < tokens.end; ++t) {
      cells.row_headers.push_back(std::to_string(t) + " " + ui.session.trace().label(by_head[2], t, view.batch_item));
      std::vector<std::string>& row = cells.rows.emplace_back();
      for (std::int64_t h = heads.begin; h < heads.end; ++h) {
        for (std::int64_t d = entries.begin; d < entries.end; ++d) {
          const std::int64_t address = strides.address(view.in_order(strides, {view.batch_item, h, t, d}));
          row.push_back(std::to_string(address) + ": token " + std::to_string(view.meaning(address)[2]));
        }
      }
    }
  };
  grid("memory-right", "Right: addresses, and the token each came from", split.right);
  if (split.differ()) grid("memory-wrong", "Wrong: addresses, and the token each came from", split.wrong);
  for (const HeadSplit* each : beside(ui, view)) {
    out.button("Memory of " + graph[each->whole].id(), "change stage=" + graph[each->whole].id());
  }
  const Pipeline* pipeline = with_numbers();
  if (!split.reshaped && !split.back && pipeline)
    out.button("Open: " + std::string(pipeline->title), open_command(*pipeline));
}

}  // namespace headwise
