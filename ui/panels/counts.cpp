#include <optional>
#include <string>

#include "engine/attention/memory.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/session/suggest.hpp"
#include "engine/session/sweep.hpp"
#include "engine/tensor/print.hpp"
#include "ui/panels/panel.hpp"

namespace headwise {

namespace {

/// What a graph alone tells.
std::span<const Measure> quantities() { return measures().first(4); }

std::string print_value(Count::Kind kind, std::int64_t value) {
  return kind == Count::Kind::bytes ? print_bytes(value) : print_count(value);
}

/// `w_q: d_model × (h*d_k) = 8 × (2 × 4) = 64`
std::string line(const Count& count) {
  return count.what + ": " + count.formula + " = " + count.numbers + " = " + print_count(count.value);
}

std::string was(Count::Kind kind, std::int64_t before) { return "was " + print_value(kind, before); }

/// `grouped-query attention (GQA), 2 query heads per KV head`; what has no such choice, by name.
std::string variant_text(const Recipe& recipe) {
  const Pipeline& pipeline = find_pipeline(recipe.settings.get("pipeline"));
  if (!uses(pipeline, "num_kv_heads")) return std::string(pipeline.title);
  const std::int64_t shared = recipe.num_heads / recipe.num_kv_heads;
  return variant_name(recipe) + ", " + std::to_string(shared) + (shared == 1 ? " query head" : " query heads") +
         " per KV head";
}

std::vector<Memory> memory_of(const Run& run) { return memory(run.recipe, run.trace.graph()); }

/// What the previous run had under the same name.
std::optional<std::int64_t> bytes_of(const std::vector<Memory>& previous, const std::string& what) {
  for (const Memory& kept : previous) {
    if (kept.what == what) return kept.bytes;
  }
  return std::nullopt;
}

/// One line: label, value, and what it was before; opens to the lines behind it.
bool begin_quantity(Context& ui, const char* label, const std::string& value, const std::string& before,
                    const char* help) {
  const float edge = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
  const bool open = ImGui::TreeNodeEx(label, ImGuiTreeNodeFlags_SpanAvailWidth, "%s", label);
  tooltip(ui, help);
  ui.push(ui.mono_font, 1.0F);
  ImGui::SameLine();
  ImGui::SetCursorPosX(edge - ImGui::CalcTextSize(value.c_str()).x);
  if (!before.empty()) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->changed);
  ImGui::TextUnformatted(value.c_str());
  if (!before.empty()) ImGui::PopStyleColor();
  Context::pop();
  if (!before.empty()) {
    ui.push(ui.text_font, 0.8F);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->changed);
    const float width = ImGui::CalcTextSize(before.c_str()).x;
    ImGui::SetCursorPosX(edge - width);
    ImGui::TextUnformatted(before.c_str());
    ImGui::PopStyleColor();
    Context::pop();
  }
  return open;
}

}  // namespace

void draw_counts(Context& ui) {
  Session& session = ui.session;
  const Graph& graph = session.graph();
  const Run* previous = session.previous();
  heading(ui, "SHAPES & COUNTS");
  ui.push(ui.text_font, 0.9F);
  muted(ui, variant_text(session.run().recipe));
  Context::pop();
  for (const Measure& q : quantities()) {
    const std::int64_t now = total(graph, q.kind);
    const std::int64_t before = previous ? total(previous->trace.graph(), q.kind) : now;
    const bool open = begin_quantity(ui, q.name.c_str(), print_value(q.kind, now), before != now ? was(q.kind, before) : "", q.help);
    ui.landmark_item("count:" + q.name);
    if (!open) continue;
    for (const std::size_t stage : graph.stages()) {
      for (const Count& count : counts(graph, stage)) {
        if (count.kind != q.kind || (count.value == 0 && q.kind != Count::Kind::bytes)) continue;
        ui.push(ui.mono_font, 0.8F);
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme->role(graph[stage].role));
        ImGui::PushTextWrapPos(0);
        const std::string text = q.kind == Count::Kind::parameters ? line(count) : graph[stage].id() + ", " + line(count);
        ImGui::TextUnformatted(text.c_str());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
        Context::pop();
      }
    }
    ImGui::TreePop();
  }
  const std::vector<Memory> earlier = previous ? memory_of(*previous) : std::vector<Memory>{};
  for (const Memory& kept : memory_of(session.run())) {
    const std::optional<std::int64_t> before = bytes_of(earlier, kept.what);
    const bool open = begin_quantity(ui, kept.what.c_str(), print_bytes(kept.bytes),
                                     before && *before != kept.bytes ? was(Count::Kind::bytes, *before) : "", kept.help.c_str());
    ui.landmark_item("count:" + kept.what);
    if (!open) continue;
    ui.push(ui.mono_font, 0.8F);
    for (const Count& count : kept.lines) muted(ui, line(count));
    Context::pop();
    ImGui::TreePop();
  }
}

void describe_counts(const Context& ui, Description& out) {
  const Session& session = ui.session;
  const Graph& graph = session.graph();
  const Run* previous = session.previous();
  out.heading("Shapes and counts");
  out.text(variant_text(session.run().recipe));
  Block& totals = out.table("Totals", "totals");
  totals.columns = {"now", "before the last change"};
  for (const Measure& q : quantities()) {
    totals.row_headers.push_back(q.name);
    totals.rows.push_back({print_value(q.kind, total(graph, q.kind)),
                           previous ? print_value(q.kind, total(previous->trace.graph(), q.kind)) : ""});
  }
  const std::vector<Memory> earlier = previous ? memory_of(*previous) : std::vector<Memory>{};
  const std::vector<Memory> now = memory_of(session.run());
  for (const Memory& kept : now) {
    const std::optional<std::int64_t> before = bytes_of(earlier, kept.what);
    totals.row_headers.push_back(kept.what);
    totals.rows.push_back({print_bytes(kept.bytes), before ? print_bytes(*before) : ""});
  }
  Block& formulas = out.table("How each is counted", "counts");
  formulas.columns = {"counted", "formula"};
  for (const std::size_t stage : graph.stages()) {
    for (const Count& count : counts(graph, stage)) {
      formulas.row_headers.push_back(graph[stage].id());
      formulas.rows.push_back({std::string(count_name(count.kind)), line(count)});
    }
  }
  for (const Memory& kept : now) {
    for (const Count& count : kept.lines) {
      formulas.row_headers.push_back("");
      formulas.rows.push_back({kept.what, line(count)});
    }
  }
}

}  // namespace headwise
