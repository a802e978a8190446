#pragma once

namespace CLI {
class App;
}

namespace headwise {

// Each adds a sub-command that works without a display and throws Error for what a person can put
// right. Results go to standard output, files where --out says.
void add_trace(CLI::App& app);
void add_count(CLI::App& app);
void add_export(CLI::App& app);
void add_diff(CLI::App& app);
void add_picture(CLI::App& app);
void add_lesson(CLI::App& app);
void add_grade(CLI::App& app);

inline constexpr void (*commands[])(CLI::App&) = {add_trace, add_count, add_export, add_diff, add_picture, add_lesson, add_grade};

}  // namespace headwise
