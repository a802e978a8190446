#include "app/picture.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <ostream>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/lessons.hpp"
#include "engine/io/file.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

struct PictureOptions {
  std::vector<std::string> state;
  std::string out;
  std::string size = "1280x720";
  std::string density;
  bool window = false;
};

constexpr int lowest_side = 240;
constexpr int highest_side = 7680;

std::optional<int> whole_between(std::string_view text, int lowest, int highest) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < lowest || value > highest) return std::nullopt;
  return value;
}

PictureFrame frame_of(const PictureOptions& options) {
  PictureFrame frame;
  frame.whole_window = options.window;
  const std::size_t cross = options.size.find('x');
  const std::string_view size = options.size;
  const auto width = whole_between(size.substr(0, cross), lowest_side, highest_side);
  const auto height = whole_between(cross == size.npos ? "" : size.substr(cross + 1), lowest_side, highest_side);
  if (!width || !height) {
    throw Error("--size " + print_text(options.size) + ": must be WIDTHxHEIGHT, like 1280x720, each from " +
                std::to_string(lowest_side) + " to " + std::to_string(highest_side));
  }
  frame.width = static_cast<float>(*width);
  frame.height = static_cast<float>(*height);
  if (!options.density.empty()) {
    const auto density = whole_between(options.density, 1, highest_density);
    if (!density) throw Error("--density " + print_text(options.density) + ": must be a whole number from 1 to " + std::to_string(highest_density));
    frame.density = *density;
  }
  return frame;
}

PictureType picture_type(const std::string& path) {
  if (path.ends_with(".svg")) return PictureType::svg;
  if (path.ends_with(".png")) return PictureType::png;
  throw Error("--out: " + print_text(path, 200) + " must end in .svg or .png");
}

void run_picture(const PictureOptions& options) {
  const PictureType type = picture_type(options.out);
  const PictureFrame frame = frame_of(options);
  Course course(all_lessons());
  Session session;
  session.load(course.lessons().completed(read_state(options.state)));
  const std::string bytes = picture(session, course, {}, frame, type);
  write_file(options.out, [&](std::ostream& out) { out << bytes; });
}

}  // namespace

void add_picture(CLI::App& app) {
  const auto options = std::make_shared<PictureOptions>();
  CLI::App* command = app.add_subcommand("picture", "Save what the window would show as SVG or PNG, for slides and print");
  command->add_option("state", options->state, "Settings, like mask=causal stage=attn_weights theme=dark; or a link's hash")
      ->type_name("KEY=VALUE");
  command->add_option("--out", options->out, "Where to; the ending says what it becomes")->type_name("FILE.svg|FILE.png")->required();
  command->add_option("--size", options->size, "How large the window is, in pixels of a screen of plain density (1280x720)")
      ->type_name("WxH");
  command->add_option("--density", options->density, "A PNG's pixels for each of those (by default 3, and less for a wide window)")
      ->type_name("N");
  command->add_flag("--window", options->window, "The whole window instead of the view alone");
  command->callback([options] { run_picture(*options); });
}

}  // namespace headwise
