// What a frame takes of the processor, natively and without a graphics card: headwise_frames SESSION.json.
// Plays the session at each of its shapes and prints one line of JSON for each act: times of its frames
// in ms (`opening`: of those that open the view), and the process's memory so far.
#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/application.hpp"
#include "app/headless.hpp"

namespace {

using namespace headwise;
using Json = nlohmann::ordered_json;

/// Hears everything and does nothing.
struct QuietHost final : Host {
  Options options() const override { return {}; }
  void set_address(const std::string&) override {}
  std::string share(const std::string&) override { return {}; }
  std::string copy(const std::string&, const std::string&) override { return {}; }
  std::string save(const std::string&, const std::string&) override { return {}; }
  std::optional<std::string> paste() override { return std::nullopt; }
  void open_link(const std::string&) override {}
  void edit_text(const TextEdit&) override {}
  bool has_mirror() const override { return false; }
  void mirror(const std::string&) override {}
  void show_lesson(const std::string&) override {}
  std::optional<std::string> fetch_lesson(const std::string&) override { return std::nullopt; }
  std::string stored_progress() const override { return {}; }
  void store_progress(const std::string&) override {}
  void score(const std::string&, const Score&) override {}
  std::string choose_file() override { return {}; }
};

/// Of processor time, all threads together: whatever else the machine does.
double timed_ms(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC;
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct Times {
  std::vector<double> opening;
  std::vector<double> frames;
};

class Player {
 public:
  explicit Player(const Json& session)
      : width_(session["size"][0]), height_(session["size"][1]), window_(width_, height_), application_(host_) {
    application_.start();
  }

  void load(const Json& shape) {
    Assignments state;
    for (const auto& [key, value] : shape.items()) {
      state.emplace_back(key, value.is_number() ? std::string(value.get<std::size_t>(), '!') : value.get<std::string>());
    }
    application_.load(state);
    settle();
  }

  Times play(const Json& act) {
    Times times;
    const auto frame = [&] { return timed_ms([&] { one_frame(); }); };
    for (const Json& command : act.value("first", Json::array())) {
      const double own = timed_ms([&] { application_.command(command.get<std::string>()); });
      times.opening.push_back(own + frame());
    }
    while (again_) times.opening.push_back(frame());
    const int frames = act["frames"];
    for (int i = 0; i < frames; ++i) {
      double own = 0;
      if (act.contains("path")) {
        const float along = static_cast<float>(i) / static_cast<float>(frames - 1);
        const auto at = [&](std::size_t axis) {
          const float from = act["path"][0][axis];
          const float to = act["path"][1][axis];
          return from + (to - from) * along;
        };
        window_.move_mouse(at(0) * width_, at(1) * height_);
      }
      if (act.contains("each")) {
        const std::string command = act["each"][static_cast<std::size_t>(i) % act["each"].size()];
        own = timed_ms([&] { application_.command(command); });
      }
      times.frames.push_back(own + frame());
    }
    settle();
    return times;
  }

 private:
  void one_frame() {
    window_.frames(1, [&] { again_ = application_.frame(); });
  }
  void settle() {
    do {
      one_frame();
    } while (again_);
  }

  float width_, height_;
  HeadlessWindow window_;
  QuietHost host_;
  Application application_;
  bool again_ = true;
};

}  // namespace

int main(int, char** arguments) {
  std::ifstream file(arguments[1]);
  const Json session = Json::parse(file);
  for (const auto& [name, shape] : session["shapes"].items()) {
    Player player(session);
    player.load(shape);
    for (const Json& act : session["acts"]) {
      const Times times = player.play(act);
      std::cout << Json{{"shape", name}, {"act", act["what"]}, {"opening", times.opening}, {"ms", times.frames}, {"megabytes", peak_megabytes()}}.dump()
                << std::endl;
    }
  }
}
