#pragma once
#include <optional>
#include <string>

#include "ui/ui.hpp"

namespace headwise {

/// What the interface needs of the system it runs on. One file per platform.
class Host {
 public:
  virtual ~Host() = default;

  virtual Options options() const = 0;
  /// Shows the view's address (the URL's hash; on the desktop, nothing).
  virtual void set_address(const std::string& hash) = 0;
  /// Copies what restores the view. Returns what to tell the person; empty: it says so itself later.
  virtual std::string share(const std::string& hash) = 0;
  /// Copies text. Returns what to tell the person, `said` where it worked; empty: it says so itself later.
  virtual std::string copy(const std::string& text, const std::string& said) = 0;
  /// Gives the person a file; the name's ending says what it is. Returns what to tell the person; empty:
  /// it says so itself. Throws Error where it cannot be written.
  virtual std::string save(const std::string& name, const std::string& bytes) = 0;
  /// What is on the clipboard; nothing where it comes later, as the command `paste TEXT`.
  virtual std::optional<std::string> paste() = 0;
  /// Shows a page of the web.
  virtual void open_link(const std::string& address) = 0;
  /// Edits a text field outside the canvas; what is typed comes back as the field's command.
  virtual void edit_text(const TextEdit& field) = 0;
  /// The file of a lesson whose pages are not here, or, of a name with slashes, of one that is not known:
  /// at once, or, where nothing is returned, by Application::lesson_came() or lesson_is_missing(). Throws
  /// Error where there is none.
  virtual std::optional<std::string> fetch_lesson(const std::string& name) = 0;
  /// What students did, as it was stored last; empty: nothing yet.
  virtual std::string stored_progress() const = 0;
  /// Keeps it on this machine.
  virtual void store_progress(const std::string& text) = 0;
  /// What the student that the session names has reached in the lesson that is open, when that changed.
  virtual void score(const std::string& lesson, const Score& score) = 0;
  /// Lets the person choose a file, which comes to Application::take_file(). Returns what to tell the person;
  /// empty: nothing.
  virtual std::string choose_file() = 0;
  /// Is there anyone to read the description? It is not made otherwise.
  virtual bool has_mirror() const = 0;
  /// The description of every panel as JSON, when it changed.
  virtual void mirror(const std::string& json) = 0;
  /// The open lesson's page as HTML (empty: none), when it changed.
  virtual void show_lesson(const std::string& html) = 0;
};

}  // namespace headwise
