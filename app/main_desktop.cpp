#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "app/application.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/lesson_files.hpp"
#include "app/host_desktop.hpp"
#include "app/window.hpp"
#include "engine/io/file.hpp"
#include "engine/session/presets.hpp"
#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/instructions.hpp"
#include "engine/tensor/parallel.hpp"

namespace headwise {

namespace {

/// Every key of the state, one a line, for --help.
std::string key_help() {
  std::string text = "Keys:\n";
  for (const Key& key : state_keys()) {
    std::string name = "  " + key.name;
    name.resize(std::max<std::size_t>(name.size() + 1, 16), ' ');
    text += name + key.help + " (" + allowed(key) + "; default: " +
            (key.default_value.empty() ? "empty" : key.default_value) + ")\n";
  }
  return text;
}

constexpr std::int64_t dropped_limit = std::int64_t{16} << 20;

int open_window(const std::vector<std::string>& words, bool reduced_motion, const std::string& lessons) {
  Assignments assignments;
  for (const std::string& word : words) {
    if (word.find('=') == std::string::npos) {
      throw Error("'" + word.substr(0, 40) +
                  "' is neither a command nor KEY=VALUE, like d_model=16; see headwise --help");
    }
    assignments.push_back(parse_assignment(word));
  }
  DesktopHost host(reduced_motion);
  Application application(host);
  if (!lessons.empty()) {
    const Lessons own = lessons_in(lessons);
    for (const Lesson& lesson : own.all()) application.add_lesson(lesson);
  }
  application.load(words.empty() ? first_screen() : assignments);
  const auto drop = [&](const std::string& path) {
    try {
      application.take_file(std::filesystem::path(path).filename().string(), read_file(path, dropped_limit));
    } catch (const Error& error) {
      application.notify(error.what());
    }
  };
  return run_window("Headwise", [&] { application.start(); }, [&] { return application.frame(); }, drop);
}

int fail(std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "headwise: error: %s\n", message.c_str());
  return 2;
}

int run(int argc, char** argv) {
  CLI::App app("Step through multi-head attention. Without a command, opens the window.", "headwise");
  app.set_version_flag("--version", "headwise " HEADWISE_VERSION);
  app.require_subcommand(0, 1);
  app.footer([] { return key_help(); });
  std::vector<std::string> settings;
  app.add_option("settings", settings, "What the window shows first, like d_model=16")->type_name("KEY=VALUE");
  std::string lessons;
  app.add_option("--lessons", lessons, "A folder with lessons of your own, for the window")->type_name("DIR")->check(CLI::ExistingDirectory);
  bool reduced_motion = false;
  app.add_flag("--reduced-motion", reduced_motion, "Nothing moves in the window");
  for (const auto add : commands) add(app);
  app.parse_complete_callback([&] {
    if (!app.get_subcommands().empty() && (reduced_motion || !lessons.empty())) {
      throw Error(std::string(reduced_motion ? "--reduced-motion" : "--lessons") + " is for the window, and a command opens none");
    }
    if (app.get_subcommands().empty() || settings.empty()) return;
    throw Error("'" + settings[0].substr(0, 40) + "' stands before the command; settings go after it");
  });
  try {
    app.parse(argc, argv);
    return app.get_subcommands().empty() ? open_window(settings, reduced_motion, lessons) : 0;
  } catch (const CLI::Success& done) {
    return app.exit(done);  // --help, --version
  } catch (const CLI::ParseError& error) {
    return fail(std::string(error.what()) + "; see headwise --help");
  }
}

}  // namespace

}  // namespace headwise

int main(int argc, char** argv) {
  try {
    headwise::choose_instructions();
    headwise::use_threads(headwise::cores());
    return headwise::run(argc, argv);
  } catch (const std::bad_alloc&) {
    return headwise::fail("out of memory; use smaller sizes");
  } catch (const std::exception& error) {
    return headwise::fail(error.what());
  }
}
