#include <string>

#include "engine/attention/pipeline.hpp"
#include "ui/keys.hpp"
#include "ui/panels/panel.hpp"
#include "ui/widgets/pipeline_pictures.hpp"

namespace headwise {

namespace {

struct PictureOf {
  PictureKind kind;
  const char* shows;
  void (*draw)(Context&);
  void (*describe)(const Context&, Description&);
};

constexpr PictureOf pictures[] = {
    {PictureKind::tiles, "tiles sweeping the scores, with running maximum and sum", draw_tiles, describe_tiles},
    {PictureKind::cache, "the cache growing token by token", draw_cache, describe_cache},
    {PictureKind::layers, "layers one above the other, heads beside each other, tokens routed to experts", draw_layers,
     describe_layers},
    {PictureKind::memory, "the same numbers counted in the right way and in a wrong one", draw_memory, describe_memory},
};

const PictureOf* find_picture(PictureKind kind) {
  for (const PictureOf& picture : pictures) {
    if (picture.kind == kind) return &picture;
  }
  return nullptr;
}

const Pipeline& current(const Context& ui) { return find_pipeline(ui.session.run().recipe.settings.get("pipeline")); }

std::string none_text(const Context& ui) {
  return std::string(current(ui).title) +
         " is best seen stage by stage. These computations have a picture of their own:";
}

/// What opens a pipeline's picture.
std::string open_command(const Pipeline& pipeline) { return "set pipeline=" + std::string(pipeline.name); }

template <typename Each>
void for_each_pictured(const Each& each) {
  for (const Pipeline& pipeline : pipelines()) {
    if (const PictureOf* picture = find_picture(pipeline.picture)) each(pipeline, *picture);
  }
}

}  // namespace

void draw_picture(Context& ui) {
  const PictureOf* picture = find_picture(current(ui).picture);
  if (picture) return picture->draw(ui);
  muted(ui, none_text(ui));
  ImGui::Spacing();
  for_each_pictured([&](const Pipeline& pipeline, const PictureOf& of) {
    if (ImGui::Button(std::string(pipeline.title).c_str())) run_command(ui, open_command(pipeline));
    ui.landmark_item("picture:" + std::string(pipeline.name));
    if (!ui.narrow) ImGui::SameLine();
    muted(ui, of.shows);
  });
}

void describe_picture(const Context& ui, Description& out) {
  out.heading("Picture");
  const PictureOf* picture = find_picture(current(ui).picture);
  if (picture) return picture->describe(ui, out);
  out.text(none_text(ui), "picture-none");
  for_each_pictured([&](const Pipeline& pipeline, const PictureOf&) {
    out.button("Open: " + std::string(pipeline.title), open_command(pipeline));
  });
}

}  // namespace headwise
