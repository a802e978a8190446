#include "engine/lesson/html.hpp"

namespace headwise {

namespace {

class ExerciseWriter {
 public:
  using Render = std::function<std::string(const Prose&)>;

  ExerciseWriter(const OpenExercise& exercise, const Render& prose) : e_(exercise), prose_(prose), id_(escape_html(exercise.id)) {}

  std::string write() {
    out_ = "<section class=\"exercise" + std::string(e_.right ? " exercise-right" : "") + "\" id=\"exercise-" + id_ + "\" data-key=\"" + escape_html(e_.key) +
           "\" aria-labelledby=\"title-" + id_ + "\">\n<h3 class=\"exercise-title\" id=\"title-" + id_ + "\">" + escape_html(e_.title) + "</h3>\n";
    if (!e_.problem.empty()) {
      out_ += "<p class=\"exercise-wrong\">" + escape_html(e_.problem) + "</p>\n</section>\n";
      return std::move(out_);
    }
    part("exercise-ask", e_.ask);
    input();
    result();
    if (!e_.hint.empty()) titled("Hint", "exercise-hint", e_.hint);
    if (!e_.steps.empty()) titled("Worked steps", "exercise-steps", e_.steps);
    buttons();
    out_ += "</section>\n";
    return std::move(out_);
  }

 private:
  void part(const std::string& name, const Prose& prose) { out_ += "<div class=\"" + name + "\">\n" + prose_(prose) + "</div>\n"; }

  void titled(const std::string& title, const std::string& name, const Prose& prose) {
    out_ += "<div class=\"" + name + "\">\n<p class=\"exercise-label\">" + title + "</p>\n" + prose_(prose) + "</div>\n";
  }

  void button(const std::string& label, const std::string& command) {
    if (!command.empty()) out_ += "<button type=\"button\" data-command=\"" + escape_html(command) + "\">" + escape_html(label) + "</button>\n";
  }

  void open_form() { out_ += "<form class=\"exercise-form\" data-command=\"" + escape_html(e_.answer_with) + " \" data-feedback=\"feedback-" + id_ + "\">\n"; }
  void close_form() {
    if (!e_.right) out_ += "<button type=\"submit\">Check</button>\n";
    out_ += "</form>\n";
  }

  void input() {
    const std::string locked = e_.right ? " disabled" : "";
    switch (e_.by) {
      case AnswerBy::typing:
        open_form();
        out_ += "<label for=\"answer-" + id_ + "\">" + escape_html(e_.label) + "</label>\n<span class=\"exercise-field\"><input id=\"answer-" + id_ +
                "\" name=\"answer\" type=\"text\" autocomplete=\"off\" spellcheck=\"false\" value=\"" + escape_html(e_.given) + "\"" + locked +
                " aria-describedby=\"feedback-" + id_ + "\"> " + escape_html(e_.unit) + "</span>\n";
        close_form();
        break;
      case AnswerBy::choosing:
        open_form();
        out_ += "<fieldset" + locked + "><legend class=\"unseen\">" + escape_html(e_.title) + "</legend>\n";
        for (const OpenExercise::Option& option : e_.options) {
          const std::string chosen = option.answer == e_.given ? " checked" : "";
          const std::string id = "answer-" + id_ + "-" + option.answer;
          out_ += "<div class=\"exercise-option\"><input type=\"radio\" name=\"answer\" id=\"" + id + "\" value=\"" + option.answer + "\"" + chosen +
                  "><label for=\"" + id + "\">" + inline_text(option.text) + "</label></div>\n";
        }
        out_ += "</fieldset>\n";
        close_form();
        break;
      case AnswerBy::ordering:
        out_ += "<ol class=\"exercise-order\">\n";
        for (const OpenExercise::Option& option : e_.options) {
          const std::string text = option.text.empty() ? "" : escape_html(prose::plain_text(option.text[0].spans));
          out_ += "<li><span>" + inline_text(option.text) + "</span>";
          for (const auto& [sign, label, command] : {std::tuple("\u2191", "Move up: ", option.up), {"\u2193", "Move down: ", option.down}}) {
            if (e_.right) continue;
            out_ += "<button type=\"button\" aria-label=\"" + std::string(label) + text + "\"" +
                    (command.empty() ? " disabled" : " data-command=\"" + escape_html(command) + "\"") + ">" + sign + "</button>";
          }
          out_ += "</li>\n";
        }
        out_ += "</ol>\n";
        break;
      case AnswerBy::simulator:
        break;
    }
  }

  /// A single paragraph without its tags, as labels want it.
  std::string inline_text(const Prose& prose) const {
    std::string text = prose_(prose);
    if (text.starts_with("<p>") && text.ends_with("</p>\n") && text.find("<p>", 1) == text.npos) text = text.substr(3, text.size() - 8);
    return text;
  }

  void result() {
    out_ += "<div class=\"exercise-feedback " + std::string(e_.right ? "exercise-good" : "exercise-wrong") + "\" id=\"feedback-" + id_ + "\" tabindex=\"-1\">";
    if (!e_.note.empty()) {
      out_ += "<p>" + escape_html(e_.note) + "</p>";
    } else if (e_.tried) {
      out_ += std::string("<p><strong>") + (e_.right ? "\u2713 Right. " : "\u2717 Not right. ") + "</strong>" + (e_.right ? escape_html(e_.points) + "." : "") + "</p>" +
              prose_(e_.feedback);
    }
    out_ += "</div>\n";
  }

  void buttons() {
    out_ += "<div class=\"exercise-buttons\">\n";
    button(e_.tried ? "Set it up again" : "Set it up in the simulator", e_.set_up);
    button(e_.by == AnswerBy::ordering ? "Check this order" : "Check the simulator", e_.check);
    button("Hint", e_.show_hint);
    button("Worked steps", e_.show_steps);
    button("Other numbers", e_.again);
    out_ += "</div>\n";
  }

  const OpenExercise& e_;
  const Render& prose_;
  std::string id_;
  std::string out_;
};

}  // namespace

std::string exercise_html(const OpenExercise& exercise, const std::function<std::string(const Prose&)>& prose) {
  return ExerciseWriter(exercise, prose).write();
}

}  // namespace headwise
