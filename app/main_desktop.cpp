#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "app/application.hpp"
#include "app/commands/commands.hpp"
#include "app/host_desktop.hpp"
#include "app/window.hpp"
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

int open_window(const std::vector<std::string>& words, bool reduced_motion) {
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
  application.load(words.empty() ? first_screen() : assignments);
  return run_window("Headwise", [&] { application.start(); }, [&] { return application.frame(); });
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
  bool reduced_motion = false;
  app.add_flag("--reduced-motion", reduced_motion, "Nothing moves in the window");
  for (const auto add : commands) add(app);
  app.parse_complete_callback([&] {
    if (reduced_motion && !app.get_subcommands().empty()) throw Error("--reduced-motion is for the window, and a command opens none");
    if (app.get_subcommands().empty() || settings.empty()) return;
    throw Error("'" + settings[0].substr(0, 40) + "' stands before the command; settings go after it");
  });
  try {
    app.parse(argc, argv);
    return app.get_subcommands().empty() ? open_window(settings, reduced_motion) : 0;
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
