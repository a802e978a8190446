#pragma once
#include <string>
#include <vector>

namespace headwise {

/// What a panel shows, as structure: for screen readers, the page's HTML mirror and tests. One
/// renderer turns it into DOM, so a panel never writes HTML.
struct Block {
  enum class Kind { heading, text, table, button, field };
  Kind kind = Kind::text;
  std::string id;       // the element's id; empty: none
  std::string text;     // heading, paragraph, caption, or label
  bool live = false;    // announced when it changes (aria-live polite)

  // table: one row header for each row (or none), one column header for each column
  std::vector<std::string> columns;
  std::vector<std::string> row_headers;
  std::vector<std::vector<std::string>> rows;

  // button: what it does, as perform() takes it. field: the key it sets, and where it does something
  // else with its text, the command that the text comes after.
  std::string action;
  std::string command;
  std::string value;
  std::vector<std::string> options;  // of a field with a fixed set of values
  bool disabled = false;
};

struct Description {
  std::vector<Block> blocks;

  void heading(std::string text, std::string id = {});
  void text(std::string text, std::string id = {}, bool live = false);
  void button(std::string label, std::string action);
  void field(std::string label, std::string key, std::string value, std::vector<std::string> options = {},
             bool disabled = false);
  void command_field(std::string label, std::string key, std::string value, std::string command);
  Block& table(std::string caption, std::string id = {});
};

/// A JSON array of the blocks, empty members left out: what the page's script renders.
std::string to_json(const Description& description);

}  // namespace headwise
